//! Streams that break, lie or flood: none of them may be taken for a complete answer.

use std::iter;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    gemini::{
        errors,
        part_stream::{begun, stream},
    },
    scenarios::{Scenario, scenario},
    step::Step,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("cut", "The connection closes between two frames after `words` (12).", |call| {
        begun(call).cut().answer()
    }),
    scenario("cut-frame", "The connection closes in the middle of a frame.", |call| {
        begun(call).cut_frame(" lost", "\"parts\"", 4).cut().answer()
    }),
    scenario("cut-utf8", "The connection closes in the middle of a character.", |call| {
        begun(call).cut_frame(" a snowman: ☃", "☃", 1).cut().answer()
    }),
    scenario("end-early", "The body ends in good order, but without a finish reason.", |call| {
        begun(call).answer()
    }),
    scenario("end-mid-frame", "The body ends in good order in the middle of a frame.", |call| {
        begun(call).cut_frame(" lost", "\"parts\"", 4).answer()
    }),
    scenario("done-only", "`[DONE]` after some text, but never a finish reason.", |call| {
        begun(call).bytes("data: [DONE]\n\n").answer()
    }),
    scenario("empty", "200 and an event stream that closes with nothing in it.", |call| {
        stream(call).answer()
    }),
    scenario("error-mid-stream", "An error frame after `words` (12).", |call| {
        begun(call).frame(broken()).answer()
    }),
    scenario("error-mid-stream-cut", "An error frame, and the connection closes.", |call| {
        begun(call).frame(broken()).cut().answer()
    }),
    scenario("error-mid-stream-array", "The error frame is an array of one.", |call| {
        begun(call).frame(json!([broken()])).answer()
    }),
    scenario("error-mid-stream-event", "The error comes as an event called `error`.", |call| {
        begun(call).bytes(format!("event: error\ndata: {}\n\n", broken())).answer()
    }),
    scenario("error-mid-stream-line", "The error comes as bare JSON between frames.", |call| {
        begun(call).bytes(format!("{}\n\n", broken())).answer()
    }),
    scenario("error-mid-stream-status", "The error has a status but no code.", |call| {
        let error = json!({"message": "Try again later.", "status": "RESOURCE_EXHAUSTED"});
        begun(call).frame(json!({"error": error})).answer()
    }),
    scenario("error-first-frame", "The first frame of the 200 is an error.", |call| {
        stream(call).frame(broken()).answer()
    }),
    scenario("error-with-finish", "An error in a frame that also finishes.", |call| {
        let said = begun(call);
        let mut frame = said.last_frame(&json!({"text": "."}), "STOP");
        frame["error"] = broken()["error"].take();
        said.frame(frame).answer()
    }),
    scenario("bad-json-frame", "A frame whose data is no JSON, then a good end.", |call| {
        begun(call).bytes("data: {\"candidates\": [oops]}\n\n").end().answer()
    }),
    scenario("bad-utf8", "A frame with bytes that are no UTF-8, then a good end.", |call| {
        let bytes =
            b"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" \xff\xfe\"}]}}]}\n\n";
        begun(call).bytes(bytes.as_slice()).end().answer()
    }),
    scenario("lone-surrogate", "A frame with half a character escaped, then a good end.", |call| {
        let frame = r#"{"candidates":[{"content":{"parts":[{"text":" \ud83d"}]}}]}"#;
        begun(call).bytes(format!("data: {frame}\n\n")).end().answer()
    }),
    scenario("deep-json", "A frame nested 100000 deep, then a good end.", |call| {
        let frame = format!("data: {}{}\n\n", "[".repeat(100_000), "]".repeat(100_000));
        begun(call).bytes(frame).end().answer()
    }),
    scenario("wrong-types", "Frames whose fields have the wrong types, then a good end.", |call| {
        begun(call)
            .candidates(json!([{"content": {"parts": [{"text": 7}]}, "index": "0"}]))
            .candidates(json!("none"))
            .end()
            .answer()
    }),
    scenario("wrong-content", "Content that is a text instead of parts.", |call| {
        begun(call).candidates(json!([{"content": "Hello", "index": 0}])).end().answer()
    }),
    scenario("endless-line", "`data: ` and then spaces for ever, never a line end.", |call| {
        flood(call, "data: ", Bytes::from(vec![b' '; 64 * 1024]))
    }),
    scenario("endless-event", "`data:` lines for ever, never a blank one.", |call| {
        flood(call, "", Bytes::from("data: more\n".repeat(6_000)))
    }),
    scenario("array-cut", "The JSON array of a stream without SSE, cut off.", |call| {
        let first = stream(call).last_frame(&json!({"text": "Hello"}), "STOP");
        let bytes = Step::Bytes(format!("[{first}\n,").into());
        if !call.wants_stream() {
            return Answer::hangup();
        }
        Answer::steps("application/json", [bytes, Step::Cut].into_iter())
    }),
];

fn broken() -> Value {
    errors::object(500, "INTERNAL", "The model crashed while it was answering.")
}

fn flood(call: &Call, opening: &'static str, filler: Bytes) -> Answer {
    if !call.wants_stream() {
        return Answer::silence();
    }
    begun(call).bytes(opening).then(iter::repeat(Step::Bytes(filler))).answer()
}
