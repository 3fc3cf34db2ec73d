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
    protocol::{self, Asked, Protocol},
};

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: |state, received, body| {
        let body = check::chat(&received.headers, body)?;
        state.contexts.check(&body)?;
        Ok(Asked::by(body))
    },
    tables: scenarios::ALL,
    conversation: "messages",
    say: chat::say,
    render: |call, answer| lines::lines(&Voice::of(call), answer),
    model_not_found: not_found,
    check_failed: errors::check_failed,
};

pub(super) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    protocol::answer(&PROTOCOL, state, received, body, models::is_card)
}

/// Ollama's words for a model it does not have.
pub(super) fn not_found(model: &str) -> Answer {
    Answer::json(404, &json!({"error": format!("model '{model}' not found")}))
}
