//! Plays the scenario a chat request names.

use axum::http::HeaderMap;
use serde_json::Value;

use crate::{
    answer::Answer,
    call::Call,
    check, errors,
    exchange::{Received, ServerState},
    fold,
    model_name::{ModelName, Parameters},
    scenarios::{self, Tables},
    step::Framing,
};

/// What one protocol plays, and how.
pub(crate) struct Protocol {
    pub(crate) scenarios: Tables,
    /// Makes one JSON answer of a stream.
    pub(crate) fold: fn(Answer) -> Answer,
    /// The answer for a model that does not exist.
    pub(crate) not_found: fn(&str) -> Answer,
}

pub(crate) const CHAT: Protocol = Protocol {
    scenarios: scenarios::TABLES,
    fold: fold::fold::<fold::Completion>,
    not_found: errors::model_not_found,
};

/// What a model name that is no scenario gets.
#[derive(Clone, Copy)]
pub(crate) enum UnknownModel {
    NotFound,
    /// The plain scenario, for the made-up models of a list.
    Plain,
}

pub(crate) fn answer(
    state: &ServerState,
    received: &Received,
    body: &[u8],
    unknown: UnknownModel,
) -> Answer {
    let body = match check::chat(&received.headers, body) {
        Ok(body) => body,
        Err(broken) => {
            let message = &broken.message;
            return errors::check_failed(&state.recorder, received.number, broken.rule, message);
        }
    };
    let model = body["model"].as_str().unwrap_or_default();
    if scenarios::find(CHAT.scenarios, ModelName::scenario_of(model)).is_none() {
        return match unknown {
            UnknownModel::NotFound => errors::model_not_found(model),
            UnknownModel::Plain => {
                let plain =
                    ModelName { scenario: scenarios::FALLBACK.to_owned(), ..ModelName::default() };
                play(&CHAT, &plain, &body, &received.headers, 0)
            }
        };
    }
    match ModelName::parse(model) {
        Ok(name) => {
            let earlier = state.recorder.played_before(model);
            play(&CHAT, &name, &body, &received.headers, earlier)
        }
        Err(error) => {
            let message = format!("model name {model:?}: {error}");
            errors::check_failed(&state.recorder, received.number, "model-name", &message)
        }
    }
}

/// The scenario's answer; for a name that is none, the not-found error.
pub(crate) fn play(
    protocol: &Protocol,
    name: &ModelName,
    body: &Value,
    headers: &HeaderMap,
    earlier: u64,
) -> Answer {
    let parameters = &name.parameters;
    let over = parameters.number("times").is_some_and(|times| earlier >= times);
    let scenario = if over { scenarios::FALLBACK } else { &name.scenario };
    let Some((scenario, suffix)) = scenarios::find(protocol.scenarios, scenario) else {
        return (protocol.not_found)(&name.scenario);
    };
    let call = Call { body, headers, parameters, suffix, earlier };
    let answer = paced((scenario.play)(&call), parameters);
    if call.wants_stream() { answer } else { (protocol.fold)(answer) }
}

fn paced(answer: Answer, parameters: &Parameters) -> Answer {
    let mut answer = answer.framed(|framing| framed(framing, parameters));
    answer.headers_after = parameters.milliseconds("headers").unwrap_or(answer.headers_after);
    answer.first_after = parameters.milliseconds("first").unwrap_or(answer.first_after);
    answer
}

fn framed(framing: &mut Framing, parameters: &Parameters) {
    if let Some(bytes) = parameters.number("chunk") {
        framing.bytes_per_write = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    framing.newline = match parameters.text("newline") {
        Some("crlf") => "\r\n",
        Some("cr") => "\r",
        Some("lf") => "\n",
        _ => framing.newline,
    };
}
