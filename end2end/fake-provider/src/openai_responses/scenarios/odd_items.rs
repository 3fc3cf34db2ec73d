//! Items and events that are left out, repeated, or of kinds nobody asked for.

use serde_json::{Value, json};

use super::super::{ItemStream, items};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("no-text-done", "Neither the text nor its part has a `done`.", |call| {
        let stream = ItemStream::new(call).begin().open_message().text(text::PLAIN);
        let item = items::message("msg_0", text::PLAIN);
        stream.forget_message().event("response.output_item.done", done(item)).complete().answer()
    }),
    scenario("text-done-only", "No deltas: the text comes with its `done`.", |call| {
        let stream = ItemStream::new(call).begin().open_message();
        let mut event = stream.place();
        event["text"] = json!(text::PLAIN);
        stream.event("response.output_text.done", event).forget_message().complete().answer()
    }),
    scenario("item-done-only", "No deltas: the text comes with the finished message.", |call| {
        let item = items::message("msg_0", text::PLAIN);
        ItemStream::new(call).begin().done(item).complete().answer()
    }),
    scenario("completed-only", "No items: the text comes with the finished response.", |call| {
        let stream = ItemStream::new(call).begin();
        let mut response = stream.closing("completed");
        response["output"] = json!([items::message("msg_0", text::PLAIN)]);
        stream.event("response.completed", json!({"response": response})).answer()
    }),
    scenario("other-ids-at-the-end", "The finished response has new identifiers.", |call| {
        let stream = ItemStream::new(call).begin().message(text::PLAIN);
        let mut response = stream.closing("completed");
        response["output"] = json!([items::message("msg_other", text::PLAIN)]);
        stream.event("response.completed", json!({"response": response})).answer()
    }),
    scenario("llama-cpp", "Neither numbers nor indexes nor `done`, as llama.cpp.", |call| {
        let event = |delta: &str| json!({"item_id": "msg_0", "delta": delta});
        let item = items::announced(&items::message("msg_0", ""));
        let mut response = ItemStream::new(call).closing("completed");
        response["output"] = json!([items::message("msg_0", "Short and good.")]);
        ItemStream::new(call)
            .begin()
            .event("response.output_item.added", json!({"item": item}))
            .event("response.output_text.delta", event("Short"))
            .event("response.output_text.delta", event(" and good."))
            .event("response.completed", json!({"response": response}))
            .unnumbered(|_| {})
    }),
    scenario("hosted-tool", "The server searches the web itself before it answers.", |call| {
        let item = json!({
            "type": "web_search_call", "id": "ws_0", "status": "completed",
            "action": {"type": "search", "query": "weather"},
        });
        let place = json!({"item_id": "ws_0", "output_index": 0});
        let stream = ItemStream::new(call).begin().added(item.clone());
        let stream = stream
            .event("response.web_search_call.in_progress", place.clone())
            .event("response.web_search_call.searching", place.clone())
            .event("response.web_search_call.completed", place);
        stream.done(item).message("It rains.").complete().answer()
    }),
    scenario("unknown-item", "An item of a kind nobody has heard of.", |call| {
        let item = json!({"type": "dream", "id": "dr_0", "content": [{"type": "dream_text"}]});
        let stream = ItemStream::new(call).begin().added(item.clone()).done(item);
        stream.message("I dreamt.").complete().answer()
    }),
    scenario("annotations", "A source is named while the text comes.", |call| {
        let stream = ItemStream::new(call).begin().open_message().text("As the manual says.");
        let mut event = stream.place();
        event["annotation_index"] = json!(0);
        event["annotation"] = json!({"type": "url_citation", "url": "https://example.org/"});
        let stream = stream.event("response.output_text.annotation.added", event);
        stream.close_message().complete().answer()
    }),
    scenario("two-parts", "A message of two texts.", two_parts),
];

fn two_parts(call: &Call) -> Answer {
    let place = |index: u64, field: &str, value: Value| {
        let mut event = json!({"item_id": "msg_0", "output_index": 0, "content_index": index});
        event[field] = value;
        event
    };
    let mut item = items::message("msg_0", "In ");
    item["content"] = json!([items::output_text("In "), items::output_text("two parts.")]);
    ItemStream::new(call)
        .begin()
        .added(items::announced(&item))
        .event("response.output_text.delta", place(0, "delta", json!("In ")))
        .event("response.output_text.done", place(0, "text", json!("In ")))
        .event("response.output_text.delta", place(1, "delta", json!("two ")))
        .event("response.output_text.delta", place(1, "delta", json!("parts.")))
        .event("response.output_text.done", place(1, "text", json!("two parts.")))
        .done(item)
        .complete()
        .answer()
}

fn done(item: Value) -> Value {
    json!({"output_index": 0, "item": item})
}
