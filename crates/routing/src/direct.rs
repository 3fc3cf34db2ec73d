//! The Direct LLM profile: the conversation goes straight to a provider.

use async_trait::async_trait;
use futures::StreamExt;
use models::{
    message::Message,
    part::ToolCallStatus,
    run::{FailureClass, FinishReason, RunFailure, RunStatus},
    run_event::RunEvent,
};
use providers::{ChatRequest, EventStream, ProviderError, ProviderEvent};
use store::{RunMode, StoreError};

use crate::{
    attached::Attached,
    guide,
    profile::{Ending, Profile, RunContext},
    prompt,
    registry::{Destination, Target, internal},
    retry,
};

/// Events that are ready at the same moment are shown together, at most this many.
const READY_EVENTS: usize = 256;

pub(crate) struct DirectLlm;

#[async_trait]
impl Profile for DirectLlm {
    async fn execute(&self, context: &mut RunContext<'_>) -> Ending {
        let destination = context.registry.resolve(context.run.owner, context.run.model_id).await;
        match destination {
            Ok(Destination::Guide) => guide::answer(context).await,
            Ok(Destination::Model(target)) => ask(context, &target).await,
            Err(failure) => Ending::failed(failure),
        }
    }
}

async fn ask(context: &mut RunContext<'_>, target: &Target) -> Ending {
    let request = match request(context, target).await {
        Ok(request) => request,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                run.id = %context.run.id,
                "The conversation could not be read"
            );
            return Ending::failed(internal());
        }
    };
    context.started(&target.provider_name, &target.model.name);
    context.ledger.provider_id = Some(target.provider_id);
    let mut cause = None;
    loop {
        context.attempt(cause.take());
        let error = match target.provider.stream(&target.endpoint, &request).await {
            Ok(stream) => match relay(context, target, stream).await {
                Ok(ending) => return ending,
                Err(error) => error,
            },
            Err(error) => error,
        };
        if context.ledger.first_output_at.is_some() {
            return Ending::failed(error.to_failure());
        }
        let next = context.ledger.attempts + 1;
        let Some(pause) = retry::pause(context.options, &error, next, jitter(context)) else {
            return Ending::failed(error.to_failure());
        };
        cause = Some(error.message.clone());
        tokio::time::sleep(pause).await;
    }
}

/// Differs between runs and attempts, which is all that jitter is for.
fn jitter(context: &RunContext<'_>) -> f64 {
    let seed = context.run.id.0.as_u128() as u32 ^ context.ledger.attempts;
    f64::from(seed % 1_000) / 1_000.0
}

async fn request(context: &RunContext<'_>, target: &Target) -> Result<ChatRequest, StoreError> {
    let run = context.run;
    let history: Vec<Message> = context
        .store
        .history(
            run.owner,
            run.conversation_id,
            run.user_message_id,
            context.options.history_messages,
        )
        .await?;
    let conversation = context.store.conversation(run.owner, run.conversation_id).await?;
    let prompt_profile = match conversation.prompt_profile_id {
        Some(id) => match context.store.prompt_profile(run.owner, id).await {
            Ok(profile) => Some(profile),
            Err(StoreError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let may_see = target.model.facts.vision.is_none_or(|vision| vision.value);
    let most = context.options.history_attachments;
    let attached = Attached::load(context.store, run.owner, &history, may_see, most).await?;
    let partial = (run.mode == RunMode::Continue).then_some(run.base_parts.as_slice());
    Ok(ChatRequest {
        model: target.model.name.clone(),
        messages: prompt::messages(
            prompt_profile.as_ref().map(|profile| profile.system_prompt.as_str()),
            &history,
            partial,
            &context.options.continue_prompt,
            &attached,
            |state| target.said(state),
        ),
        parameters: conversation.parameters.or(&target.model.parameters),
        ..ChatRequest::default()
    })
}

/// Shows what the provider says until it is done.
///
/// Any error that comes back may have been preceded by output; the caller looks at the ledger.
async fn relay(
    context: &mut RunContext<'_>,
    target: &Target,
    stream: EventStream,
) -> Result<Ending, ProviderError> {
    let mut stream = stream.ready_chunks(READY_EVENTS);
    let mut finish = None;
    while let Some(events) = stream.next().await {
        let mut said = Vec::with_capacity(events.len());
        let mut broken = None;
        for event in events {
            match event {
                Ok(ProviderEvent::Finish { reason, .. }) => finish = Some(reason),
                Ok(event) => translate(event, target, &mut said),
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            }
        }
        show(context, said);
        if let Some(error) = broken {
            return Err(error);
        }
        if context.channel.bytes() > context.options.answer_bytes {
            return Ok(Ending::failed(too_long(context.options.answer_bytes)));
        }
    }
    finish.map_or_else(|| Err(cut()), |reason| Ok(ending(context, reason)))
}

fn show(context: &mut RunContext<'_>, said: Vec<RunEvent>) {
    let is_silent = said
        .iter()
        .all(|event| matches!(event, RunEvent::Usage { .. } | RunEvent::ProviderState { .. }));
    if is_silent {
        context.channel.emit(said);
    } else {
        context.output(said);
    }
}

/// Adds what an event says; neighbouring deltas become one.
fn translate(event: ProviderEvent, target: &Target, said: &mut Vec<RunEvent>) {
    match (event, said.last_mut()) {
        (ProviderEvent::TextDelta(more), Some(RunEvent::TextDelta { text }))
        | (ProviderEvent::ReasoningDelta(more), Some(RunEvent::ReasoningDelta { text })) => {
            text.push_str(&more);
        }
        (ProviderEvent::TextDelta(text), _) => said.push(RunEvent::TextDelta { text }),
        (ProviderEvent::ReasoningDelta(text), _) => said.push(RunEvent::ReasoningDelta { text }),
        (ProviderEvent::ToolCallStart { index, id, name }, _) => {
            said.push(RunEvent::ToolCallStart { index, id, name });
        }
        (ProviderEvent::ToolCallDelta { index, arguments }, _) => {
            said.push(RunEvent::ToolCallDelta { index, arguments });
        }
        (ProviderEvent::State(json), _) => {
            said.push(RunEvent::ProviderState { state: target.state(json) });
        }
        (ProviderEvent::Usage(usage), _) => said.push(RunEvent::Usage { usage }),
        (
            ProviderEvent::Started { .. }
            | ProviderEvent::ToolCallEnd { .. }
            | ProviderEvent::Finish { .. },
            _,
        ) => {}
    }
}

fn ending(context: &mut RunContext<'_>, reason: FinishReason) -> Ending {
    let failure = match reason {
        FinishReason::Stop | FinishReason::Refusal if context.ledger.first_output_at.is_none() => {
            Some(said_nothing())
        }
        FinishReason::Stop | FinishReason::Refusal => None,
        FinishReason::Tools => {
            not_executed(context);
            None
        }
        FinishReason::Length => Some(token_limit()),
        FinishReason::Filter => Some(filtered()),
        FinishReason::Pause => Some(paused()),
    };
    let status = if failure.is_some() { RunStatus::Failed } else { RunStatus::Complete };
    Ending { status, reason: Some(reason), failure }
}

/// This profile offers no tools; a model that calls some all the same is answered with the truth.
fn not_executed(context: &mut RunContext<'_>) {
    let mut events = context.channel.snapshot().draft.close_open_calls();
    debug_assert!(events.iter().all(|event| matches!(
        event,
        RunEvent::ToolCallUpdate { status: ToolCallStatus::NotExecuted, .. }
    )));
    events.push(RunEvent::Notice {
        text: "The model asked for tools. This routing profile has none, so nothing was executed."
            .to_owned(),
    });
    context.channel.emit(events);
}

fn token_limit() -> RunFailure {
    RunFailure {
        class: FailureClass::Limit,
        message: "The model reached its limit of tokens before it was done.".to_owned(),
        action: "Continue goes on from where it stopped.".to_owned(),
        status: None,
    }
}

fn paused() -> RunFailure {
    RunFailure {
        class: FailureClass::Limit,
        message: "The provider put this long answer aside before it was done.".to_owned(),
        action: "Continue goes on from where it stopped.".to_owned(),
        status: None,
    }
}

fn filtered() -> RunFailure {
    RunFailure {
        class: FailureClass::Filter,
        message: "The provider's content filter ended this answer.".to_owned(),
        action: "Put the question differently, or choose another model.".to_owned(),
        status: None,
    }
}

fn said_nothing() -> RunFailure {
    RunFailure {
        class: FailureClass::Protocol,
        message: "The provider finished without saying anything.".to_owned(),
        action: "Retry, or choose another model.".to_owned(),
        status: None,
    }
}

fn too_long(limit: usize) -> RunFailure {
    RunFailure {
        class: FailureClass::Limit,
        message: format!("The answer grew over the limit of {} MiB.", limit / (1024 * 1024)),
        action: "Continue goes on from here; the limit is the setting `answer_bytes`.".to_owned(),
        status: None,
    }
}

fn cut() -> ProviderError {
    ProviderError {
        class: FailureClass::Protocol,
        status: None,
        message: "The provider closed the stream before the answer was finished.".to_owned(),
        action: "What was written is kept. Continue goes on from here, Retry starts again."
            .to_owned(),
        retry_after: None,
        retryable: true,
    }
}
