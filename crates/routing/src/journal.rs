//! The journal: writes what runs say to the database, many runs in one transaction.

use std::sync::Arc;

use models::{id::RunId, run_event::SequencedEvent};
use tokio_util::sync::CancellationToken;

use crate::supervisor::Inner;

/// Writes until cancelled. An event waits at most the flush time and the time of one write.
pub(crate) async fn keep(inner: Arc<Inner>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = inner.hub.dirty.notified() => {}
            () = stop.cancelled() => break,
        }
        tokio::time::sleep(inner.options.journal_flush()).await;
        write(&inner).await;
    }
    write(&inner).await;
}

async fn write(inner: &Inner) {
    let _gate = inner.journal_gate.lock().await;
    let channels = inner.hub.all();
    let batches: Vec<(RunId, Vec<SequencedEvent>)> = channels
        .iter()
        .map(|channel| (channel.run, channel.unwritten()))
        .filter(|(_, events)| !events.is_empty())
        .collect();
    if batches.is_empty() {
        return;
    }
    let over = match inner.store.append_events(&batches).await {
        Ok(over) => over,
        Err(error) => {
            // The events stay in memory and are tried again with the next ones, and at the end.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "The journal could not be written; it will be tried again"
            );
            inner.hub.dirty.notify_one();
            return;
        }
    };
    for (run, events) in &batches {
        let channel = channels.iter().find(|channel| channel.run == *run);
        if let (Some(channel), Some(last)) = (channel, events.last()) {
            channel.written(last.sequence);
            if over.contains(run) {
                // Its conversation was removed, or another process ended it: nobody waits for it.
                channel.stop.cancel();
            }
        }
    }
}
