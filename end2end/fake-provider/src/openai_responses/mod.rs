//! OpenAI Responses as one of the protocols. It only streams.

mod check;
mod input;
mod items;
mod scenarios;
mod seal;
mod stream;

use self::stream::ItemStream;
use crate::{answer::Answer, call::Call, protocol::Protocol};

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: check::check,
    tables: scenarios::ALL,
    conversation: "input",
    say: |call, text| ItemStream::new(call).begin().message(text).complete().answer(),
    // The check lets nothing through that wants no stream.
    fold: |answer| answer,
};

/// A stream that has said a few words, ready for something to go wrong.
fn begun(call: &Call) -> ItemStream {
    ItemStream::new(call).begin().open_message().words(call.number("words", 12))
}

/// A few words and an orderly end.
fn ended(call: &Call, end: impl FnOnce(ItemStream) -> ItemStream) -> Answer {
    end(begun(call).close_message()).answer()
}
