//! `POST /ollama/api/chat`: plays the scenario the model's name names, in lines.

use serde_json::json;

use super::{
    check,
    lines::{self, Voice},
    models, scenarios,
};
use crate::{
    answer::Answer,
    chat, errors,
    exchange::{Received, ServerState},
    model_name::ModelName,
    scenarios::FALLBACK,
};

pub(super) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    let checked = check::chat(&received.headers, body)
        .and_then(|body| state.contexts.check(&body).map(|()| body));
    let body = match checked {
        Ok(body) => body,
        Err(broken) => {
            let message = &broken.message;
            return errors::check_failed(&state.recorder, received.number, broken.rule, message);
        }
    };
    let model = body["model"].as_str().unwrap_or_default();
    let name = if models::is_card(model) {
        ModelName { scenario: FALLBACK.to_owned(), ..ModelName::default() }
    } else if scenarios::find(ModelName::scenario_of(model)).is_none() {
        return not_found(model);
    } else {
        match ModelName::parse(model) {
            Ok(name) => name,
            Err(error) => {
                let message = format!("model name {model:?}: {error}");
                let recorder = &state.recorder;
                return errors::check_failed(recorder, received.number, "model-name", &message);
            }
        }
    };
    let earlier = state.recorder.played_before(model);
    chat::played(scenarios::find, &name, &body, &received.headers, earlier)
        .map_or_else(|| not_found(model), |answer| lines::lines(&Voice::of(&body), answer))
}

/// Ollama's words for a model it does not have.
pub(super) fn not_found(model: &str) -> Answer {
    Answer::json(404, &json!({"error": format!("model '{model}' not found")}))
}
