//! Answers that take their time, or never end.

use std::{iter, time::Duration};

use serde_json::json;

use super::super::{ItemStream, begun, items};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, pace::COMMENT, scenario},
    step::Step,
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("slow", "`words` (40) at a steady `delay` (50).", |call| {
        let stream = ItemStream::paced(call, 50).begin().open_message();
        stream.words(call.number("words", 40)).close_message().complete().answer()
    }),
    scenario("pause", "Stops for `milliseconds` (2000) in the middle, then goes on.", |call| {
        let pause = call.milliseconds("milliseconds", 2_000);
        let stream = begun(call).wait(pause).text(" And on it goes.");
        stream.close_message().complete().answer()
    }),
    scenario("queued", "Waits in a queue for `milliseconds` (500) first.", |call| {
        let stream = ItemStream::new(call);
        let response = stream.closing("queued");
        stream
            .event("response.created", json!({"response": response}))
            .event("response.queued", json!({"response": response}))
            .wait(call.milliseconds("milliseconds", 500))
            .event("response.in_progress", json!({"response": response}))
            .message(text::PLAIN)
            .complete()
            .answer()
    }),
    scenario("comments", "Comment lines before and between the tokens.", comments),
    scenario("comments-forever", "Comments every `delay` (100) and never any data.", |call| {
        let wait = call.milliseconds("delay", 100);
        let comment = [Step::Wait(wait), Step::Bytes(COMMENT.into())];
        ItemStream::new(call).then(iter::repeat(comment).flatten()).answer()
    }),
    scenario(
        "never-ending",
        "Words every `delay` (10) for as long as the client listens.",
        |call| ItemStream::paced(call, 10).begin().open_message().tokens(text::words()).answer(),
    ),
    scenario("reasoning-forever", "Thinks every `delay` (10) and never answers.", |call| {
        let stream = ItemStream::paced(call, 10).begin();
        let item = items::announced(&items::reasoning("rs_0", &[]));
        let place = json!({"item_id": "rs_0", "output_index": 0, "summary_index": 0});
        let name = "response.reasoning_summary_text.delta";
        stream.added(item).deltas(name, place, text::words()).answer()
    }),
    scenario("stall", "Goes silent after `words` (12), the connection stays open.", |call| {
        begun(call).hold().answer()
    }),
    scenario("stall-first", "Sends headers and nothing more, the connection stays open.", |call| {
        ItemStream::new(call).hold().answer()
    }),
];

fn comments(call: &Call) -> Answer {
    let comment = || Step::Bytes(COMMENT.into());
    ItemStream::new(call)
        .step(comment())
        .wait(Duration::from_millis(20))
        .step(comment())
        .begin()
        .open_message()
        .text("A comment")
        .bytes(": keep-alive\n\n:\n")
        .text(" interrupts this.")
        .step(comment())
        .close_message()
        .complete()
        .answer()
}
