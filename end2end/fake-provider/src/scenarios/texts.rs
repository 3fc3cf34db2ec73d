//! Ordinary answers, told apart by their text.

use serde_json::Value;

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, text};

/// Those that any protocol can play.
pub(crate) const SHARED: &[Scenario] = &[
    scenario("say", "Says `text`, percent-decoded.", |call| {
        call.say(call.parameters.text("text").unwrap_or(text::PLAIN))
    }),
    scenario("echo", "Says the messages it got, as JSON.", |call| {
        call.say(&call.conversation().to_string())
    }),
    scenario("echo-request", "Says the whole request body it got, as JSON.", |call| {
        call.say(&call.body.to_string())
    }),
    scenario("echo-last", "Says the text of the last message it got.", |call| {
        call.say(call.messages().last().and_then(text_of).unwrap_or("(no text)"))
    }),
    scenario("hostile", "Markup and scripts that must come out harmless.", |call| {
        call.say(text::HOSTILE)
    }),
    scenario("unicode", "Characters of one to four bytes, joined and right-to-left.", |call| {
        call.say(text::UNICODE)
    }),
    scenario("nul", "A NUL character inside the text, which some databases refuse.", |call| {
        call.say("before\u{0}after")
    }),
    scenario("blank-answer", "An orderly stream of white space only.", |call| call.say(" \n\n \n")),
];

pub(super) const TABLE: &[Scenario] = &[
    scenario("plain", "A short answer. `words` makes it that long.", plain),
    scenario("markdown", "Headings, lists, a table, code and maths; `delay` 5.", |call| {
        call.paced_stream(5).role().text(text::MARKDOWN).end().answer()
    }),
    scenario("long", "Thousands of words: the number, or `words`.", |call| {
        let words = call.number("words", call.suffix.unwrap_or(5).saturating_mul(1000));
        call.stream().role().words(words).end().answer()
    })
    .numbered(&["long-5", "long-100"]),
    scenario("count", "Counts to `words` (100), so that gaps and repetitions show.", |call| {
        let last = call.number("words", 100);
        call.stream().role().tokens("content", text::numbers(1, last)).end().answer()
    }),
    scenario(
        "continue",
        "Counts to `words` (80) but is cut after `cut` (40); asked again with \
        its partial answer in the messages it goes on where that ended.",
        continued,
    ),
    scenario("empty-answer", "An orderly stream without any text.", |call| {
        call.stream().role().end().answer()
    }),
];

fn plain(call: &Call) -> Answer {
    match call.parameters.number("words") {
        Some(words) => call.stream().role().words(words).end().answer(),
        None => call.say(text::PLAIN),
    }
}

/// The number that the partial answer in the messages had reached.
pub(crate) fn continued_from(call: &Call) -> Option<u64> {
    let is_answer = |message: &&Value| message["role"] == "assistant" || message["role"] == "model";
    let partial = call.messages().iter().rev().find(is_answer);
    partial
        .and_then(text_of)
        .and_then(|text| text.split_whitespace().next_back())
        .and_then(|number| number.parse().ok())
}

fn continued(call: &Call) -> Answer {
    let last = call.number("words", 80);
    let cut = call.number("cut", 40);
    match continued_from(call) {
        Some(reached) => {
            let rest = text::numbers(reached.saturating_add(1), last);
            call.stream().role().tokens("content", rest).end().answer()
        }
        None => call.stream().role().tokens("content", text::numbers(1, cut)).cut().answer(),
    }
}

/// The text of a message, or of its first part that has one.
pub(crate) fn text_of(message: &Value) -> Option<&str> {
    match message.get("content").or(message.get("parts"))? {
        Value::Array(parts) => parts.iter().find_map(|part| part["text"].as_str()),
        content => content.as_str(),
    }
}
