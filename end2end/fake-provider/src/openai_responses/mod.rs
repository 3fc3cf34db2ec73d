//! OpenAI Responses as one of the protocols. It only streams.

mod check;
mod input;
mod items;
mod scenarios;
mod seal;
mod stream;

use self::stream::ItemStream;
use crate::{
    answer::Answer,
    call::Call,
    errors,
    protocol::{Asked, Protocol},
};

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: |_, received, body| check::check(&received.headers, body).map(Asked::by),
    tables: scenarios::ALL,
    conversation: "input",
    say: |call, text| ItemStream::new(call).begin().message(text).complete().answer(),
    // The check lets nothing through that wants no stream.
    render: |_, answer| answer,
    model_not_found: errors::model_not_found,
    check_failed: errors::check_failed,
};

/// A stream that has said a few words, ready for something to go wrong.
fn begun(call: &Call) -> ItemStream {
    ItemStream::new(call).begin().open_message().words(call.number("words", 12))
}

/// A few words and an orderly end.
fn ended(call: &Call, end: impl FnOnce(ItemStream) -> ItemStream) -> Answer {
    end(begun(call).close_message()).answer()
}
