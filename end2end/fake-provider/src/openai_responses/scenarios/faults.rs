//! Streams that break, lie or flood: none of them may be taken for a complete answer.

use std::iter;

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::{ItemStream, begun};
use crate::{
    answer::Answer,
    call::Call,
    errors,
    scenarios::{Scenario, scenario},
    step::Step,
    text,
};

const CRASHED: &str = "The model crashed while it was answering.";

pub(super) const TABLE: &[Scenario] = &[
    scenario("cut", "The connection closes between two frames after `words` (12).", |call| {
        begun(call).cut().answer()
    }),
    scenario("cut-frame", "The connection closes in the middle of a frame.", |call| {
        begun(call).cut_event(" lost", "\"delta\"", 4).cut().answer()
    }),
    scenario("cut-utf8", "The connection closes in the middle of a character.", |call| {
        begun(call).cut_event(" a snowman: ☃", "☃", 1).cut().answer()
    }),
    scenario("end-early", "The body ends in good order, but nothing was completed.", |call| {
        begun(call).answer()
    }),
    scenario("end-after-items", "Every item is done, but the response never is.", |call| {
        begun(call).close_message().answer()
    }),
    scenario("end-mid-frame", "The body ends in good order in the middle of a frame.", |call| {
        begun(call).cut_event(" lost", "\"delta\"", 4).answer()
    }),
    scenario("done-only", "`[DONE]` after some text, but nothing was completed.", |call| {
        begun(call).step(Step::Done).answer()
    }),
    scenario("empty", "200 and an event stream that closes with nothing in it.", |call| {
        ItemStream::new(call).answer()
    }),
    scenario("only-begun", "The response is created, and that is all.", |call| {
        ItemStream::new(call).begin().answer()
    }),
    scenario("error-mid-stream", "A top-level `error` event after `words` (12).", |call| {
        begun(call).event("error", error("server_error", CRASHED)).answer()
    }),
    scenario("error-mid-stream-cut", "An `error` event, and the connection closes.", |call| {
        begun(call).event("error", error("server_error", CRASHED)).cut().answer()
    }),
    scenario("error-mid-stream-nested", "The `error` event holds an error object.", |call| {
        let body = errors::object(CRASHED, "server_error", json!(500));
        begun(call).event("error", body).answer()
    }),
    scenario("error-mid-stream-frame", "An error in a frame without a name.", |call| {
        let body = errors::object(CRASHED, "server_error", json!(500));
        begun(call).step(Step::Frame(body)).answer()
    }),
    scenario("error-mid-stream-string", "The error in the frame is a mere string.", |call| {
        begun(call).step(Step::Frame(json!({"error": "CUDA out of memory"}))).answer()
    }),
    scenario("error-first-frame", "The first frame of the 200 is an error.", |call| {
        ItemStream::new(call).event("error", error("server_error", CRASHED)).answer()
    }),
    scenario("error-rate", "An `error` event for too many requests.", |call| {
        begun(call).event("error", error("rate_limit_exceeded", "Slow down.")).answer()
    }),
    scenario("failed", "`response.failed` after `words` (12).", |call| {
        begun(call).close_message().failed("server_error", CRASHED).answer()
    }),
    scenario("failed-first", "`response.failed` before any item.", |call| {
        let message = "This organization has exceeded its rate limit.";
        ItemStream::new(call).begin().failed("rate_limit_exceeded", message).answer()
    }),
    scenario("failed-context", "`response.failed` because the input is too long.", |call| {
        let message = "Your input exceeds the context window of this model.";
        ItemStream::new(call).begin().failed("context_length_exceeded", message).answer()
    }),
    scenario("failed-mute", "`response.failed` that does not say why.", |call| {
        let stream = begun(call).close_message();
        let mut response = stream.closing("failed");
        response["error"] = Value::Null;
        stream.event("response.failed", json!({"response": response})).answer()
    }),
    scenario("failed-inside-completed", "Completed, says the event, but it failed.", |call| {
        let stream = begun(call).close_message();
        let mut response = stream.closing("failed");
        response["error"] = json!({"code": "server_error", "message": CRASHED});
        stream.event("response.completed", json!({"response": response})).answer()
    }),
    scenario("json-failed", "One JSON answer that failed.", |call| {
        let mut response = ItemStream::new(call).closing("failed");
        response["error"] = json!({"code": "server_error", "message": CRASHED});
        Answer::json(200, &response)
    }),
    scenario("json-in-progress", "One JSON answer that is still being written.", |call| {
        let response = ItemStream::new(call).message(text::PLAIN).closing("in_progress");
        Answer::json(200, &response)
    }),
    scenario("chat-answer", "A chat stream: the server speaks the other protocol.", |call| {
        let chunk = json!({"object": "chat.completion.chunk", "choices": [
            {"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"},
        ]});
        ItemStream::new(call).step(Step::Frame(chunk)).step(Step::Done).answer()
    }),
    scenario("bad-json-frame", "A frame whose data is no JSON, then a good end.", |call| {
        let frame = "event: response.output_text.delta\ndata: {\"delta\": oops}\n\n";
        mended(begun(call).bytes(frame))
    }),
    scenario("bad-utf8", "A frame with bytes that are no UTF-8, then a good end.", |call| {
        let frame = b"event: response.output_text.delta\ndata: \
            {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_0\",\"delta\":\" \xff\xfe\"}\n\n";
        mended(begun(call).bytes(frame.as_slice()))
    }),
    scenario("lone-surrogate", "A frame with half a character escaped, then a good end.", |call| {
        let json = r#"{"type":"response.output_text.delta","item_id":"msg_0","delta":" \ud83d"}"#;
        let frame = format!("event: response.output_text.delta\ndata: {json}\n\n");
        mended(begun(call).bytes(frame))
    }),
    scenario("deep-json", "A frame nested 100000 deep, then a good end.", |call| {
        let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        mended(begun(call).bytes(format!("data: {nested}\n\n")))
    }),
    scenario("wrong-types", "Deltas of the wrong types, then a good end.", |call| {
        let stream = begun(call);
        let mut odd = stream.place();
        odd["delta"] = json!(7);
        mended(stream.event("response.output_text.delta", odd))
    }),
    scenario("endless-line", "`data: ` and then spaces for ever, never a line end.", |call| {
        flood(call, "data: ", Bytes::from(vec![b' '; 64 * 1024]))
    }),
    scenario("endless-event", "`data:` lines for ever, never a blank one.", |call| {
        flood(call, "", Bytes::from("data: more\n".repeat(6_000)))
    }),
];

/// The top-level error event's JSON.
fn error(code: &str, message: &str) -> Value {
    json!({"code": code, "message": message, "param": null})
}

/// The answer goes on after a fault as if nothing had happened.
fn mended(stream: ItemStream) -> Answer {
    stream.close_message().complete().answer()
}

fn flood(call: &Call, opening: &'static str, filler: Bytes) -> Answer {
    begun(call).bytes(opening).then(iter::repeat(Step::Bytes(filler))).answer()
}
