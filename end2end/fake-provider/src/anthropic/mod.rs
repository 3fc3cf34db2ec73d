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
    exchange::{Received, ServerState},
    fold,
    protocol::{self, Asked, Protocol},
};

pub(crate) use self::models::list as models;

/// Everything of this protocol lies below this path.
pub(crate) const PREFIX: &str = "/anthropic";

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: |state, received, body| {
        check::message(&received.headers, body, state.wants_key()).map(Asked::by)
    },
    tables: scenarios::ALL,
    conversation: "messages",
    say: message_stream::say,
    render: fold::unless_streamed::<message::Message>,
    model_not_found: errors::model_not_found,
    check_failed: errors::check_failed,
};

/// Plays the scenario a request for a message names.
pub(crate) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    with_id(received, protocol::answer(&PROTOCOL, state, received, body, |_| false))
}

/// The error of this status, for requests that are refused unread.
pub(crate) fn error(received: &Received, status: u16) -> Answer {
    with_id(received, errors::typical(status))
}

fn with_id(received: &Received, answer: Answer) -> Answer {
    answer.header("request-id", &format!("req_fake_{}", received.number))
}
