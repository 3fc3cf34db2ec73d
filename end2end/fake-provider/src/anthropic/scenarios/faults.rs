//! Streams that break, lie or flood: none of them may be taken for a complete answer.

use std::iter;

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::{errors::object, message_stream::MessageStream};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, pace::endless, scenario},
    step::Step,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("cut", "The connection closes between two events after `words` (12).", |call| {
        MessageStream::begun(call).cut().answer()
    }),
    scenario("cut-frame", "The connection closes in the middle of an event.", |call| {
        MessageStream::begun(call).cut_frame(" lost", "\"text\"", 4).cut().answer()
    }),
    scenario("cut-utf8", "The connection closes in the middle of a character.", |call| {
        MessageStream::begun(call).cut_frame(" a snowman: ☃", "☃", 1).cut().answer()
    }),
    scenario("end-early", "The body ends in good order, but without a stop reason.", |call| {
        MessageStream::begun(call).answer()
    }),
    scenario("end-mid-frame", "The body ends in good order in the middle of an event.", |call| {
        MessageStream::begun(call).cut_frame(" lost", "\"text\"", 4).answer()
    }),
    scenario("done-only", "`message_stop` after some text, but never a stop reason.", |call| {
        MessageStream::begun(call).close().stop().answer()
    }),
    scenario("finish-null", "The stop reason is null, then `message_stop`.", |call| {
        let delta = json!({"delta": {"stop_reason": null}, "usage": {"output_tokens": 12}});
        MessageStream::begun(call).close().event("message_delta", delta).stop().answer()
    }),
    scenario("empty", "200 and an event stream that closes with nothing in it.", |call| {
        MessageStream::of(call).answer()
    }),
    scenario("start-only", "The message starts, and that was it.", |call| {
        MessageStream::of(call).start().answer()
    }),
    scenario("chat-chunks", "The stream of another protocol.", |call| {
        let chunk =
            json!({"object": "chat.completion.chunk", "choices": [{"delta": {"content": "Hi"}}]});
        MessageStream::of(call).frame(chunk).step(Step::Done).answer()
    }),
    scenario("error-mid-stream", "`overloaded_error` after `words` (12).", |call| {
        MessageStream::begun(call).event("error", overloaded()).answer()
    }),
    scenario("error-mid-stream-cut", "The same, and the connection closes.", |call| {
        MessageStream::begun(call).event("error", overloaded()).cut().answer()
    }),
    scenario("error-mid-stream-done", "The same, and a good end nevertheless.", |call| {
        MessageStream::begun(call).event("error", overloaded()).close().end("end_turn").answer()
    }),
    scenario("error-mid-stream-unnamed", "The error without an `event:` line.", |call| {
        MessageStream::begun(call).frame(overloaded()).answer()
    }),
    scenario("error-mid-stream-string", "The error is a mere string.", |call| {
        MessageStream::begun(call).frame(json!({"error": "CUDA out of memory"})).answer()
    }),
    scenario("error-mid-stream-billing", "The money runs out in the middle.", |call| {
        let error = object("billing_error", "Your credit has run out.");
        MessageStream::begun(call).event("error", error).answer()
    }),
    scenario("error-first-frame", "The first event of the 200 is an error.", |call| {
        let error = object("api_error", "Internal server error");
        MessageStream::of(call).event("error", error).answer()
    }),
    scenario("bad-json-frame", "An event whose data is no JSON, then a good end.", |call| {
        broken(call, "{\"type\":\"content_block_delta\",\"delta\": [oops]}")
    }),
    scenario("bad-utf8", "An event with bytes that are no UTF-8, then a good end.", |call| {
        let before = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\
                      \"delta\":{\"type\":\"text_delta\",\"text\":\"";
        let bytes = [before.as_bytes(), b" \xff\xfe\"}}\n\n"].concat();
        MessageStream::begun(call).bytes(bytes).close().end("end_turn").answer()
    }),
    scenario("lone-surrogate", "An event with half a character, then a good end.", |call| {
        broken(
            call,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \ud83d"}}"#,
        )
    }),
    scenario("deep-json", "An event nested 100000 deep, then a good end.", |call| {
        broken(call, &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)))
    }),
    scenario("wrong-types", "A delta whose text is a number, then a good end.", |call| {
        let delta = json!({"type": "text_delta", "text": 7});
        MessageStream::begun(call).delta(delta).close().end("end_turn").answer()
    }),
    scenario("no-delta", "A delta event without a delta, then a good end.", |call| {
        let stream = MessageStream::begun(call).event("content_block_delta", json!({"index": 0}));
        stream.close().end("end_turn").answer()
    }),
    scenario("input-without-call", "A call's input without its call.", |call| {
        let delta = json!({"type": "input_json_delta", "partial_json": "{}"});
        MessageStream::begun(call).delta_at(5, delta).close().end("tool_use").answer()
    }),
    scenario("endless-line", "`data: ` and then spaces for ever, never a line end.", |call| {
        flood(call, "data: ", Bytes::from(vec![b' '; 64 * 1024]))
    }),
    scenario("endless-event", "`data:` lines for ever, never a blank one.", |call| {
        flood(call, "", Bytes::from("data: more\n".repeat(6_000)))
    }),
];

fn overloaded() -> Value {
    object("overloaded_error", "Overloaded")
}

fn broken(call: &Call, data: &str) -> Answer {
    let event = format!("event: content_block_delta\ndata: {data}\n\n");
    MessageStream::begun(call).bytes(event).close().end("end_turn").answer()
}

fn flood(call: &Call, opening: &'static str, filler: Bytes) -> Answer {
    endless(call, move |call| {
        MessageStream::begun(call).bytes(opening).then(iter::repeat(Step::Bytes(filler))).answer()
    })
}
