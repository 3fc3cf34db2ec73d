//! Ordinary answers, told apart by their text.

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{paced_stream, say, stream},
    scenarios::{Scenario, scenario, shared::continued_from},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("plain", "A short answer. `words` makes it that long.", |call| {
        match call.parameters.number("words") {
            Some(words) => stream(call).words(words).end().answer(),
            None => say(call, text::PLAIN),
        }
    }),
    scenario("markdown", "Headings, lists, a table, code and maths; `delay` 5.", |call| {
        paced_stream(call, 5).text(text::MARKDOWN).end().answer()
    }),
    scenario("long", "Thousands of words: the number, or `words`.", |call| {
        let words = call.number("words", call.suffix.unwrap_or(5).saturating_mul(1000));
        stream(call).words(words).end().answer()
    })
    .numbered(&["long-5", "long-100"]),
    scenario("count", "Counts to `words` (100), so that gaps and repetitions show.", |call| {
        let last = call.number("words", 100);
        stream(call).tokens(text::numbers(1, last), false).counted(last, 0).end().answer()
    }),
    scenario(
        "continue",
        "Counts to `words` (80) but is cut after `cut` (40); asked again with its partial answer \
         among the turns it goes on where that ended.",
        continued,
    ),
    scenario("empty-answer", "An orderly stream without any text.", |call| {
        stream(call).end().answer()
    }),
];

fn continued(call: &Call) -> Answer {
    let last = call.number("words", 80);
    let cut = call.number("cut", 40);
    match continued_from(call) {
        Some(reached) => {
            let rest = text::numbers(reached.saturating_add(1), last);
            let count = last.saturating_sub(reached);
            stream(call).tokens(rest, false).counted(count, 0).end().answer()
        }
        None => stream(call).tokens(text::numbers(1, cut), false).cut().answer(),
    }
}
