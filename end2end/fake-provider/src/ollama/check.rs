//! What requests in Ollama's protocol must be like (protocols §4).

use std::collections::VecDeque;

use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    check::{
        Broken, accept, json_object,
        shape::{self, Check, Shape, is_function_name, is_text},
        tools,
    },
    exchange::KEY_HEADERS,
};

const CHAT_FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("messages", Shape::Array),
    ("tools", Shape::Array),
    ("format", Shape::Any),
    ("options", Shape::Object),
    ("stream", Shape::Bool),
    ("think", Shape::Any),
    ("keep_alive", Shape::Any),
    ("truncate", Shape::Bool),
    ("shift", Shape::Bool),
    ("logprobs", Shape::Bool),
    ("top_logprobs", Shape::Number(0.0, 20.0)),
];

const OPTIONS: &[(&str, Shape)] = &[
    ("num_ctx", Shape::Number(1.0, 10_000_000.0)),
    ("num_predict", Shape::Number(-2.0, 10_000_000.0)),
    ("temperature", Shape::Number(0.0, 2.0)),
    ("top_p", Shape::Number(0.0, 1.0)),
    ("top_k", Shape::Number(0.0, 100_000.0)),
    ("min_p", Shape::Number(0.0, 1.0)),
    ("seed", Shape::Integer),
    ("stop", Shape::Array),
    ("presence_penalty", Shape::Number(-2.0, 2.0)),
    ("frequency_penalty", Shape::Number(-2.0, 2.0)),
    ("repeat_penalty", Shape::Number(0.0, 10.0)),
];

const MESSAGE_FIELDS: &[(&str, Shape)] = &[
    ("role", Shape::OneOf(&["system", "user", "assistant", "tool"])),
    ("content", Shape::Any),
    ("thinking", Shape::Text),
    ("images", Shape::Array),
    ("tool_calls", Shape::Array),
    ("tool_name", Shape::Text),
    ("tool_call_id", Shape::Text),
];

const SHOW_FIELDS: &[(&str, Shape)] = &[("model", Shape::Text), ("verbose", Shape::Bool)];

const EMBED_FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("input", Shape::Any),
    ("truncate", Shape::Bool),
    ("dimensions", Shape::Number(1.0, 100_000.0)),
    ("keep_alive", Shape::Any),
    ("options", Shape::Object),
];

/// Checks a chat request and gives its body back as JSON.
pub(super) fn chat(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    let body = request(headers, body, "application/x-ndjson", CHAT_FIELDS)?;
    (body["stream"] == true)
        .or_broken("stream", || "this server answers in streams only".to_owned())?;
    shape::fields(&body["options"], OPTIONS, "options")?;
    body["options"]["num_ctx"].is_u64().or_broken("num-ctx", || {
        "`options.num_ctx` is missing, so the server would choose one itself".to_owned()
    })?;
    (body["truncate"] == false).or_broken("truncate", || {
        "without `truncate: false` a long conversation is cut silently".to_owned()
    })?;
    think(body.get("think"))?;
    keep_alive(body.get("keep_alive"))?;
    format(body.get("format"))?;
    tools::check(&body)?;
    messages(&body["messages"])?;
    Ok(body)
}

/// Checks a question about a model and gives its body back as JSON.
pub(super) fn show(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    request(headers, body, "application/json", SHOW_FIELDS)
}

/// Checks an embeddings request and gives its body back as JSON.
pub(super) fn embed(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    let body = request(headers, body, "application/json", EMBED_FIELDS)?;
    let fits = match &body["input"] {
        Value::Array(inputs) => !inputs.is_empty() && inputs.iter().all(is_text),
        input => is_text(input),
    };
    fits.or_broken("input", || "`input` must be text or a list of texts, none empty".to_owned())?;
    keep_alive(body.get("keep_alive"))?;
    Ok(body)
}

fn request(
    headers: &HeaderMap,
    body: &[u8],
    wanted: &str,
    fields: &[(&str, Shape)],
) -> Result<Value, Broken> {
    let body = json_object(headers, body)?;
    accept(headers, wanted)?;
    let stray = KEY_HEADERS.iter().find(|name| headers.contains_key(**name));
    stray.is_none().or_broken("key-header", || {
        format!("a key belongs into `authorization`, not into `{}`", stray.unwrap_or(&""))
    })?;
    is_text(&body["model"]).or_broken("model", || "`model` is missing or empty".to_owned())?;
    shape::fields(&body, fields, "the request")?;
    Ok(body)
}

fn think(think: Option<&Value>) -> Result<(), Broken> {
    let fits = match think {
        None | Some(Value::Bool(_)) => true,
        Some(word) => Shape::OneOf(&["low", "medium", "high", "max"]).fits(word),
    };
    fits.or_broken("think", || "`think` must be true, false, low, medium, high or max".to_owned())
}

/// Seconds as a number, or a duration as Go writes it. A number as text is refused by Ollama.
fn keep_alive(keep_alive: Option<&Value>) -> Result<(), Broken> {
    let fits = match keep_alive {
        None => true,
        Some(Value::String(text)) => {
            let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            number.len() < text.len()
                && number.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        }
        Some(seconds) => seconds.is_i64() || seconds.is_u64(),
    };
    fits.or_broken("keep-alive", || {
        "`keep_alive` must be a number of seconds, or a text such as 5m".to_owned()
    })
}

fn format(format: Option<&Value>) -> Result<(), Broken> {
    format
        .is_none_or(|format| format == "json" || format.is_object())
        .or_broken("format", || "`format` must be the word json or a schema".to_owned())
}

fn messages(messages: &Value) -> Result<(), Broken> {
    let messages = messages.as_array().map_or(&[][..], Vec::as_slice);
    (!messages.is_empty()).or_broken("messages", || {
        "without messages the server would only load the model".to_owned()
    })?;
    let mut unanswered = VecDeque::new();
    for (index, message) in messages.iter().enumerate() {
        let place = format!("messages[{index}]");
        one(message, &place)?;
        if message["role"] == "tool" {
            result(message, &mut unanswered, &place)?;
            continue;
        }
        all_answered(&unanswered, &place)?;
        unanswered.extend(message["tool_calls"].as_array().into_iter().flatten());
    }
    all_answered(&unanswered, "the end of messages")
}

fn one(message: &Value, place: &str) -> Result<(), Broken> {
    let role = message["role"].as_str().unwrap_or_default();
    is_text(&message["role"]).or_broken("role", || format!("{place} has no role"))?;
    shape::fields(message, MESSAGE_FIELDS, place)?;
    let only = |field: &str, owner: &str| {
        (role == owner || message.get(field).is_none())
            .or_broken("role", || format!("{place}: `{field}` does not belong to a {role} message"))
    };
    only("images", "user")?;
    only("tool_calls", "assistant")?;
    only("thinking", "assistant")?;
    only("tool_name", "tool")?;
    only("tool_call_id", "tool")?;
    let text = message["content"].as_str();
    let may_be_empty = role == "tool"
        || message.get("images").is_some()
        || message.get("tool_calls").is_some()
        || message.get("thinking").is_some();
    text.is_some_and(|text| !text.is_empty() || may_be_empty)
        .or_broken("content", || format!("{place}: `content` must be a text, and not empty"))?;
    images(message, place)?;
    calls(message, place)
}

fn images(message: &Value, place: &str) -> Result<(), Broken> {
    let Some(images) = message["images"].as_array() else { return Ok(()) };
    (!images.is_empty())
        .or_broken("images", || format!("{place}: leave `images` out when there are none"))?;
    images
        .iter()
        .all(|image| {
            image.as_str().is_some_and(|text| !text.is_empty() && STANDARD.decode(text).is_ok())
        })
        .or_broken("images", || {
            format!("{place}: an image must be base64 and nothing else, no `data:` before it")
        })
}

fn calls(message: &Value, place: &str) -> Result<(), Broken> {
    let Some(calls) = message["tool_calls"].as_array() else { return Ok(()) };
    (!calls.is_empty()).or_broken("tool-calls", || {
        format!("{place}: leave `tool_calls` out when there are none")
    })?;
    calls.iter().try_for_each(|call| {
        let good = is_function_name(&call["function"]["name"])
            && call["function"]["arguments"].is_object()
            && call.get("id").is_none_or(is_text);
        good.or_broken("tool-calls", || {
            format!("{place}: {call} needs function.name, and function.arguments as an object")
        })
    })
}

/// Takes away the call a result belongs to: that of its id where both have one, else the first of its
/// name.
fn result(message: &Value, unanswered: &mut VecDeque<&Value>, place: &str) -> Result<(), Broken> {
    is_text(&message["tool_name"])
        .or_broken("tool-result", || format!("{place}: a result needs `tool_name`"))?;
    let found = unanswered.iter().position(|call| {
        let same_id = match (message.get("tool_call_id"), call.get("id")) {
            (Some(left), Some(right)) => left == right,
            _ => true,
        };
        same_id && call["function"]["name"] == message["tool_name"]
    });
    found.and_then(|place| unanswered.remove(place)).is_some().or_broken("tool-result", || {
        format!("{place}: it is the result of no call that waits for one")
    })
}

fn all_answered(unanswered: &VecDeque<&Value>, place: &str) -> Result<(), Broken> {
    unanswered
        .is_empty()
        .or_broken("tool-result", || format!("{place} comes before the results of {unanswered:?}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(change: impl FnOnce(&mut Value)) -> Option<&'static str> {
        let mut body = json!({
            "model": "m",
            "messages": [{"role": "user", "content": "x"}],
            "options": {"num_ctx": 8192},
            "stream": true,
            "truncate": false,
        });
        change(&mut body);
        let mut headers = HeaderMap::new();
        headers.insert("accept", "application/x-ndjson".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        chat(&headers, body.to_string().as_bytes()).err().map(|broken| broken.rule)
    }

    fn with(field: &str, value: Value) -> Option<&'static str> {
        rule(|body| body[field] = value)
    }

    fn call(id: &str) -> Value {
        json!({"id": id, "function": {"name": "f", "arguments": {}}})
    }

    fn result(id: &str) -> Value {
        json!({"role": "tool", "content": "1", "tool_name": "f", "tool_call_id": id})
    }

    #[test]
    fn good_requests_pass() {
        assert_eq!(rule(|_| {}), None);
        for (field, value) in [
            ("think", json!(false)),
            ("think", json!("max")),
            ("keep_alive", json!("5m")),
            ("keep_alive", json!(-1)),
            ("format", json!("json")),
            ("format", json!({"type": "object"})),
        ] {
            assert_eq!(with(field, value.clone()), None, "{field} {value}");
        }
        let user = json!({"role": "user", "content": "", "images": ["AA=="]});
        let calling =
            json!({"role": "assistant", "content": "", "tool_calls": [call("a"), call("b")]});
        let messages = json!([user, calling, result("b"), result("a")]);
        assert_eq!(with("messages", messages), None);
    }

    #[test]
    fn bad_fields_are_refused() {
        for (field, value, expected) in [
            ("model", json!(""), "model"),
            ("stream", json!(false), "stream"),
            ("options", json!({}), "num-ctx"),
            ("options", json!({"num_ctx": 1, "context": 2}), "unknown-field"),
            ("truncate", json!(true), "truncate"),
            ("tool_choice", json!("auto"), "unknown-field"),
            ("think", json!("none"), "think"),
            ("keep_alive", json!("300"), "keep-alive"),
            ("keep_alive", json!("m"), "keep-alive"),
            ("keep_alive", json!(0.5), "keep-alive"),
            ("format", json!("yaml"), "format"),
            ("tools", json!([{"name": "f"}]), "tools"),
        ] {
            assert_eq!(with(field, value.clone()), Some(expected), "{field} {value}");
        }
    }

    #[test]
    fn bad_conversations_are_refused() {
        let user = || json!({"role": "user", "content": "x"});
        let calling =
            |calls: Value| json!({"role": "assistant", "content": "", "tool_calls": calls});
        for (messages, expected) in [
            (json!([]), "messages"),
            (json!([{"role": "developer", "content": "x"}]), "field-value"),
            (json!([{"role": "user", "content": ""}]), "content"),
            (json!([{"role": "user", "content": [{"type": "text", "text": "x"}]}]), "content"),
            (
                json!([{"role": "user", "content": "", "images": ["data:image/png;base64,AA=="]}]),
                "images",
            ),
            (json!([{"role": "user", "content": "x", "tool_calls": [call("a")]}]), "role"),
            (
                json!([user(), calling(json!([{"function": {"name": "f", "arguments": "{}"}}]))]),
                "tool-calls",
            ),
            (json!([user(), calling(json!([call("a")]))]), "tool-result"),
            (json!([user(), calling(json!([call("a")])), user()]), "tool-result"),
            (json!([user(), calling(json!([call("a")])), result("b")]), "tool-result"),
            (json!([user(), result("a")]), "tool-result"),
            (json!([user(), {"role": "tool", "content": "1"}]), "tool-result"),
        ] {
            assert_eq!(with("messages", messages.clone()), Some(expected), "{messages}");
        }
    }
}
