//! Unusual but lawful streams: every one of them must be read as the same kind of answer.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{begun, stream},
    scenarios::{Scenario, huge_text, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("done", "`[DONE]` at the end, as a proxy may add.", |call| {
        stream(call).text(text::PLAIN).end().bytes("data: [DONE]\n\n").answer()
    }),
    scenario("end-unterminated", "The last frame has no line end.", |call| {
        let said = stream(call).text(text::PLAIN);
        let last = said.last_frame(&json!({"text": " Over."}), "STOP");
        said.bytes(format!("data: {last}")).answer()
    }),
    scenario("end-then-open", "Finishes, but the connection stays open.", |call| {
        stream(call).text(text::PLAIN).end().hold().answer()
    }),
    scenario("byte-order-mark", "The stream opens with a byte order mark.", |call| {
        stream(call).bytes("\u{feff}").text(text::PLAIN).end().answer()
    }),
    scenario(
        "unknown-events",
        "Event names, ids, retry fields and unknown JSON between.",
        |call| {
            stream(call)
                .bytes("event: ping\nid: 7\nretry: 1000\ndata: {\"type\":\"ping\"}\n\n")
                .text("Strange events")
                .bytes("event: weather\ndata: {\"type\":\"rain\",\"millimetres\":3}\n\n")
                .bytes("colour: blue\n\n")
                .text(" come and go.")
                .end()
                .answer()
        },
    ),
    scenario("unknown-fields", "Unknown fields and kinds of parts everywhere.", |call| {
        let candidate = |text: &str| {
            json!([{
                "content": {"role": "model", "mood": "calm", "parts": [
                    {"text": text, "partMetadata": {"a": 1}},
                    {"executableCode": {"language": "PYTHON", "code": "1"}},
                ]},
                "index": 0,
                "avgLogprobs": -0.1,
                "citationMetadata": {"citationSources": []},
                "groundingMetadata": {},
                "safetyRatings": [],
            }])
        };
        stream(call)
            .candidates(candidate("Ignore"))
            .candidates(candidate(" the rest."))
            .end()
            .answer()
    }),
    scenario("empty-choices", "Frames with no candidates in the list.", |call| {
        stream(call)
            .candidates(json!([]))
            .text("Some frames")
            .candidates(json!([]))
            .text(" are empty.")
            .end()
            .answer()
    }),
    scenario("null-choices", "Frames whose candidates are null or missing.", |call| {
        let nothing = stream(call).text("Some frames").candidates(Value::Null).no_candidates();
        nothing.frame(json!({"object": "ping"})).text(" say nothing.").end().answer()
    }),
    scenario("second-choice", "Frames of a second candidate nobody asked for.", |call| {
        let second = |text: &str| json!([{"content": {"parts": [{"text": text}]}, "index": 1}]);
        let said = stream(call).text("The first").candidates(second("NOT THIS"));
        said.text(" choice counts.").candidates(second("NOR THIS")).end().answer()
    }),
    scenario("missing-role", "Content without its role and candidate without index.", |call| {
        let bare = json!([{"content": {"parts": [{"text": text::PLAIN}]}}]);
        stream(call).candidates(bare).end().answer()
    }),
    scenario("content-null", "Content, parts or text are null or missing.", |call| {
        stream(call)
            .candidates(json!([{"content": null, "index": 0}]))
            .candidates(json!([{"content": {"parts": null, "role": "model"}, "index": 0}]))
            .candidates(json!([{"content": {"role": "model"}, "index": 0}]))
            .text(text::PLAIN)
            .part(json!({"text": null}))
            .end()
            .answer()
    }),
    scenario("content-array", "Several texts in one frame.", |call| {
        stream(call)
            .parts(json!([{"text": "In "}, {"text": "two "}]))
            .parts(json!([{"text": "parts."}]))
            .end()
            .answer()
    }),
    scenario("huge-frame", "One token of `bytes` (5000000).", |call| {
        stream(call).part(json!({"text": huge_text(call)})).end().answer()
    }),
    scenario("json-instead-of-sse", "One JSON answer although a stream was asked for.", |call| {
        Answer::json(200, &response(call, "STOP"))
    }),
    scenario("json-array-instead-of-sse", "A JSON array, as without `alt=sse`.", |call| {
        let mut first = response(call, "STOP");
        first["candidates"][0]["finishReason"].take();
        let mut last = response(call, "STOP");
        last["candidates"][0]["content"]["parts"][0]["text"] = json!(" The end.");
        Answer::json(200, &json!([first, last]))
    }),
    scenario("json-after-blank-lines", "Blank lines while waiting, then JSON.", |call| {
        let body = format!("\n\n\n\n{}", response(call, "STOP"));
        Answer::whole(200, "application/json", body)
    }),
    scenario("json-unfinished", "One JSON answer without a finish reason.", |call| {
        let mut unfinished = response(call, "");
        unfinished["candidates"][0]["finishReason"].take();
        Answer::json(200, &unfinished)
    }),
    scenario("finish-then-usage", "The token counts come after the finish reason.", |call| {
        let usage = json!({"promptTokenCount": 9, "candidatesTokenCount": 12});
        begun(call).without_usage().end().frame(json!({"usageMetadata": usage})).answer()
    }),
];

fn response(call: &Call, reason: &str) -> Value {
    json!({
        "candidates": [{
            "content": {"role": "model", "parts": [{"text": text::PLAIN}]},
            "finishReason": reason,
            "index": 0,
        }],
        "usageMetadata": {
            "promptTokenCount": 9, "candidatesTokenCount": 18, "totalTokenCount": 27,
        },
        "modelVersion": call.model(),
        "responseId": "gemini-fake",
    })
}
