//! Answers that take their time, or never end.

use std::iter;

use serde_json::json;

use super::super::message_stream::MessageStream;
use crate::{
    scenarios::{
        Scenario,
        pace::{COMMENT, endless},
        scenario,
    },
    step::Step,
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("slow", "`words` (40) at a steady `delay` (50).", |call| {
        let stream = MessageStream::paced(call, 50).start().open_text();
        stream.words(call.number("words", 40)).close().end("end_turn").answer()
    }),
    scenario("pause", "Stops for `milliseconds` (2000) in the middle, then goes on.", |call| {
        let pause = call.milliseconds("milliseconds", 2_000);
        let stream = MessageStream::begun(call).wait(pause).text(" And on it goes.");
        stream.close().end("end_turn").answer()
    }),
    scenario("comments", "Comment lines before and between the tokens.", |call| {
        MessageStream::of(call)
            .bytes(COMMENT)
            .start()
            .open_text()
            .text("A comment")
            .bytes(": keep-alive\n\n:\n")
            .text(" interrupts this.")
            .close()
            .bytes(COMMENT)
            .end("end_turn")
            .answer()
    }),
    scenario("comments-forever", "Comments every `delay` (100) and never any data.", |call| {
        let again = [Step::Wait(call.milliseconds("delay", 100)), Step::Bytes(COMMENT.into())];
        endless(call, move |call| {
            MessageStream::of(call).then(iter::repeat(again).flatten()).answer()
        })
    }),
    scenario("pings-forever", "Pings every `delay` (100) and never a word.", |call| {
        let ping = Step::Event("ping", json!({"type": "ping"}));
        let again = [Step::Wait(call.milliseconds("delay", 100)), ping];
        endless(call, move |call| {
            MessageStream::of(call).start().then(iter::repeat(again).flatten()).answer()
        })
    }),
    scenario(
        "never-ending",
        "Words every `delay` (10) for as long as the client listens.",
        |call| {
            endless(call, |call| {
                let stream = MessageStream::paced(call, 10).start().open_text();
                stream.tokens("text", text::words()).answer()
            })
        },
    ),
    scenario("reasoning-forever", "Thinks every `delay` (10) and never answers.", |call| {
        endless(call, |call| {
            let stream = MessageStream::paced(call, 10).start().open_thinking();
            stream.tokens("thinking", text::words()).answer()
        })
    }),
    scenario("stall", "Goes silent after `words` (12), the connection stays open.", |call| {
        MessageStream::begun(call).hold().answer()
    }),
    scenario("stall-first", "Sends headers and nothing more, the connection stays open.", |call| {
        MessageStream::of(call).hold().answer()
    }),
];
