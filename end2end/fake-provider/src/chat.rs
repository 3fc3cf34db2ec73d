//! Chat Completions as one of the protocols.

use crate::{
    answer::Answer,
    call::Call,
    check, errors,
    fold::{self, Completion},
    protocol::{Asked, Protocol},
    scenarios,
};

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: |_, received, body| check::chat(&received.headers, body).map(Asked::by),
    tables: scenarios::TABLES,
    conversation: "messages",
    say,
    render: fold::unless_streamed::<Completion>,
    model_not_found: errors::model_not_found,
    check_failed: errors::check_failed,
};

/// A complete, faultless stream of this text.
pub(crate) fn say(call: &Call, text: &str) -> Answer {
    call.stream().role().text(text).end().answer()
}
