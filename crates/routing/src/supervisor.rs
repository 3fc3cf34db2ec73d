//! The run supervisor: owns every run of this process from acceptance to its end.

use std::{sync::Arc, time::Duration};

use models::{
    id::{InstanceId, RunId},
    part::Part,
    routing_profile::RoutingKind,
    usage::Usage,
};
use store::{RunRow, Store, StoreError};
use tokio::sync::{Mutex, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    RoutingOptions, execute, housekeeping,
    hub::Hub,
    journal,
    reaper::{self, Reach},
    registry::Registry,
};

/// How long a stop waits for the run's end to be written.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// How long a shutdown waits for all runs' ends to be written.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(10);

/// The routing service; cheap to clone.
#[derive(Clone)]
pub struct Routing {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) registry: Registry,
    pub(crate) options: RoutingOptions,
    pub(crate) hub: Arc<Hub>,
    pub(crate) instance: InstanceId,
    pub(crate) permits: Semaphore,
    /// Held while events go to the database, so that none is written twice.
    pub(crate) journal_gate: Arc<Mutex<()>>,
    /// Ends runs and periodic work.
    pub(crate) shutdown: CancellationToken,
    /// Ends the journal, which must outlive the runs.
    journal_stop: CancellationToken,
    tasks: TaskTracker,
    journal_task: TaskTracker,
}

/// Too many runs are under way to accept another.
#[derive(Debug, thiserror::Error)]
#[error("{limit} answers are being written already")]
pub struct Refused {
    /// The setting `accepted_runs`.
    pub limit: usize,
}

/// A message as far as its run has written it.
#[derive(Debug, Clone)]
pub struct Growing {
    /// The parts so far.
    pub parts: Vec<Part>,
    /// Tokens counted so far.
    pub usage: Usage,
    /// The model that was asked, once one was.
    pub model: Option<String>,
    /// The number of the last event in `parts`.
    pub sequence: u64,
}

impl Routing {
    /// Ends what an earlier process left unfinished, then starts the journal and the periodic work.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn start(
        store: Store,
        registry: Registry,
        options: RoutingOptions,
    ) -> Result<Self, StoreError> {
        let inner = Arc::new(Inner {
            permits: Semaphore::new(options.concurrent_runs.max(1)),
            store,
            registry,
            options,
            hub: Arc::default(),
            instance: InstanceId::generate(),
            journal_gate: Arc::default(),
            shutdown: CancellationToken::new(),
            journal_stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            journal_task: TaskTracker::new(),
        });
        reaper::reap(&inner, Reach::AtStart).await?;
        let journal = journal::keep(Arc::clone(&inner), inner.journal_stop.clone());
        inner.journal_task.spawn(journal);
        inner.journal_task.close();
        inner.tasks.spawn(housekeeping::keep(Arc::clone(&inner)));
        inner.tasks.spawn(reaper::keep(Arc::clone(&inner)));
        Ok(Self { inner })
    }

    /// This process, as its runs name it.
    #[must_use]
    pub fn instance(&self) -> InstanceId {
        self.inner.instance
    }

    /// Whether another run may be accepted.
    ///
    /// # Errors
    /// [`Refused`] when `accepted_runs` are under way.
    pub fn check_capacity(&self) -> Result<(), Refused> {
        let limit = self.inner.options.accepted_runs;
        if self.inner.hub.len() < limit { Ok(()) } else { Err(Refused { limit }) }
    }

    /// Starts a run that the database already holds.
    pub fn execute(&self, run: RunRow, kind: RoutingKind) {
        let channel = self.inner.hub.open(run.id, run.message_id, run.base_parts.clone());
        let inner = Arc::clone(&self.inner);
        self.inner.tasks.spawn(execute::to_the_end(inner, run, kind, channel));
    }

    /// Stops a run and waits until its end is written, at most some seconds.
    ///
    /// Returns whether the run was executing here.
    pub async fn stop(&self, run: RunId) -> bool {
        let Some(channel) = self.inner.hub.get(run) else { return false };
        let mut length = channel.subscribe();
        channel.stop.cancel();
        drop(channel);
        let ended = async {
            while self.inner.hub.get(run).is_some() {
                if length.changed().await.is_err() {
                    break;
                }
            }
        };
        if tokio::time::timeout(STOP_WAIT, ended).await.is_err() {
            tracing::warn!(run.id = %run, "A stopped run has not written its end yet");
        }
        true
    }

    /// The message of a run that is executing here, as far as it is.
    #[must_use]
    pub fn growing(&self, run: RunId) -> Option<Growing> {
        let snapshot = self.inner.hub.get(run)?.snapshot();
        Some(Growing {
            usage: snapshot.draft.usage(),
            model: snapshot.draft.model().map(str::to_owned),
            parts: snapshot.draft.parts().to_vec(),
            sequence: snapshot.sequence,
        })
    }

    /// Interrupts every run, writes what they said, and stops the periodic work.
    pub async fn shutdown(&self) {
        self.inner.shutdown.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(SHUTDOWN_WAIT, self.inner.tasks.wait()).await.is_err() {
            tracing::error!("Some runs did not write their end in time; the next start will");
        }
        self.inner.journal_stop.cancel();
        if tokio::time::timeout(SHUTDOWN_WAIT, self.inner.journal_task.wait()).await.is_err() {
            tracing::error!("The journal did not finish writing in time");
        }
    }
}
