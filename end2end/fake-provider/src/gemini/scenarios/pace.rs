//! Answers that take their time, or never end.

use std::iter;

use crate::{
    gemini::part_stream::{begun, paced_stream, stream},
    scenarios::{Scenario, pace::endless, scenario},
    step::Step,
    text,
};

const COMMENT: &str = ": keep-alive\n\n";

pub(super) const TABLE: &[Scenario] = &[
    scenario("slow", "`words` (40) at a steady `delay` (50).", |call| {
        paced_stream(call, 50).words(call.number("words", 40)).end().answer()
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
