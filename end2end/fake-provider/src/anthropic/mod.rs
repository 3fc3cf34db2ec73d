//! Anthropic's Messages API (protocols §2): what its addresses answer.

mod check;
mod errors;
mod message;
mod message_stream;
mod models;
mod scenarios;
mod signature;

use crate::{
    answer::Answer,
    chat::{self, Protocol},
    exchange::{Received, ServerState},
    fold,
    model_name::ModelName,
    scenarios::find,
};

pub(crate) use self::{models::list as models, scenarios::TABLES};

/// Everything of this protocol lies below this path.
pub(crate) const PREFIX: &str = "/anthropic";

const MESSAGES: Protocol = Protocol {
    scenarios: TABLES,
    fold: fold::fold::<message::Message>,
    not_found: errors::model_not_found,
};

/// Plays the scenario a request for a message names.
pub(crate) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    with_id(received, played(state, received, body))
}

/// The error of this status, for requests that are refused unread.
pub(crate) fn error(received: &Received, status: u16) -> Answer {
    with_id(received, errors::typical(status))
}

fn played(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    let refused = |rule: &'static str, message: &str| {
        errors::check_failed(&state.recorder, received.number, rule, message)
    };
    let body = match check::message(&received.headers, body, state.wants_key()) {
        Ok(body) => body,
        Err(broken) => return refused(broken.rule, &broken.message),
    };
    let model = body["model"].as_str().unwrap_or_default();
    if find(TABLES, ModelName::scenario_of(model)).is_none() {
        return errors::model_not_found(model);
    }
    match ModelName::parse(model) {
        Ok(name) => {
            let earlier = state.recorder.played_before(model);
            chat::play(&MESSAGES, &name, &body, &received.headers, earlier)
        }
        Err(error) => refused("model-name", &format!("model name {model:?}: {error}")),
    }
}

fn with_id(received: &Received, answer: Answer) -> Answer {
    answer.header("request-id", &format!("req_fake_{}", received.number))
}
