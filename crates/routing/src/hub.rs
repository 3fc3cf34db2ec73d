//! The in-memory side of running runs: every event at once, for the journal and for watchers.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use models::{
    id::{MessageId, RunId},
    part::Part,
    run_event::{RunEvent, SequencedEvent},
};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::draft::Draft;

/// The runs of this process that are not over yet.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    channels: Mutex<HashMap<RunId, Arc<RunChannel>>>,
    /// Wakes the journal when a channel has something to write.
    pub(crate) dirty: Notify,
}

impl Hub {
    pub(crate) fn open(
        self: &Arc<Self>,
        run: RunId,
        message: MessageId,
        base: Vec<Part>,
    ) -> Arc<RunChannel> {
        let channel = Arc::new(RunChannel {
            run,
            message,
            hub: Arc::clone(self),
            log: Mutex::new(Log { draft: Draft::new(base), ..Log::default() }),
            length: watch::Sender::new(0),
            stop: CancellationToken::new(),
            closed: AtomicBool::new(false),
        });
        self.channels.lock().insert(run, Arc::clone(&channel));
        channel
    }

    pub(crate) fn get(&self, run: RunId) -> Option<Arc<RunChannel>> {
        self.channels.lock().get(&run).cloned()
    }

    pub(crate) fn close(&self, run: RunId) {
        if let Some(channel) = self.channels.lock().remove(&run) {
            channel.closed.store(true, Ordering::Release);
            // Wakes whoever waits for more, or for the run to leave the hub.
            channel.length.send_modify(|_| {});
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<RunChannel>> {
        self.channels.lock().values().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.channels.lock().len()
    }
}

/// One run's events so far. Memory is bounded by the answer limit of the run.
#[derive(Debug)]
pub(crate) struct RunChannel {
    pub(crate) run: RunId,
    pub(crate) message: MessageId,
    hub: Arc<Hub>,
    log: Mutex<Log>,
    /// The number of the last event; watchers wait on it.
    length: watch::Sender<u64>,
    /// Cancelled when a person stops the run.
    pub(crate) stop: CancellationToken,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Log {
    events: Vec<SequencedEvent>,
    draft: Draft,
    journalled: usize,
}

/// A copy of a growing message.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) draft: Draft,
    pub(crate) sequence: u64,
}

impl RunChannel {
    /// Gives events their numbers and shows them to everyone who watches.
    pub(crate) fn emit(&self, events: impl IntoIterator<Item = RunEvent>) {
        let last = {
            let mut log = self.log.lock();
            for event in events {
                log.draft.apply(&event);
                let sequence = log.events.len() as u64 + 1;
                log.events.push(SequencedEvent { sequence, event });
            }
            log.events.len() as u64
        };
        self.length.send_replace(last);
        self.hub.dirty.notify_one();
    }

    /// Whether the run has left the hub: nothing more will be emitted.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.length.subscribe()
    }

    /// The events after number `after`.
    pub(crate) fn events_after(&self, after: u64) -> Vec<SequencedEvent> {
        let log = self.log.lock();
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(log.events.len());
        log.events[start..].to_vec()
    }

    /// The events that are in no database yet.
    pub(crate) fn unwritten(&self) -> Vec<SequencedEvent> {
        let log = self.log.lock();
        log.events[log.journalled..].to_vec()
    }

    pub(crate) fn written(&self, last: u64) {
        let mut log = self.log.lock();
        let last = usize::try_from(last).unwrap_or(usize::MAX).min(log.events.len());
        log.journalled = log.journalled.max(last);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let log = self.log.lock();
        Snapshot { draft: log.draft.clone(), sequence: log.events.len() as u64 }
    }

    /// Bytes the run has added so far.
    pub(crate) fn bytes(&self) -> usize {
        self.log.lock().draft.bytes()
    }
}
