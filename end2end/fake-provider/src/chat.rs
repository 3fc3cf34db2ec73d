//! Plays the scenario a chat request names.

use axum::http::HeaderMap;
use serde_json::Value;

use crate::{
    answer::Answer,
    call::Call,
    check, errors,
    exchange::{Received, ServerState},
    fold::{self, Whole},
    model_name::{ModelName, Parameters},
    scenarios,
    step::Framing,
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
    if scenarios::find(ModelName::scenario_of(model)).is_none() {
        return match unknown {
            UnknownModel::NotFound => errors::model_not_found(model),
            UnknownModel::Plain => {
                let plain =
                    ModelName { scenario: scenarios::FALLBACK.to_owned(), ..ModelName::default() };
                play(&plain, &body, &received.headers, 0)
            }
        };
    }
    match ModelName::parse(model) {
        Ok(name) => play(&name, &body, &received.headers, state.recorder.played_before(model)),
        Err(error) => {
            let message = format!("model name {model:?}: {error}");
            errors::check_failed(&state.recorder, received.number, "model-name", &message)
        }
    }
}

/// The scenario's answer; for a name that is none, the not-found error.
pub(crate) fn play(name: &ModelName, body: &Value, headers: &HeaderMap, earlier: u64) -> Answer {
    let parameters = &name.parameters;
    let Some((scenario, suffix)) = scenarios::find(name.due(earlier)) else {
        return errors::model_not_found(&name.scenario);
    };
    let model = body["model"].as_str().unwrap_or_default();
    let wants_stream = body["stream"] == true;
    let call = Call { model, wants_stream, body, headers, parameters, suffix, earlier };
    let answer = paced((scenario.play)(&call), parameters);
    if wants_stream { answer } else { fold::fold::<Whole>(answer) }
}

/// The answer with the pace and the framing that the model name asks for.
pub(crate) fn paced(answer: Answer, parameters: &Parameters) -> Answer {
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
