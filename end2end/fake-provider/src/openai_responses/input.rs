//! The input items of a request: their shapes, their order, and reasoning that must come back as it
//! was given.

use std::collections::BTreeSet;

use serde_json::Value;

use super::seal;
use crate::check::{
    Broken,
    shape::{self, Check, Shape, is_function_name, is_text},
};

const MESSAGE: &[(&str, Shape)] = &[
    ("type", Shape::OneOf(&["message"])),
    ("role", Shape::OneOf(&["system", "developer", "user", "assistant"])),
    ("content", Shape::Any),
    ("id", Shape::Text),
    ("status", STATUS),
    ("phase", Shape::Text),
];
const FUNCTION_CALL: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("id", Shape::Text),
    ("call_id", Shape::Text),
    ("name", Shape::Text),
    ("arguments", Shape::Any),
    ("status", STATUS),
];
const OUTPUT: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("id", Shape::Text),
    ("call_id", Shape::Text),
    ("output", Shape::Any),
    ("status", STATUS),
];
const REASONING: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("id", Shape::Text),
    ("summary", Shape::Array),
    ("content", Shape::Array),
    ("encrypted_content", Shape::Text),
    ("status", STATUS),
];
const STATUS: Shape = Shape::OneOf(&["in_progress", "completed", "incomplete"]);

pub(super) fn check(body: &Value) -> Result<(), Broken> {
    let items = body["input"].as_array().map_or(&[][..], Vec::as_slice);
    (!items.is_empty()).or_broken("input", || "`input` is missing or empty".to_owned())?;
    let model = body["model"].as_str().unwrap_or_default();
    let mut order = Order::default();
    for (index, item) in items.iter().enumerate() {
        let place = format!("input[{index}]");
        match item["type"].as_str() {
            Some("message") => message(item, &place)?,
            Some("function_call") => function_call(item, &place)?,
            Some("function_call_output") => output(item, &place)?,
            Some("reasoning") => reasoning(item, model, &place)?,
            _ => {
                let message = format!("{place} has the type {}", item["type"]);
                return Err(Broken::new("input", message));
            }
        }
        order.next(item, &place)?;
    }
    order.end()
}

fn message(item: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(item, MESSAGE, place)?;
    let role = item["role"].as_str().unwrap_or_default();
    is_text(&item["role"]).or_broken("role", || format!("{place} has no role"))?;
    identifier(item, "msg_", place)?;
    match &item["content"] {
        Value::String(text) => (!text.is_empty() && role != "assistant")
            .or_broken("content", || {
                format!("{place}: content is empty, or not in parts although the model said it")
            }),
        Value::Array(parts) if !parts.is_empty() => {
            parts.iter().try_for_each(|content_part| part(content_part, role, place))
        }
        _ => Err(Broken::new("content", format!("{place}: content is no text and no parts"))),
    }
}

/// What the model said is output, and everything else is input.
fn part(part: &Value, role: &str, place: &str) -> Result<(), Broken> {
    let good = match (part["type"].as_str(), role) {
        (Some("output_text"), "assistant") => is_text(&part["text"]),
        (Some("refusal"), "assistant") => is_text(&part["refusal"]),
        (Some("input_text"), "user" | "system" | "developer") => is_text(&part["text"]),
        (Some("input_image"), "user") => part["image_url"]
            .as_str()
            .is_some_and(|url| url.starts_with("data:image/") || url.starts_with("https://")),
        _ => false,
    };
    good.or_broken("content", || {
        let shown: String = part.to_string().chars().take(200).collect();
        format!("{place}: {shown} is no content part for the role {role}")
    })
}

fn function_call(item: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(item, FUNCTION_CALL, place)?;
    identifier(item, "fc_", place)?;
    let good = is_text(&item["call_id"])
        && is_function_name(&item["name"])
        && item["arguments"].is_string();
    good.or_broken("function-call", || {
        format!("{place} needs call_id, name and arguments as a string")
    })
}

fn output(item: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(item, OUTPUT, place)?;
    (is_text(&item["call_id"]) && item["output"].is_string())
        .or_broken("function-call-output", || {
            format!("{place} needs call_id and output as a string")
        })
}

/// Reasoning is told by its summary and its seal, which only this model could have set.
fn reasoning(item: &Value, model: &str, place: &str) -> Result<(), Broken> {
    shape::fields(item, REASONING, place)?;
    identifier(item, "rs_", place)?;
    let expected = seal::encrypted(&seal::seal(model, &item["summary"]));
    let sent = item.get("encrypted_content").ok_or_else(|| {
        // Nothing is kept here, so an identifier alone leads nowhere.
        Broken::new("reasoning", format!("{place}: not stored, and nothing encrypted to go by"))
    })?;
    (*sent == expected).or_broken("reasoning", || {
        format!("{place}: the reasoning was changed, or is another model's")
    })
}

/// Identifiers may be left out; those that are there must be of the right kind.
fn identifier(item: &Value, prefix: &str, place: &str) -> Result<(), Broken> {
    item["id"]
        .as_str()
        .is_none_or(|id| id.starts_with(prefix))
        .or_broken("id", || format!("{place}: the id {} does not begin with {prefix}", item["id"]))
}

/// Follows the turns: the user begins, each call is answered before the next message, and reasoning
/// stands right before what it led to.
#[derive(Default)]
struct Order {
    begun: bool,
    unanswered: BTreeSet<String>,
    seen: BTreeSet<String>,
    /// The encrypted reasoning of the turn the model is in.
    reasoning: Option<String>,
    /// Whether the last item was reasoning.
    reasoned: bool,
}

impl Order {
    fn next(&mut self, item: &Value, place: &str) -> Result<(), Broken> {
        match item["type"].as_str() {
            Some("function_call") => self.call(item, place)?,
            Some("function_call_output") => self.output(item, place)?,
            // A turn may think again between two calls, so nothing need be answered yet.
            Some("reasoning") => {
                self.not_alone(place)?;
                let sealed = item["encrypted_content"].as_str().unwrap_or_default();
                self.reasoning = Some(sealed.to_owned());
            }
            _ => self.message(item, place)?,
        }
        self.reasoned = item["type"] == "reasoning";
        Ok(())
    }

    fn message(&mut self, item: &Value, place: &str) -> Result<(), Broken> {
        self.all_answered(place)?;
        if item["role"] == "assistant" {
            return self.begun.or_broken("role-order", || {
                format!("{place}: the model speaks before the user did")
            });
        }
        self.not_alone(place)?;
        self.reasoning = None;
        self.begun |= item["role"] == "user";
        Ok(())
    }

    fn call(&mut self, item: &Value, place: &str) -> Result<(), Broken> {
        let id = item["call_id"].as_str().unwrap_or_default();
        if let Some(seal) = seal::of_call(id) {
            let expected = seal::encrypted(seal);
            (self.reasoning.as_ref() == Some(&expected)).or_broken("reasoning", || {
                format!("{place}: the reasoning that led to the call `{id}` is not before it")
            })?;
        }
        self.unanswered.insert(id.to_owned());
        self.seen
            .insert(id.to_owned())
            .or_broken("function-call", || format!("{place}: two calls have the id `{id}`"))
    }

    fn output(&mut self, item: &Value, place: &str) -> Result<(), Broken> {
        self.not_alone(place)?;
        let id = item["call_id"].as_str().unwrap_or_default();
        self.unanswered.remove(id).or_broken("function-call-output", || {
            if self.seen.contains(id) {
                format!("{place}: the call `{id}` was answered before")
            } else {
                format!("{place}: no call has the id `{id}`")
            }
        })
    }

    fn end(&self) -> Result<(), Broken> {
        self.not_alone("the end of input")?;
        self.all_answered("the end of input")
    }

    fn all_answered(&self, place: &str) -> Result<(), Broken> {
        self.unanswered.is_empty().or_broken("function-call-output", || {
            format!("{place} comes before the outputs of the calls {:?}", self.unanswered)
        })
    }

    fn not_alone(&self, place: &str) -> Result<(), Broken> {
        (!self.reasoned).or_broken("reasoning", || {
            format!("{place} comes after reasoning without the item that must follow it")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(items: &[Value]) -> Option<&'static str> {
        check(&json!({"model": "m", "input": items})).err().map(|broken| broken.rule)
    }

    fn user() -> Value {
        json!({"type": "message", "role": "user", "content": "Hi"})
    }

    fn said() -> Value {
        let part = json!({"type": "output_text", "text": "Hello", "annotations": []});
        json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [part]})
    }

    fn call(call_id: &str) -> Value {
        json!({"type": "function_call", "id": "fc_1", "call_id": call_id, "name": "f", "arguments": "{"})
    }

    fn result(call_id: &str) -> Value {
        json!({"type": "function_call_output", "call_id": call_id, "output": ""})
    }

    /// Reasoning as the model `m` gave it, and the call after it.
    fn reasoned() -> (Value, Value) {
        let summary = json!([{"type": "summary_text", "text": "Why"}]);
        let seal = seal::seal("m", &summary);
        let item = json!({
            "type": "reasoning", "id": "rs_0", "summary": summary,
            "encrypted_content": seal::encrypted(&seal),
        });
        (item, call(&seal::call_id(&seal, 'a')))
    }

    fn id_of(call: &Value) -> &str {
        call["call_id"].as_str().unwrap()
    }

    #[test]
    fn lawful_conversations_pass() {
        let system = json!({"type": "message", "role": "developer", "content": "Be brief."});
        assert_eq!(rule(&[user()]), None);
        assert_eq!(rule(&[system, user(), said(), user()]), None);
        assert_eq!(rule(&[user(), call("a"), call("b"), result("b"), result("a"), user()]), None);
        let (reasoning, call) = reasoned();
        let result = result(id_of(&call));
        assert_eq!(rule(&[user(), reasoning, said(), call, result]), None);
    }

    #[test]
    fn items_of_wrong_shape_are_refused() {
        let changed = |mut item: Value, field: &str, value: Value| {
            item[field] = value;
            item
        };
        let image =
            json!([{"type": "input_image", "image_url": {"url": "data:image/png;base64,A"}}]);
        let wrong_part = json!([{"type": "output_text", "text": "x"}]);
        for (item, expected) in [
            (json!({"role": "user", "content": "x"}), "input"),
            (json!({"type": "web_search_call", "id": "ws_1"}), "input"),
            (changed(user(), "role", json!("tool")), "field-value"),
            (changed(user(), "content", json!("")), "content"),
            (changed(user(), "content", wrong_part), "content"),
            (changed(user(), "content", image), "content"),
            (changed(user(), "name", json!("Ann")), "unknown-field"),
            (changed(said(), "id", json!("resp_1")), "id"),
            (changed(call("a"), "id", json!("call_a")), "id"),
            (changed(call("a"), "arguments", json!({})), "function-call"),
            (changed(result("a"), "output", json!(3)), "function-call-output"),
        ] {
            assert_eq!(rule(&[user(), item.clone()]), Some(expected), "{item}");
        }
    }

    #[test]
    fn calls_and_outputs_belong_together() {
        let outputs = Some("function-call-output");
        assert_eq!(rule(&[user(), call("a")]), outputs);
        assert_eq!(rule(&[user(), call("a"), user()]), outputs);
        assert_eq!(rule(&[user(), call("a"), said(), result("a")]), outputs);
        assert_eq!(rule(&[user(), result("a")]), outputs);
        assert_eq!(rule(&[user(), call("a"), result("a"), result("a")]), outputs);
        assert_eq!(rule(&[user(), call("a"), call("a")]), Some("function-call"));
        assert_eq!(rule(&[said()]), Some("role-order"));
    }

    #[test]
    fn reasoning_comes_back_as_it_was_and_where_it_was() {
        let (reasoning, call) = reasoned();
        let result = result(id_of(&call));
        let lost = Some("reasoning");
        assert_eq!(rule(&[user(), call.clone(), result.clone()]), lost);
        assert_eq!(rule(&[reasoning.clone(), user(), call.clone(), result.clone()]), lost);
        let mut changed = reasoning.clone();
        changed["summary"][0]["text"] = json!("Why not");
        assert_eq!(rule(&[user(), changed, call.clone(), result.clone()]), lost);
        let mut bare = reasoning.clone();
        bare.as_object_mut().unwrap().remove("encrypted_content");
        assert_eq!(rule(&[user(), bare, call, result]), lost);
        assert_eq!(rule(&[user(), reasoning.clone()]), lost);
        assert_eq!(rule(&[user(), reasoning, user()]), lost);
    }
}
