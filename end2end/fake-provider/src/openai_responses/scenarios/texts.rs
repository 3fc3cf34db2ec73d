//! Ordinary answers, told apart by their text.

use serde_json::Value;

use super::super::ItemStream;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario, shared::continued_from},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("plain", "A short answer. `words` makes it that long.", |call| {
        match call.parameters.number("words") {
            Some(count) => words(call, count),
            None => call.say(text::PLAIN),
        }
    }),
    scenario("markdown", "Headings, lists, a table, code and maths; `delay` 5.", |call| {
        ItemStream::paced(call, 5).begin().message(text::MARKDOWN).complete().answer()
    }),
    scenario("long", "Thousands of words: the number, or `words`.", |call| {
        let thousands = call.suffix.unwrap_or(5).saturating_mul(1000);
        words(call, call.number("words", thousands))
    })
    .numbered(&["long-5", "long-100"]),
    scenario("count", "Counts to `words` (100), so that gaps and repetitions show.", |call| {
        counted(call, 1, call.number("words", 100)).close_message().complete().answer()
    }),
    scenario(
        "continue",
        "Counts to `words` (80) but is cut after `cut` (40); asked again with \
        its partial answer in the input it goes on where that ended.",
        continued,
    ),
    scenario("empty-answer", "An orderly stream without any item.", |call| {
        ItemStream::new(call).begin().complete().answer()
    }),
    scenario("empty-message", "A message without any part.", |call| {
        let stream = ItemStream::new(call).begin();
        let mut item = super::super::items::message(&stream.next_id("msg"), "");
        item["content"] = Value::Array(Vec::new());
        stream.added(item.clone()).done(item).complete().answer()
    }),
    scenario(
        "two-messages",
        "Two messages in one answer: an announcement and the answer.",
        |call| {
            let stream = ItemStream::new(call).begin().message("I will think of a number.");
            stream.message("It is 42.").complete().answer()
        },
    ),
];

fn words(call: &Call, count: u64) -> Answer {
    let stream = ItemStream::new(call).begin().open_message();
    stream.words(count).close_message().complete().answer()
}

fn counted(call: &Call, from: u64, to: u64) -> ItemStream {
    ItemStream::new(call).begin().open_message().text_of(text::numbers(from, to).collect())
}

fn continued(call: &Call) -> Answer {
    let last = call.number("words", 80);
    match continued_from(call) {
        Some(reached) => {
            let rest = counted(call, reached.saturating_add(1), last);
            rest.close_message().complete().answer()
        }
        None => counted(call, 1, call.number("cut", 40)).cut().answer(),
    }
}
