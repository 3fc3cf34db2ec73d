//! Unusual but lawful streams: every one of them must be read as the same kind of answer.

use serde_json::{Value, json};

use super::super::{ItemStream, items};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    step::{Framing, Step},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("byte-order-mark", "The stream opens with a byte order mark.", |call| {
        let stream = ItemStream::new(call).bytes("\u{feff}").begin();
        stream.message(text::PLAIN).complete().answer()
    }),
    scenario("no-event-names", "Only `data:` lines: the type is in the JSON alone.", |call| {
        let stream = ItemStream::new(call).begin().message(text::PLAIN).complete();
        stream.respelt(|_, json| Step::Frame(json))
    }),
    scenario("no-types", "The type is in the `event:` line alone.", |call| {
        let stream = ItemStream::new(call).begin().message(text::PLAIN).complete();
        stream.unnumbered(|event| {
            if let Some(fields) = event.as_object_mut() {
                fields.remove("type");
            }
        })
    }),
    scenario("end-unterminated", "The last line has no line end.", |call| {
        let stream = ItemStream::new(call).begin().message(text::PLAIN).complete();
        stream.respelt(|name, json| {
            let last = name == "response.completed";
            let step = Step::Event(name, json);
            let bytes = Framing::default().bytes(&step).unwrap_or_default();
            if last { Step::Bytes(bytes.slice(..bytes.len() - 2)) } else { step }
        })
    }),
    scenario(
        "unknown-events",
        "Event names, ids, retry fields and unknown JSON between.",
        |call| {
            ItemStream::new(call)
                .bytes("event: ping\nid: 7\nretry: 1000\ndata: {\"type\":\"ping\"}\n\n")
                .begin()
                .open_message()
                .text("Strange events")
                .event("response.weather.changed", json!({"millimetres": 3}))
                .event("keepalive", json!({}))
                .bytes("colour: blue\n\n")
                .text(" come and go.")
                .close_message()
                .complete()
                .answer()
        },
    ),
    scenario("unknown-fields", "Padding and unknown fields everywhere.", |call| {
        let stream = ItemStream::new(call).begin().message("Ignore the rest.").complete();
        stream.unnumbered(|event| {
            event["obfuscation"] = json!("aB3dE");
            event["item"]["mood"] = json!("calm");
            event["response"]["provider"] = json!({"name": "Fake"});
        })
    }),
    scenario("huge-frame", "One token of `bytes` (5000000).", |call| {
        let size = usize::try_from(call.number("bytes", 5_000_000)).unwrap_or(usize::MAX);
        let token: String =
            text::words().flat_map(|word| word.into_bytes()).map(char::from).take(size).collect();
        let stream = ItemStream::new(call).begin().open_message();
        stream.text_of(vec![token]).forget_message().complete_with(Value::Null).answer()
    }),
    scenario("json-instead-of-sse", "One JSON answer although a stream was asked for.", |call| {
        Answer::json(200, &whole(call))
    }),
    scenario(
        "json-after-blank-lines",
        "Blank lines while waiting, then JSON, as DeepSeek.",
        |call| Answer::whole(200, "application/json", format!("\n\n\n\n{}", whole(call))),
    ),
    scenario("json-tool", "One JSON answer with thoughts, words and a call.", |call| {
        let mut response = whole(call);
        response["output"] = json!([
            items::reasoning("rs_0", &["I need the time."]),
            items::message("msg_1", "Let me look."),
            items::function_call("fc_2", "call_a", super::tools::tool(call), "{}"),
        ]);
        Answer::json(200, &response)
    }),
    scenario("json-incomplete", "One JSON answer that the token limit ended.", |call| {
        let mut response = whole(call);
        response["status"] = json!("incomplete");
        response["incomplete_details"] = json!({"reason": "max_output_tokens"});
        Answer::json(200, &response)
    }),
];

fn whole(call: &Call) -> Value {
    ItemStream::new(call).message(text::PLAIN).closing("completed")
}
