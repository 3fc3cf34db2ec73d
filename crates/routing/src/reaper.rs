//! The reaper: ends runs whose process is gone, and removes what is kept only for a time.

use std::{sync::Arc, time::Duration};

use models::{
    run::RunStatus,
    run_event::{RunEvent, SequencedEvent},
    timestamp::Timestamp,
};
use store::{Backend, FinishRun, RunRow, StoreError};
use tokio::time::{MissedTickBehavior, interval};

use crate::{draft::Draft, execute::interrupted_metric, supervisor::Inner};

/// Journal rows read at a time while a message is put together again.
const EVENTS_AT_ONCE: usize = 5_000;

/// Which runs count as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A SQLite database belongs to one process, so at its start every unfinished run is dead.
    AtStart,
    /// Those that have shown no sign of life for the time that is set.
    Periodic,
}

/// Works until shutdown.
pub(crate) async fn keep(inner: Arc<Inner>) {
    let mut round = interval(Duration::from_millis(inner.options.reap_millis.max(100)));
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is immediate, and the start has reaped already.
    round.tick().await;
    loop {
        tokio::select! {
            () = inner.shutdown.cancelled() => return,
            _ = round.tick() => {}
        }
        if let Err(error) = reap(&inner, Reach::Periodic).await {
            tracing::error!(error = &error as &dyn std::error::Error, "Reaping failed");
        }
        if let Err(error) = sweep(&inner).await {
            tracing::error!(error = &error as &dyn std::error::Error, "Sweeping failed");
        }
    }
}

/// Ends dead runs: their messages are put together from the journal.
pub(crate) async fn reap(inner: &Inner, reach: Reach) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let stale_after = i64::try_from(inner.options.stale_after_millis).unwrap_or(i64::MAX);
    let before = match reach {
        Reach::AtStart if inner.store.backend() == Backend::Sqlite => Timestamp(i64::MAX),
        Reach::AtStart | Reach::Periodic => now.plus_millis(-stale_after),
    };
    // The store gives a bounded number at a time; each of them is over before the next are asked for.
    loop {
        let stale = inner.store.stale_runs(before, inner.instance).await?;
        if stale.is_empty() {
            return Ok(());
        }
        for run in &stale {
            interrupt(inner, run, now).await?;
        }
    }
}

async fn interrupt(inner: &Inner, run: &RunRow, now: Timestamp) -> Result<(), StoreError> {
    let mut draft = Draft::new(run.base_parts.clone());
    let mut sequence = 0;
    loop {
        let events = inner.store.events_after(run.id, sequence, EVENTS_AT_ONCE).await?;
        let Some(last) = events.last() else { break };
        sequence = last.sequence;
        for SequencedEvent { event, .. } in &events {
            draft.apply(event);
        }
    }
    let mut tail = Vec::new();
    let mut closing = draft.close_open_calls();
    closing.push(RunEvent::Finished {
        status: RunStatus::Interrupted,
        reason: None,
        failure: None,
    });
    for event in closing {
        draft.apply(&event);
        sequence += 1;
        tail.push(SequencedEvent { sequence, event });
    }
    let metric = interrupted_metric(run, &draft);
    tracing::warn!(run.id = %run.id, sequence, "A run of a process that is gone was interrupted");
    inner
        .store
        .finish_run(FinishRun {
            run: run.clone(),
            status: RunStatus::Interrupted,
            usage: draft.usage(),
            parts: draft.parts().to_vec(),
            sequence,
            finish_reason: None,
            failure: None,
            provider: draft.provider().map(str::to_owned),
            model: draft.model().map(str::to_owned),
            metric,
            title: None,
            tail,
            started_at: run.started_at,
            now,
        })
        .await?;
    Ok(())
}

/// Removes journals, deleted conversations and unsent files whose time is over.
async fn sweep(inner: &Inner) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let hours = i64::from(inner.options.journal_retention_hours);
    inner.store.prune_events(now.plus_millis(-hours * 3_600_000)).await?;
    let minutes = i64::from(inner.options.undo_minutes);
    inner.store.purge_deleted_before(now.plus_millis(-minutes * 60_000)).await?;
    let hours = i64::from(inner.options.unsent_hours);
    inner.store.remove_unsent_before(now.plus_millis(-hours * 3_600_000)).await?;
    Ok(())
}
