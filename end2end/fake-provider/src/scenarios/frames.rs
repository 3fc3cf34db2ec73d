//! Unusual but lawful streams: every one of them must be read as the same kind of answer.

use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, step::Layout, text};

/// Those that any protocol can play.
pub(crate) const SHARED: &[Scenario] = &[
    scenario("crlf", "Lines end with CR LF.", |call| {
        call.say(text::PLAIN).framed(|framing| framing.newline = "\r\n")
    }),
    scenario("byte-by-byte", "One byte per write.", |call| {
        call.say(text::UNICODE).framed(|framing| framing.bytes_per_write = 1)
    }),
    scenario("many-per-write", "The whole stream in one write.", many_per_write),
    scenario("no-space", "`data:` without the space.", |call| {
        call.say(text::PLAIN).framed(|framing| framing.layout = Layout::NoSpace)
    }),
    scenario("many-lines", "Each event's JSON spread over several `data:` lines.", |call| {
        call.say(text::PLAIN).framed(|framing| framing.layout = Layout::ManyLines)
    }),
    scenario("text-plain-sse", "A good stream that calls itself text/plain.", |call| {
        call.say(text::PLAIN).header("content-type", "text/plain; charset=utf-8")
    }),
];

pub(super) const TABLE: &[Scenario] = &[
    scenario("no-done", "Finishes, but without `[DONE]`.", |call| {
        call.stream().role().text(text::PLAIN).finish("stop").answer()
    }),
    scenario("done-unterminated", "The last line has no line end.", |call| {
        call.stream().role().text(text::PLAIN).finish("stop").bytes("data: [DONE]").answer()
    }),
    scenario("done-then-open", "`[DONE]`, but the connection stays open.", |call| {
        call.stream().role().text(text::PLAIN).end().hold().answer()
    }),
    scenario("byte-order-mark", "The stream opens with a byte order mark.", |call| {
        call.stream().bytes("\u{feff}").role().text(text::PLAIN).end().answer()
    }),
    scenario(
        "unknown-events",
        "Event names, ids, retry fields and unknown JSON between.",
        |call| {
            call.stream()
                .bytes("event: ping\nid: 7\nretry: 1000\ndata: {\"type\":\"ping\"}\n\n")
                .role()
                .text("Strange events")
                .bytes("event: weather\ndata: {\"type\":\"rain\",\"millimetres\":3}\n\n")
                .bytes("colour: blue\n\n")
                .text(" come and go.")
                .end()
                .answer()
        },
    ),
    scenario("unknown-fields", "Padding and unknown fields everywhere.", |call| {
        let extra = json!({"obfuscation": "aB3dE", "x_groq": {"id": "r"}, "provider": "Fake"});
        call.stream()
            .role()
            .delta_with(json!({"content": "Ignore", "mood": "calm"}), &extra)
            .delta_with(json!({"content": " the rest."}), &extra)
            .end()
            .answer()
    }),
    scenario(
        "empty-choices",
        "Chunks without choices at the start and in between, as Azure.",
        |call| {
            call.stream()
                .frame(json!({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}))
                .role()
                .text("Some frames")
                .choices(json!([]))
                .text(" are empty.")
                .end()
                .answer()
        },
    ),
    scenario("null-choices", "Chunks whose choices are null or missing.", |call| {
        let nothing = call.stream().role().text("Some frames").choices(Value::Null);
        nothing.frame(json!({"object": "ping"})).text(" say nothing.").end().answer()
    }),
    scenario("second-choice", "Chunks of a second choice nobody asked for.", |call| {
        let second = |text: &str| json!([{"index": 1, "delta": {"content": text}}]);
        let stream = call.stream().role().text("The first").choices(second("NOT THIS"));
        stream.text(" choice counts.").choices(second("NOR THIS")).end().answer()
    }),
    scenario("missing-role", "The first chunk already carries text and no role.", |call| {
        call.stream().text(text::PLAIN).end().answer()
    }),
    scenario("content-null", "The first chunk's content is null, as llama.cpp sends it.", |call| {
        let role = json!({"role": "assistant", "content": null});
        call.stream().delta(role).text(text::PLAIN).delta(json!({"content": null})).end().answer()
    }),
    scenario("content-array", "Content is an array of text parts.", |call| {
        call.stream()
            .role()
            .delta(json!({"content": [{"type": "text", "text": "In "}]}))
            .delta(json!({"content": [{"type": "text", "text": "two "}, {"type": "text", "text": "parts."}]}))
            .end()
            .answer()
    }),
    scenario("huge-frame", "One token of `bytes` (5000000).", |call| {
        call.stream().role().delta(json!({"content": huge_text(call)})).end().answer()
    }),
    scenario("json-instead-of-sse", "One JSON answer although a stream was asked for.", |call| {
        Answer::json(200, &completion(call))
    }),
    scenario(
        "json-after-blank-lines",
        "Blank lines while waiting, then JSON, as DeepSeek.",
        |call| Answer::whole(200, "application/json", format!("\n\n\n\n{}", completion(call))),
    ),
];

/// A text of `bytes`.
pub(crate) fn huge_text(call: &Call) -> String {
    let size = usize::try_from(call.number("bytes", 5_000_000)).unwrap_or(usize::MAX);
    text::words().flat_map(String::into_bytes).map(char::from).take(size).collect()
}

fn completion(call: &Call) -> Value {
    json!({
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 1,
        "model": call.model(),
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": text::PLAIN},
            "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 9, "completion_tokens": 18, "total_tokens": 27},
    })
}

fn many_per_write(call: &Call) -> Answer {
    let answer = call.say(text::PLAIN);
    if call.wants_stream() { answer.in_one_write() } else { answer }
}
