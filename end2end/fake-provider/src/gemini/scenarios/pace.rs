//! Answers that take their time, or never end.

use std::{iter, time::Duration};

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{begun, paced_stream, say, stream},
    scenarios::{Scenario, scenario},
    step::Step,
    text,
};

const COMMENT: &str = ": keep-alive\n\n";

pub(super) const TABLE: &[Scenario] = &[
    scenario("slow", "`words` (40) at a steady `delay` (50).", |call| {
        paced_stream(call, 50).words(call.number("words", 40)).end().answer()
    }),
    scenario(
        "first-token-delay",
        "Headers at once, the first token after `first` (2000).",
        |call| say(call, text::PLAIN).first_after(Duration::from_secs(2)),
    ),
    scenario("slow-headers", "Not even headers for `headers` (3000), like a full queue.", |call| {
        say(call, text::PLAIN).headers_after(Duration::from_secs(3))
    }),
    scenario("pause", "Stops for `milliseconds` (2000) in the middle, then goes on.", |call| {
        let pause = call.milliseconds("milliseconds", 2_000);
        begun(call).wait(pause).text(" And on it goes.").end().answer()
    }),
    scenario("comments", "Comment lines before and between the tokens.", |call| {
        stream(call)
            .bytes(COMMENT)
            .text("A comment")
            .bytes(": still here\n\n:\n")
            .text(" interrupts this.")
            .bytes(COMMENT)
            .end()
            .answer()
    }),
    scenario("comments-forever", "Comments every `delay` (100) and never any data.", |call| {
        let wait = call.milliseconds("delay", 100);
        let comment = [Step::Wait(wait), Step::Bytes(COMMENT.into())];
        endless(call, move |call| stream(call).then(iter::repeat(comment).flatten()).answer())
    }),
    scenario(
        "never-ending",
        "Words every `delay` (10) for as long as the client listens.",
        |call| endless(call, |call| paced_stream(call, 10).tokens(text::words(), false).answer()),
    ),
    scenario("reasoning-forever", "Thinks every `delay` (10) and never answers.", |call| {
        endless(call, |call| paced_stream(call, 10).tokens(text::words(), true).answer())
    }),
    scenario("stall", "Goes silent after `words` (12), the connection stays open.", |call| {
        begun(call).hold().answer()
    }),
    scenario("stall-first", "Sends headers and nothing more, the connection stays open.", |call| {
        stream(call).hold().answer()
    }),
];

/// Without a stream an endless answer never comes.
fn endless(call: &Call, play: impl FnOnce(&Call) -> Answer) -> Answer {
    if call.wants_stream() { play(call) } else { Answer::silence() }
}
