//! Watching a run: the hub while it executes here, the journal otherwise. No gap, nothing twice.

use std::{sync::Arc, time::Duration};

use futures::stream::BoxStream;
use models::{
    id::{OwnerId, RunId},
    run_event::{RunEvent, SequencedEvent},
};
use store::StoreError;
use tokio::time::Instant;

use crate::{Routing, hub::RunChannel, supervisor::Inner};

/// Batches of events in their order; ends after `Finished`, or with the error that ended it.
pub type EventBatches = BoxStream<'static, Result<Vec<SequencedEvent>, StoreError>>;

/// Journal rows read at a time.
const EVENTS_AT_ONCE: usize = 1_000;
/// Time between two looks at the journal of a run that another process executes.
const FOREIGN_PAUSE: Duration = Duration::from_millis(250);

impl Routing {
    /// A run's events after number `after`, then those to come.
    ///
    /// The caller has made sure that the run belongs to `owner`.
    #[must_use]
    pub fn watch(&self, owner: OwnerId, run: RunId, after: u64) -> EventBatches {
        let inner = Arc::clone(&self.inner);
        Box::pin(async_stream::stream! {
            let mut after = after;
            if let Some(channel) = inner.hub.get(run) {
                let pause = Duration::from_millis(inner.options.watcher_flush_millis);
                let mut live = Live::new(channel, after);
                while let Some(batch) = live.next(pause).await {
                    after = batch.last().map_or(after, |last| last.sequence);
                    let finished = is_finished(&batch);
                    yield Ok(batch);
                    if finished {
                        return;
                    }
                }
                // The run left the hub without an end; the journal knows what it said.
            }
            loop {
                match journalled(&inner, owner, run, after).await {
                    Ok(Journalled::Batch(batch)) => {
                        after = batch.last().map_or(after, |last| last.sequence);
                        let finished = is_finished(&batch);
                        yield Ok(batch);
                        if finished {
                            return;
                        }
                    }
                    Ok(Journalled::Wait) => tokio::time::sleep(FOREIGN_PAUSE).await,
                    Ok(Journalled::Over) => return,
                    Err(error) => {
                        yield Err(error);
                        return;
                    }
                }
            }
        })
    }
}

fn is_finished(batch: &[SequencedEvent]) -> bool {
    matches!(batch.last(), Some(SequencedEvent { event: RunEvent::Finished { .. }, .. }))
}

struct Live {
    channel: Arc<RunChannel>,
    length: tokio::sync::watch::Receiver<u64>,
    after: u64,
    last_flush: Option<Instant>,
}

impl Live {
    fn new(channel: Arc<RunChannel>, after: u64) -> Self {
        let length = channel.subscribe();
        Self { channel, length, after, last_flush: None }
    }

    /// What came since the last call; waits for something, and at least `pause` since the last.
    async fn next(&mut self, pause: Duration) -> Option<Vec<SequencedEvent>> {
        while *self.length.borrow_and_update() <= self.after {
            if self.channel.is_closed() || self.length.changed().await.is_err() {
                return None;
            }
        }
        if let Some(last) = self.last_flush {
            tokio::time::sleep_until(last + pause).await;
        }
        self.last_flush = Some(Instant::now());
        let batch = self.channel.events_after(self.after);
        self.after = batch.last().map_or(self.after, |last| last.sequence);
        Some(batch)
    }
}

enum Journalled {
    Batch(Vec<SequencedEvent>),
    /// Another process executes the run and may still write.
    Wait,
    /// Nothing follows: the end was seen before, or the journal has been pruned.
    Over,
}

async fn journalled(
    inner: &Inner,
    owner: OwnerId,
    run: RunId,
    after: u64,
) -> Result<Journalled, StoreError> {
    // The status is read first: a run that is over now has its whole journal in the next read.
    let row = inner.store.run(owner, run).await?;
    let batch = inner.store.events_after(run, after, EVENTS_AT_ONCE).await?;
    if !batch.is_empty() {
        return Ok(Journalled::Batch(batch));
    }
    if !row.status.is_final() {
        return Ok(Journalled::Wait);
    }
    let message = inner.store.message(owner, row.message_id).await?;
    if after >= message.sequence || message.run_id != Some(run) {
        return Ok(Journalled::Over);
    }
    // The events are pruned; the end is still known.
    Ok(Journalled::Batch(vec![SequencedEvent {
        sequence: message.sequence,
        event: RunEvent::Finished {
            status: message.status,
            reason: message.finish_reason,
            failure: message.failure,
        },
    }]))
}
