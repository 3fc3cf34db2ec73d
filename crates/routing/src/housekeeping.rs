//! Periodic work for runs that are executing here: signs of life, and copies into their messages.

use std::{collections::HashMap, sync::Arc, time::Duration};

use models::{id::RunId, timestamp::Timestamp};
use tokio::time::{MissedTickBehavior, interval};

use crate::supervisor::Inner;

/// Works until shutdown; does nothing while no run is executing.
pub(crate) async fn keep(inner: Arc<Inner>) {
    let options = &inner.options;
    let mut heartbeat = interval(Duration::from_millis(options.heartbeat_millis.max(100)));
    let mut copy = interval(Duration::from_millis(options.materialise_millis.max(100)));
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    copy.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut copied = HashMap::new();
    loop {
        tokio::select! {
            () = inner.shutdown.cancelled() => return,
            _ = heartbeat.tick() => show_life(&inner).await,
            _ = copy.tick() => materialise(&inner, &mut copied).await,
        }
    }
}

async fn show_life(inner: &Inner) {
    let runs: Vec<RunId> = inner.hub.all().iter().map(|channel| channel.run).collect();
    if runs.is_empty() {
        return;
    }
    if let Err(error) = inner.store.heartbeat(inner.instance, Timestamp::now(), &runs).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "Signs of life could not be written"
        );
    }
}

/// Copies each message that grew since the last time.
async fn materialise(inner: &Inner, copied: &mut HashMap<RunId, u64>) {
    let channels = inner.hub.all();
    copied.retain(|run, _| channels.iter().any(|channel| channel.run == *run));
    for channel in channels {
        let snapshot = channel.snapshot();
        if copied.get(&channel.run) == Some(&snapshot.sequence) {
            continue;
        }
        let parts = snapshot.draft.parts();
        match inner.store.materialise(channel.run, channel.message, parts, snapshot.sequence).await
        {
            Ok(_) => {
                copied.insert(channel.run, snapshot.sequence);
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                run.id = %channel.run,
                "A growing message could not be copied; the journal has it"
            ),
        }
    }
}
