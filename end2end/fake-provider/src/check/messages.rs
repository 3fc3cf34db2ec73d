//! The messages of a chat request: roles, their order, contents, and calls with their results.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Broken, image,
    shape::{self, Check, Shape, is_function_name, is_text},
    state,
};

const ROLES: &[&str] = &["system", "developer", "user", "assistant", "tool"];

const FIELDS: &[(&str, Shape)] = &[
    ("role", Shape::OneOf(ROLES)),
    ("content", Shape::Any),
    ("name", Shape::Text),
    ("tool_calls", Shape::Array),
    ("tool_call_id", Shape::Text),
    ("refusal", Shape::Text),
    ("reasoning_content", Shape::Any),
    ("extra_content", Shape::Object),
    ("reasoning", Shape::Any),
    ("reasoning_details", Shape::Array),
    ("audio", Shape::Object),
];

const CALL_FIELDS: &[(&str, Shape)] = &[
    ("id", Shape::Text),
    ("type", Shape::OneOf(&["function"])),
    ("function", Shape::Object),
    ("extra_content", Shape::Object),
];

pub(super) fn check(messages: &Value) -> Result<(), Broken> {
    let messages = messages.as_array().map_or(&[][..], Vec::as_slice);
    (!messages.is_empty()).or_broken("messages", || "`messages` is missing or empty".to_owned())?;
    let mut order = Order::default();
    for (index, message) in messages.iter().enumerate() {
        let place = format!("messages[{index}]");
        one(message, &place)?;
        order.next(message, &place)?;
    }
    order.end()
}

fn one(message: &Value, place: &str) -> Result<(), Broken> {
    let role = message["role"].as_str().unwrap_or_default();
    ROLES
        .contains(&role)
        .or_broken("role", || format!("{place} has the role {}", message["role"]))?;
    // Null content is judged with the calls; everywhere else null is as bad as unknown.
    let mut fields = message.clone();
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("content");
    }
    shape::fields(&fields, FIELDS, place)?;
    (role == "assistant" || message.get("tool_calls").is_none())
        .or_broken("tool-calls", || format!("{place}: a {role} message cannot call tools"))?;
    ((role == "tool") == message.get("tool_call_id").is_some())
        .or_broken("tool-call-id", || {
            format!("{place}: `tool_call_id` belongs to tool messages, and to each of them")
        })?;
    calls(message, place)?;
    state::reasoning_details(message, place)?;
    state::extra_content(message, place)?;
    content(message, role, place)
}

fn calls(message: &Value, place: &str) -> Result<(), Broken> {
    let Some(calls) = message["tool_calls"].as_array() else {
        return Ok(());
    };
    (!calls.is_empty()).or_broken("tool-calls", || {
        format!("{place}: leave `tool_calls` out when there are none")
    })?;
    for call in calls {
        let good = is_text(&call["id"])
            && call["type"] == "function"
            && is_function_name(&call["function"]["name"])
            && call["function"]["arguments"].is_string();
        good.or_broken("tool-calls", || {
            format!("{place}: {call} needs id, type, function.name and arguments as a string")
        })?;
        shape::fields(call, CALL_FIELDS, place)?;
        state::extra_content(call, place)?;
    }
    Ok(())
}

fn content(message: &Value, role: &str, place: &str) -> Result<(), Broken> {
    let calls_tools = message.get("tool_calls").is_some();
    match &message["content"] {
        Value::Null => calls_tools.or_broken("content", || {
            format!("{place}: content may only be null beside tool_calls")
        }),
        Value::String(text) => (!text.is_empty() || calls_tools || role == "tool")
            .or_broken("content", || format!("{place}: content is empty")),
        Value::Array(parts) => {
            (!parts.is_empty()).or_broken("content", || format!("{place}: content is empty"))?;
            parts.iter().try_for_each(|content_part| part(content_part, role, place))
        }
        _ => Err(Broken::new("content", format!("{place}: content is no string and no parts"))),
    }
}

fn part(part: &Value, role: &str, place: &str) -> Result<(), Broken> {
    let kind = part["type"].as_str().unwrap_or_default();
    let good = match kind {
        "text" => is_text(&part["text"]),
        "image_url" => image::is_data_url(&part["image_url"]),
        "thinking" => state::is_thought(part),
        "input_audio" => {
            is_text(&part["input_audio"]["data"]) && is_text(&part["input_audio"]["format"])
        }
        "file" => part["file"].is_object(),
        "refusal" => is_text(&part["refusal"]),
        _ => false,
    };
    let allowed = match kind {
        "text" => true,
        "refusal" | "thinking" => role == "assistant",
        _ => role == "user",
    };
    (good && allowed).or_broken("content", || {
        let shown: String = part.to_string().chars().take(200).collect();
        format!("{place}: {shown} is no content part for the role {role}")
    })
}

/// Follows the turns: instructions first, then the user, and each call answered exactly once
/// before anything else is said.
#[derive(Default)]
struct Order {
    begun: bool,
    /// Whether tools were called since the user spoke.
    uses_tools: bool,
    unanswered: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Order {
    fn next(&mut self, message: &Value, place: &str) -> Result<(), Broken> {
        let role = message["role"].as_str().unwrap_or_default();
        if role == "tool" {
            return self.result(message, place);
        }
        self.all_answered(place)?;
        if matches!(role, "system" | "developer") {
            return (!self.begun).or_broken("role-order", || {
                format!("{place}: many servers refuse a {role} message after the first turn")
            });
        }
        (self.begun || role == "user").or_broken("role-order", || {
            format!("{place}: the first turn is {role}'s, many servers want it to be the user's")
        })?;
        self.begun = true;
        self.uses_tools = role != "user" && (self.uses_tools || message["tool_calls"].is_array());
        // Outside such turns DeepSeek once refused it, and never wants it.
        (self.uses_tools || message.get("reasoning_content").is_none())
            .or_broken("reasoning-content", || {
                format!("{place}: `reasoning_content` belongs to turns that use tools")
            })?;
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            let id = call["id"].as_str().unwrap_or_default().to_owned();
            self.seen.insert(id.clone());
            self.unanswered
                .insert(id.clone())
                .or_broken("tool-calls", || format!("{place}: two calls have the id `{id}`"))?;
        }
        Ok(())
    }

    fn result(&mut self, message: &Value, place: &str) -> Result<(), Broken> {
        let id = message["tool_call_id"].as_str().unwrap_or_default();
        self.unanswered.remove(id).or_broken("tool-result", || {
            if self.seen.contains(id) {
                format!("{place}: the call `{id}` was answered before or left behind")
            } else {
                format!("{place}: no call has the id `{id}`")
            }
        })
    }

    fn end(&self) -> Result<(), Broken> {
        self.all_answered("the end of messages")
    }

    fn all_answered(&self, place: &str) -> Result<(), Broken> {
        self.unanswered.is_empty().or_broken("tool-result", || {
            format!("{place} comes before the results of the calls {:?}", self.unanswered)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(messages: &Value) -> Option<&'static str> {
        check(messages).err().map(|broken| broken.rule)
    }

    fn call(id: &str) -> Value {
        json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "not json"}})
    }

    fn result(id: &str) -> Value {
        json!({"role": "tool", "tool_call_id": id, "content": ""})
    }

    fn user() -> Value {
        json!({"role": "user", "content": "x"})
    }

    fn calling(ids: &[&str]) -> Value {
        let calls: Vec<Value> = ids.iter().map(|id| call(id)).collect();
        json!({"role": "assistant", "content": null, "tool_calls": calls})
    }

    fn thinking(id: &str) -> Value {
        let mut message = calling(&[id]);
        message["reasoning_content"] = json!("why");
        message
    }

    #[test]
    fn good_conversations_pass() {
        let good = [
            json!([user()]),
            json!([user(), user()]),
            json!([{"role": "system", "content": "s"}, {"role": "developer", "content": "d"}, user()]),
            json!([user(), {"role": "assistant", "content": "partial"}]),
            json!([user(), calling(&["a", "b"]), result("b"), result("a"), user()]),
            json!([user(), calling(&["a"]), result("a"), calling(&["a"]), result("a")]),
            json!([{"role": "user", "content": [
                {"type": "text", "text": "what is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
            ]}]),
            json!([user(), thinking("a"), result("a"), {"role": "assistant", "content": "x", "reasoning_content": ""}]),
            json!([user(), {"role": "assistant", "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "why"}], "closed": true},
                {"type": "text", "text": "so"},
            ]}]),
        ];
        for messages in good {
            assert_eq!(check(&messages), Ok(()), "{messages}");
        }
    }

    #[test]
    fn bad_conversations_are_refused() {
        let cases = [
            (json!([]), "messages"),
            (json!(null), "messages"),
            (json!(["x"]), "role"),
            (json!([{"role": "function", "content": "x"}]), "role"),
            (json!([{"role": "user"}]), "content"),
            (json!([{"role": "user", "content": ""}]), "content"),
            (json!([{"role": "user", "content": []}]), "content"),
            (json!([{"role": "user", "content": {"text": "x"}}]), "content"),
            (json!([{"role": "user", "content": [{"type": "text"}]}]), "content"),
            (json!([user(), {"role": "assistant", "content": null}]), "content"),
            (json!([user(), {"role": "assistant", "content": ""}]), "content"),
            (json!([{"role": "user", "content": "x", "id": "7"}]), "unknown-field"),
            (json!([{"role": "user", "content": "x", "name": null}]), "null-field"),
            (json!([{"role": "assistant", "content": "x"}]), "role-order"),
            (json!([user(), {"role": "system", "content": "late"}]), "role-order"),
            (
                json!([user(), {"role": "assistant", "content": "x", "tool_calls": []}]),
                "tool-calls",
            ),
            (json!([{"role": "user", "content": "x", "tool_calls": [call("a")]}]), "tool-calls"),
            (json!([user(), calling(&["a", "a"])]), "tool-calls"),
            (json!([user(), calling(&[""])]), "tool-calls"),
            (json!([{"role": "user", "content": "x", "tool_call_id": "a"}]), "tool-call-id"),
            (json!([user(), {"role": "tool", "content": "x"}]), "tool-call-id"),
            (json!([user(), result("a")]), "tool-result"),
            (
                json!([{"role": "user", "content": [
                    {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                ]}]),
                "content",
            ),
            (
                json!([user(), {"role": "assistant", "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "why"}], "closed": false},
                ]}]),
                "content",
            ),
            (
                json!([user(), {"role": "assistant", "content": "x", "reasoning_content": ""}]),
                "reasoning-content",
            ),
            (
                json!([user(), thinking("a"), result("a"), user(), {"role": "assistant", "content": "x", "reasoning_content": ""}]),
                "reasoning-content",
            ),
            (json!([user(), calling(&["a"])]), "tool-result"),
            (json!([user(), calling(&["a"]), user()]), "tool-result"),
            (json!([user(), calling(&["a", "b"]), result("a"), user()]), "tool-result"),
            (json!([user(), calling(&["a"]), result("a"), result("a")]), "tool-result"),
        ];
        for (messages, expected) in cases {
            assert_eq!(rule(&messages), Some(expected), "{messages}");
        }
    }
}
