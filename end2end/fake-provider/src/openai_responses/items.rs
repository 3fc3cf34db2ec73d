//! The JSON of output items, as they are when they are done.

use serde_json::{Value, json};

pub(super) fn message(id: &str, text: &str) -> Value {
    json!({
        "type": "message", "id": id, "role": "assistant", "status": "completed",
        "content": [output_text(text)],
    })
}

pub(super) fn output_text(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

pub(super) fn refusal(text: &str) -> Value {
    json!({"type": "refusal", "refusal": text})
}

/// A call; the item's identifier is never the call's.
pub(super) fn function_call(id: &str, call_id: &str, name: &str, arguments: &str) -> Value {
    json!({
        "type": "function_call", "id": id, "call_id": call_id, "name": name,
        "arguments": arguments, "status": "completed",
    })
}

/// Thoughts in parts, as they are shown to the user; nothing encrypted yet.
pub(super) fn reasoning(id: &str, summary: &[&str]) -> Value {
    let parts: Vec<Value> = summary.iter().map(|text| summary_text(text)).collect();
    json!({"type": "reasoning", "id": id, "summary": parts})
}

pub(super) fn summary_text(text: &str) -> Value {
    json!({"type": "summary_text", "text": text})
}

pub(super) fn reasoning_text(text: &str) -> Value {
    json!({"type": "reasoning_text", "text": text})
}

/// The item as it is when it is announced: empty and in progress.
pub(super) fn announced(item: &Value) -> Value {
    let mut item = item.clone();
    for (field, empty) in [
        ("status", json!("in_progress")),
        ("content", json!([])),
        ("summary", json!([])),
        ("arguments", json!("")),
    ] {
        if item.get(field).is_some() {
            item[field] = empty;
        }
    }
    item
}
