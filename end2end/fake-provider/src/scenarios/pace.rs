//! Answers that take their time, or never end.

use std::{iter, time::Duration};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, step::Step, text};

/// What OpenRouter sends while it waits for a model.
pub(crate) const COMMENT: &str = ": OPENROUTER PROCESSING\n\n";

/// Those that any protocol can play.
pub(crate) const SHARED: &[Scenario] = &[
    scenario(
        "first-token-delay",
        "Headers at once, the first token after `first` (2000).",
        |call| call.say(text::PLAIN).first_after(Duration::from_secs(2)),
    ),
    scenario("slow-headers", "Not even headers for `headers` (3000), like a full queue.", |call| {
        call.say(text::PLAIN).headers_after(Duration::from_secs(3))
    }),
    scenario("silent", "Never answers, not even with headers.", |_| Answer::silence()),
];

pub(super) const TABLE: &[Scenario] = &[
    scenario("slow", "`words` (40) at a steady `delay` (50).", |call| {
        call.paced_stream(50).role().words(call.number("words", 40)).end().answer()
    }),
    scenario("pause", "Stops for `milliseconds` (2000) in the middle, then goes on.", |call| {
        let pause = call.milliseconds("milliseconds", 2_000);
        call.begun().wait(pause).text(" And on it goes.").end().answer()
    }),
    scenario("comments", "Comment lines before and between the tokens.", comments),
    scenario("comments-forever", "Comments every `delay` (100) and never any data.", |call| {
        let wait = call.milliseconds("delay", 100);
        let comment = [Step::Wait(wait), Step::Bytes(COMMENT.into())];
        endless(call, move |call| call.stream().then(iter::repeat(comment).flatten()).answer())
    }),
    scenario(
        "never-ending",
        "Words every `delay` (10) for as long as the client listens.",
        |call| {
            endless(call, |call| {
                call.paced_stream(10).role().tokens("content", text::words()).answer()
            })
        },
    ),
    scenario("reasoning-forever", "Thinks every `delay` (10) and never answers.", |call| {
        endless(call, |call| {
            call.paced_stream(10).role().tokens("reasoning_content", text::words()).answer()
        })
    }),
    scenario("stall", "Goes silent after `words` (12), the connection stays open.", |call| {
        call.begun().hold().answer()
    }),
    scenario("stall-first", "Sends headers and nothing more, the connection stays open.", |call| {
        call.stream().hold().answer()
    }),
];

/// Without a stream an endless answer never comes.
pub(crate) fn endless(call: &Call, play: impl FnOnce(&Call) -> Answer) -> Answer {
    if call.wants_stream() { play(call) } else { Answer::silence() }
}

fn comments(call: &Call) -> Answer {
    let comment = || Step::Bytes(COMMENT.into());
    call.stream()
        .step(comment())
        .wait(Duration::from_millis(20))
        .step(comment())
        .role()
        .text("A comment")
        .bytes(": keep-alive\n\n:\n")
        .text(" interrupts this.")
        .step(comment())
        .end()
        .answer()
}
