//! Streams that break, lie or flood: none of them may be taken for a complete answer.

use std::iter;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, control, errors, step::Step};

/// Those that any protocol can play.
pub(crate) const SHARED: &[Scenario] = &[
    scenario("empty-body", "200 and a body of no bytes.", |_| {
        Answer::whole(200, "application/json", "")
    }),
    scenario("empty-json", "200 and `{}`.", |_| Answer::json(200, &json!({}))),
    scenario("hangup", "The connection closes without any answer.", |_| Answer::hangup()),
    scenario("html-200", "200 and a web page.", |_| {
        Answer::html(200, "<!doctype html><title>Log in</title><h1>Welcome to the router</h1>")
    }),
    scenario("lmstudio-200-error", "200 and an error, as LM Studio does for a wrong path.", |_| {
        let error = "Unexpected endpoint or method. (POST /chat/completions)";
        Answer::json(200, &json!({"error": error}))
    }),
    scenario("endless-json", "One JSON answer that never ends.", |_| {
        let filler = Step::Bytes(Bytes::from(vec![b'a'; 64 * 1024]));
        let opening = Step::Bytes(Bytes::from_static(b"{\"id\":\""));
        Answer::steps("application/json", iter::once(opening).chain(iter::repeat(filler)))
    }),
    scenario("redirect", "307 to another host name, where no key may arrive.", redirect),
];

pub(super) const TABLE: &[Scenario] = &[
    scenario("cut", "The connection closes between two frames after `words` (12).", |call| {
        call.begun().cut().answer()
    }),
    scenario("cut-frame", "The connection closes in the middle of a frame.", |call| {
        call.begun().cut_frame(" lost", "\"content\"", 4).cut().answer()
    }),
    scenario("cut-utf8", "The connection closes in the middle of a character.", |call| {
        call.begun().cut_frame(" a snowman: ☃", "☃", 1).cut().answer()
    }),
    scenario("end-early", "The body ends in good order, but without a finish.", |call| {
        call.begun().answer()
    }),
    scenario("end-mid-frame", "The body ends in good order in the middle of a frame.", |call| {
        call.begun().cut_frame(" lost", "\"content\"", 4).answer()
    }),
    scenario("done-only", "`[DONE]` after some text, but never a finish reason.", |call| {
        call.begun().done().answer()
    }),
    scenario("empty", "200 and an event stream that closes with nothing in it.", |call| {
        call.stream().answer()
    }),
    scenario("error-mid-stream", "An error frame after `words` (12).", |call| {
        call.begun().frame(broken()).done().answer()
    }),
    scenario("error-mid-stream-cut", "An error frame, and the connection closes.", |call| {
        call.begun().frame(broken()).cut().answer()
    }),
    scenario("error-mid-stream-openrouter", "OpenRouter's error chunk with a finish.", |call| {
        let finish = json!([{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]);
        let error = json!({"code": 502, "message": "Upstream provider failed."});
        call.begun().frame(json!({"id": "c", "choices": finish, "error": error})).done().answer()
    }),
    scenario("error-mid-stream-event", "The error comes as an event called `error`.", |call| {
        call.begun().bytes(format!("event: error\ndata: {}\n\n", broken())).answer()
    }),
    scenario(
        "error-mid-stream-line",
        "The error comes on a line of its own, as old llama.cpp.",
        |call| call.begun().bytes(format!("error: {}\n\n", broken()["error"])).answer(),
    ),
    scenario("error-mid-stream-string", "The error in the frame is a mere string.", |call| {
        call.begun().frame(json!({"error": "CUDA out of memory"})).answer()
    }),
    scenario("error-first-frame", "The first frame of the 200 is an error.", |call| {
        call.stream().frame(broken()).answer()
    }),
    scenario("bad-json-frame", "A frame whose data is no JSON, then a good end.", |call| {
        call.begun().bytes("data: {\"choices\": [oops]}\n\n").end().answer()
    }),
    scenario("bad-utf8", "A frame with bytes that are no UTF-8, then a good end.", |call| {
        let bytes =
            b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" \xff\xfe\"}}]}\n\n";
        call.begun().bytes(bytes.as_slice()).end().answer()
    }),
    scenario("lone-surrogate", "A frame with half a character escaped, then a good end.", |call| {
        let frame = r#"{"choices":[{"index":0,"delta":{"content":" \ud83d"}}]}"#;
        call.begun().bytes(format!("data: {frame}\n\n")).end().answer()
    }),
    scenario("deep-json", "A frame nested 100000 deep, then a good end.", |call| {
        let frame = format!("data: {}{}\n\n", "[".repeat(100_000), "]".repeat(100_000));
        call.begun().bytes(frame).end().answer()
    }),
    scenario("wrong-types", "Frames whose fields have the wrong types, then a good end.", |call| {
        let odd = json!([{"index": "0", "delta": {"content": 7, "tool_calls": "x"}}]);
        let odder = call.begun().choices(odd).choices(json!("none"));
        odder.frame(json!([1, 2])).frame(json!("text")).end().answer()
    }),
    scenario("endless-line", "`data: ` and then spaces for ever, never a line end.", |call| {
        flood(call, "data: ", Bytes::from(vec![b' '; 64 * 1024]))
    }),
    scenario("endless-event", "`data:` lines for ever, never a blank one.", |call| {
        flood(call, "", Bytes::from("data: more\n".repeat(6_000)))
    }),
];

fn broken() -> Value {
    errors::object("The model crashed while it was answering.", "server_error", json!(500))
}

fn flood(call: &Call, opening: &'static str, filler: Bytes) -> Answer {
    if !call.wants_stream() {
        return Answer::silence();
    }
    call.begun().bytes(opening).then(iter::repeat(Step::Bytes(filler))).answer()
}

fn redirect(call: &Call) -> Answer {
    Answer::whole(307, "text/plain", "elsewhere")
        .header("location", &control::trap_elsewhere(call.headers))
}
