//! One run from its turn to its end.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use models::{
    health::{CheckSource, ProviderCheck},
    id::ChatMetricId,
    message::text_of,
    metric::ChatMetric,
    routing_profile::RoutingKind,
    run::{FailureClass, RunFailure, RunStatus},
    run_event::{RunEvent, SequencedEvent},
    timestamp::Timestamp,
};
use store::{FinishRun, RunRow, StoreError};

use crate::{
    draft::Draft,
    hub::RunChannel,
    profile::{self, Ending, Ledger, RunContext},
    registry::internal,
    supervisor::Inner,
    title,
};

/// Pause before a run's end is written again after the database refused it; doubles up to a minute.
const FINISH_PAUSE: Duration = Duration::from_secs(1);
/// How often a run's end is tried; after that the next start ends the run from its journal.
const FINISH_ATTEMPTS: u32 = 10;

pub(crate) async fn to_the_end(
    inner: Arc<Inner>,
    run: RunRow,
    kind: RoutingKind,
    channel: Arc<RunChannel>,
) {
    let mut context = RunContext {
        run: &run,
        channel: &channel,
        store: &inner.store,
        registry: &inner.registry,
        options: &inner.options,
        ledger: Ledger::default(),
    };
    let ending = tokio::select! {
        biased;
        () = channel.stop.cancelled() => Ending::of(RunStatus::Stopped),
        () = inner.shutdown.cancelled() => Ending::of(RunStatus::Interrupted),
        () = tokio::time::sleep(Duration::from_secs(inner.options.run_seconds)) => {
            Ending::failed(took_too_long(inner.options.run_seconds))
        }
        ending = in_turn(&inner, kind, &mut context) => ending,
    };
    let ledger = context.ledger;
    finish(&inner, &run, &channel, ending, &ledger).await;
}

/// Waits for a free place, then executes the profile; a panic in it is a failure like any other.
async fn in_turn(inner: &Inner, kind: RoutingKind, context: &mut RunContext<'_>) -> Ending {
    let Ok(_permit) = inner.permits.acquire().await else {
        return Ending::of(RunStatus::Interrupted);
    };
    let run_id = context.run.id;
    let execution = AssertUnwindSafe(profile::of_kind(kind).execute(context));
    execution.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(run.id = %run_id, "A routing profile panicked");
        Ending::failed(internal())
    })
}

async fn finish(
    inner: &Inner,
    run: &RunRow,
    channel: &RunChannel,
    ending: Ending,
    ledger: &Ledger,
) {
    let closing = channel.snapshot().draft.close_open_calls();
    channel.emit(closing);
    let title = match new_title(inner, run, channel).await {
        Ok(title) => title,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                run.id = %run.id,
                "No title could be made"
            );
            None
        }
    };
    if let Some(title) = &title {
        channel.emit([RunEvent::Title { title: title.clone() }]);
    }
    let mut pause = FINISH_PAUSE;
    for attempt in 1..=FINISH_ATTEMPTS {
        match write_end(inner, run, channel, &ending, ledger, title.clone()).await {
            Ok(()) => break,
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                run.id = %run.id,
                attempt,
                "The end of a run could not be written"
            ),
        }
        if inner.shutdown.is_cancelled() {
            break;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(60));
    }
    inner.hub.close(run.id);
    note_health(inner, run, &ending, ledger).await;
}

/// Notes how the provider fared, as far as this run can tell.
async fn note_health(inner: &Inner, run: &RunRow, ending: &Ending, ledger: &Ledger) {
    let (Some(provider), Some(asked)) = (ledger.provider_id, ledger.last_request_at) else {
        return;
    };
    let failure = ending.failure.as_ref().map(|failure| failure.class);
    let failure = failure.filter(|class| class.is_the_providers());
    let latency_ms = ledger
        .first_output_at
        .map(|said| u32::try_from(said.millis_since(asked)).unwrap_or(u32::MAX));
    if failure == Some(FailureClass::NotFound) {
        inner.registry.tell_missing(run.owner, provider);
    }
    // Stopped before anything came: nobody knows what would have come.
    if failure.is_none() && latency_ms.is_none() {
        return;
    }
    let check =
        ProviderCheck { source: CheckSource::Use, at: Timestamp::now(), latency_ms, failure };
    if let Err(error) = inner.store.add_check(run.owner, provider, &check).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "A provider's health could not be noted"
        );
    }
}

/// Commits the end first and shows it then: what a watcher saw finished, is finished.
async fn write_end(
    inner: &Inner,
    run: &RunRow,
    channel: &RunChannel,
    ending: &Ending,
    ledger: &Ledger,
    title: Option<String>,
) -> Result<(), StoreError> {
    let _gate = inner.journal_gate.lock().await;
    let snapshot = channel.snapshot();
    let finished = SequencedEvent {
        sequence: snapshot.sequence + 1,
        event: RunEvent::Finished {
            status: ending.status,
            reason: ending.reason,
            failure: ending.failure.clone(),
        },
    };
    let mut tail = channel.unwritten();
    tail.push(finished.clone());
    let metric = metric(run, &snapshot.draft, ending, ledger);
    let now = Timestamp::now();
    inner
        .store
        .finish_run(FinishRun {
            run: run.clone(),
            status: ending.status,
            parts: snapshot.draft.parts().to_vec(),
            sequence: finished.sequence,
            finish_reason: ending.reason,
            failure: ending.failure.clone(),
            usage: snapshot.draft.usage(),
            provider: snapshot.draft.provider().map(str::to_owned),
            model: snapshot.draft.model().map(str::to_owned),
            metric,
            title,
            tail,
            started_at: ledger.first_request_at,
            now,
        })
        .await?;
    channel.emit([finished.event]);
    channel.written(finished.sequence);
    Ok(())
}

async fn new_title(
    inner: &Inner,
    run: &RunRow,
    channel: &RunChannel,
) -> Result<Option<String>, StoreError> {
    let conversation = inner.store.conversation(run.owner, run.conversation_id).await?;
    if !conversation.title.is_empty() {
        return Ok(None);
    }
    let question = inner.store.message(run.owner, run.user_message_id).await?.text();
    let answer = text_of(channel.snapshot().draft.parts());
    let title = title::from_exchange(&question, &answer);
    Ok((!title.is_empty()).then_some(title))
}

fn metric(run: &RunRow, draft: &Draft, ending: &Ending, ledger: &Ledger) -> ChatMetric {
    let now = Timestamp::now();
    let usage = draft.usage();
    let unknown = usage.source.is_none();
    let first_token_ms = match (ledger.last_request_at, ledger.first_output_at) {
        (Some(asked), Some(said)) => Some(said.millis_since(asked)),
        _ => None,
    };
    ChatMetric {
        id: ChatMetricId::generate(),
        run_id: run.id,
        conversation_id: run.conversation_id,
        message_id: run.message_id,
        created_at: run.created_at,
        routing_profile: run.routing_profile.clone(),
        provider: draft.provider().unwrap_or_default().to_owned(),
        model: draft.model().unwrap_or_default().to_owned(),
        status: ending.status,
        queue_ms: ledger.first_request_at.unwrap_or(now).millis_since(run.created_at),
        first_token_ms,
        total_ms: now.millis_since(run.created_at),
        usage,
        usage_unknown: unknown.then(|| unknown_usage(ending.status).to_owned()),
        attempts: ledger.attempts,
        tool_calls: draft.tool_calls(),
        finish_reason: ending.reason,
        failure: ending.failure.as_ref().map(|failure| failure.class),
        http_status: ending.failure.as_ref().and_then(|failure| failure.status),
    }
}

const fn unknown_usage(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Complete => "The provider did not report usage.",
        RunStatus::Stopped => "The answer was stopped before the provider reported usage.",
        RunStatus::Failed => "The answer failed before the provider reported usage.",
        RunStatus::Interrupted | RunStatus::Running => {
            "The server went away before the provider reported usage."
        }
    }
}

/// The ledger row of a run whose process went away before it could write one.
pub(crate) fn interrupted_metric(run: &RunRow, draft: &Draft) -> ChatMetric {
    metric(run, draft, &Ending::of(RunStatus::Interrupted), &Ledger::default())
}

fn took_too_long(seconds: u64) -> RunFailure {
    RunFailure {
        class: FailureClass::Timeout,
        message: format!("The answer took longer than {} minutes.", seconds / 60),
        action: "Continue goes on from here; the limit is the setting `run_seconds`.".to_owned(),
        status: None,
    }
}
