//! Ordinary answers, told apart by their text.

use serde_json::Value;

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{paced_stream, say, stream, turns},
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("plain", "A short answer. `words` makes it that long.", |call| {
        match call.parameters.number("words") {
            Some(words) => stream(call).words(words).end().answer(),
            None => say(call, text::PLAIN),
        }
    }),
    scenario("say", "Says `text`, percent-decoded.", |call| {
        say(call, call.parameters.text("text").unwrap_or(text::PLAIN))
    }),
    scenario("echo", "Says the contents it got, as JSON.", |call| {
        say(call, &call.body["contents"].to_string())
    }),
    scenario("echo-request", "Says the whole request body it got, as JSON.", |call| {
        say(call, &call.body.to_string())
    }),
    scenario("echo-last", "Says the text of the last turn it got.", |call| {
        say(call, turns(call).last().and_then(text_of).unwrap_or("(no text)"))
    }),
    scenario("markdown", "Headings, lists, a table, code and maths; `delay` 5.", |call| {
        paced_stream(call, 5).text(text::MARKDOWN).end().answer()
    }),
    scenario("hostile", "Markup and scripts that must come out harmless.", |call| {
        say(call, text::HOSTILE)
    }),
    scenario("unicode", "Characters of one to four bytes, joined and right-to-left.", |call| {
        say(call, text::UNICODE)
    }),
    scenario("nul", "A NUL character inside the text, which some databases refuse.", |call| {
        say(call, "before\u{0}after")
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
    scenario("blank-answer", "An orderly stream of white space only.", |call| {
        say(call, " \n\n \n")
    }),
];

fn continued(call: &Call) -> Answer {
    let last = call.number("words", 80);
    let cut = call.number("cut", 40);
    let partial = turns(call).iter().rev().find(|turn| turn["role"] == "model");
    let reached: Option<u64> = partial
        .and_then(text_of)
        .and_then(|text| text.split_whitespace().next_back())
        .and_then(|number| number.parse().ok());
    match reached {
        Some(reached) => {
            let rest = text::numbers(reached.saturating_add(1), last);
            let count = last.saturating_sub(reached);
            stream(call).tokens(rest, false).counted(count, 0).end().answer()
        }
        None => stream(call).tokens(text::numbers(1, cut), false).cut().answer(),
    }
}

fn text_of(turn: &Value) -> Option<&str> {
    turn["parts"].as_array()?.iter().find_map(|part| part["text"].as_str())
}
