//! Ordinary answers, told apart by their text.

use super::super::message_stream::{MessageStream, say};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario, shared::continued_from},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("plain", "A short answer. `words` makes it that long.", |call| {
        match call.parameters.number("words") {
            Some(words) => long(call, words),
            None => say(call, text::PLAIN),
        }
    }),
    scenario("markdown", "Headings, lists, a table, code and maths; `delay` 5.", |call| {
        MessageStream::paced(call, 5).start().text_block(text::MARKDOWN).end("end_turn").answer()
    }),
    scenario("long", "Thousands of words: the number, or `words`.", |call| {
        long(call, call.number("words", call.suffix.unwrap_or(5).saturating_mul(1000)))
    })
    .numbered(&["long-5", "long-100"]),
    scenario("count", "Counts to `words` (100), so that gaps and repetitions show.", |call| {
        counting(call, 1, call.number("words", 100)).close().end("end_turn").answer()
    }),
    scenario(
        "continue",
        "Counts to `words` (80) but is cut after `cut` (40); asked again with \
        its partial answer in the messages it goes on where that ended.",
        continued,
    ),
    scenario("empty-answer", "An orderly stream without any block.", |call| {
        MessageStream::of(call).start().end("end_turn").answer()
    }),
];

fn long(call: &Call, words: u64) -> Answer {
    MessageStream::of(call).start().open_text().words(words).close().end("end_turn").answer()
}

fn counting(call: &Call, from: u64, to: u64) -> MessageStream {
    MessageStream::of(call).start().open_text().tokens("text", text::numbers(from, to))
}

fn continued(call: &Call) -> Answer {
    let last = call.number("words", 80);
    let cut = call.number("cut", 40);
    match continued_from(call) {
        Some(reached) => {
            counting(call, reached.saturating_add(1), last).close().end("end_turn").answer()
        }
        None => counting(call, 1, cut).cut().answer(),
    }
}
