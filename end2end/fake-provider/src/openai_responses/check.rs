//! The request checker: headers, top-level fields and tools (protocols §1.6).

use std::collections::HashSet;

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::input;
use crate::{
    check::{
        self, Broken,
        shape::{self, Check, Shape, is_function_name, is_text},
    },
    exchange::KEY_HEADERS,
};

/// Beyond this a token limit is surely a mistake.
const MOST_TOKENS: f64 = 10_000_000.0;

const FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("input", Shape::Array),
    ("instructions", Shape::Text),
    ("tools", Shape::Array),
    ("tool_choice", Shape::Any),
    ("parallel_tool_calls", Shape::Bool),
    ("max_output_tokens", Shape::Number(16.0, MOST_TOKENS)),
    ("max_tool_calls", Shape::Number(1.0, 1_000.0)),
    ("reasoning", Shape::Object),
    ("text", Shape::Object),
    ("store", Shape::Bool),
    ("include", Shape::Array),
    ("truncation", Shape::OneOf(&["auto", "disabled"])),
    ("stream", Shape::Bool),
    ("stream_options", Shape::Object),
    ("temperature", Shape::Number(0.0, 2.0)),
    ("top_p", Shape::Number(0.0, 1.0)),
    ("top_logprobs", Shape::Number(0.0, 20.0)),
    ("metadata", Shape::Object),
    ("service_tier", Shape::Text),
    ("prompt_cache_key", Shape::Text),
    ("safety_identifier", Shape::Text),
];

const REASONING: &[(&str, Shape)] = &[
    ("effort", Shape::OneOf(&["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
    ("summary", Shape::OneOf(&["auto", "concise", "detailed"])),
];

const TEXT: &[(&str, Shape)] =
    &[("format", Shape::Object), ("verbosity", Shape::OneOf(&["low", "medium", "high"]))];

const TOOL: &[(&str, Shape)] = &[
    ("type", Shape::OneOf(&["function"])),
    ("name", Shape::Text),
    ("description", Shape::Any),
    ("parameters", Shape::Object),
    ("strict", Shape::Bool),
];

/// What `include` may ask for.
const INCLUDES: &[&str] = &["reasoning.encrypted_content", "message.output_text.logprobs"];

/// Checks a request and gives its body back as JSON.
pub(super) fn check(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    key(headers)?;
    let body = check::json_object(headers, body)?;
    check::accept(headers, "text/event-stream")?;
    fields(&body)?;
    tools(&body)?;
    input::check(&body)?;
    Ok(body)
}

/// Whether a key is wanted at all was settled before.
fn key(headers: &HeaderMap) -> Result<(), Broken> {
    let stray = KEY_HEADERS.into_iter().find(|name| headers.contains_key(*name));
    let sent = headers.get(header::AUTHORIZATION);
    let bearer = sent.is_none_or(|value| value.as_bytes().starts_with(b"Bearer "));
    (stray.is_none() && bearer).or_broken("authorization", || {
        "the key belongs in `authorization`, after `Bearer `, and nowhere else".to_owned()
    })
}

fn fields(body: &Value) -> Result<(), Broken> {
    is_text(&body["model"]).or_broken("model", || "`model` is missing or empty".to_owned())?;
    let kept = ["previous_response_id", "conversation", "background"]
        .into_iter()
        .find(|field| body.get(field).is_some());
    kept.is_none().or_broken("server-state", || {
        format!("`{}` leans on what the server keeps", kept.unwrap_or_default())
    })?;
    shape::fields(body, FIELDS, "the request")?;
    (body["store"] == false)
        .or_broken("store", || "`store` must be false: the default keeps everything".to_owned())?;
    (body["stream"] == true)
        .or_broken("stream", || "`stream` must be true: this protocol only streams".to_owned())?;
    shape::fields(&body["reasoning"], REASONING, "reasoning")?;
    include(body.get("include"))?;
    shape::fields(&body["text"], TEXT, "text")?;
    format(body["text"].get("format"))
}

fn include(include: Option<&Value>) -> Result<(), Broken> {
    let Some(include) = include.and_then(Value::as_array) else { return Ok(()) };
    let fits = !include.is_empty()
        && include
            .iter()
            .all(|asked| asked.as_str().is_some_and(|asked| INCLUDES.contains(&asked)));
    fits.or_broken("field-value", || format!("`include` must be some of {}", INCLUDES.join(", ")))
}

/// The form of the answer, flat unlike that of Chat Completions.
fn format(format: Option<&Value>) -> Result<(), Broken> {
    let Some(format) = format else { return Ok(()) };
    let fits = match format["type"].as_str() {
        Some("text" | "json_object") => true,
        Some("json_schema") => is_text(&format["name"]) && format["schema"].is_object(),
        _ => false,
    };
    fits.or_broken("field-value", || {
        "`text.format` must be text, json_object, or json_schema with name and schema".to_owned()
    })
}

fn tools(body: &Value) -> Result<(), Broken> {
    let Some(tools) = body["tools"].as_array() else {
        let stray = body.get("tool_choice").is_some_and(|choice| choice != "none");
        return (!stray)
            .or_broken("tools", || "`tool_choice` is only allowed with `tools`".to_owned());
    };
    (!tools.is_empty())
        .or_broken("tools", || "leave `tools` out when there are none".to_owned())?;
    let mut names = HashSet::new();
    for tool in tools {
        shape::fields(tool, TOOL, "a tool")?;
        let name = &tool["name"];
        let good = is_function_name(name) && tool["parameters"]["type"] == "object";
        good.or_broken("tools", || {
            format!("the tool {name} needs a name of its own and a schema of type object")
        })?;
        names.insert(name).or_broken("tools", || format!("two tools are called {name}"))?;
    }
    let fits = match body.get("tool_choice") {
        None => true,
        Some(Value::String(word)) => ["none", "auto", "required"].contains(&word.as_str()),
        Some(choice) => choice["type"] == "function" && names.contains(&choice["name"]),
    };
    fits.or_broken("tools", || "`tool_choice` names nothing that is offered".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(extra: &Value) -> Option<&'static str> {
        let mut body = json!({
            "model": "m", "stream": true, "store": false,
            "input": [{"type": "message", "role": "user", "content": "x"}],
        });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let mut headers = HeaderMap::new();
        headers.insert("accept", "text/event-stream".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("authorization", "Bearer k".parse().unwrap());
        check(&headers, body.to_string().as_bytes()).err().map(|broken| broken.rule)
    }

    #[test]
    fn good_fields_pass() {
        let good = json!({
            "instructions": "Be brief.",
            "max_output_tokens": 16,
            "reasoning": {"effort": "low", "summary": "auto"},
            "include": ["reasoning.encrypted_content"],
            "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}},
            "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
            "tool_choice": {"type": "function", "name": "f"},
        });
        assert_eq!(rule(&good), None);
    }

    #[test]
    fn bad_fields_are_refused() {
        let nested = json!({"type": "function", "function": {"name": "f"}});
        let flat = json!({"type": "function", "name": "f", "parameters": {"type": "object"}});
        let cases = [
            (json!({"store": true}), "store"),
            (json!({"stream": false}), "stream"),
            (json!({"previous_response_id": "resp_1"}), "server-state"),
            (json!({"conversation": "c"}), "server-state"),
            (json!({"messages": []}), "unknown-field"),
            (json!({"max_tokens": 20}), "unknown-field"),
            (json!({"max_output_tokens": 15}), "field-value"),
            (json!({"reasoning": {"effort": "extreme"}}), "field-value"),
            (json!({"reasoning_effort": "low"}), "unknown-field"),
            (json!({"include": []}), "field-value"),
            (json!({"include": ["everything"]}), "field-value"),
            (json!({"text": {"format": {"type": "json_schema"}}}), "field-value"),
            (json!({"tools": []}), "tools"),
            (json!({"tools": [nested]}), "unknown-field"),
            (json!({"tools": [flat, flat]}), "tools"),
            (json!({"tool_choice": "auto"}), "tools"),
            (json!({"tools": [flat], "tool_choice": {"type": "function", "name": "g"}}), "tools"),
        ];
        for (extra, expected) in cases {
            assert_eq!(rule(&extra), Some(expected), "{extra}");
        }
    }

    #[test]
    fn the_key_has_one_place() {
        let with = |name: &'static str, value: &str| {
            key(&HeaderMap::from_iter([(
                header::HeaderName::from_static(name),
                value.parse().unwrap(),
            )]))
            .is_ok()
        };
        assert!(with("authorization", "Bearer k") && with("accept", "*/*"));
        assert!(!with("authorization", "k") && !with("x-api-key", "k") && !with("api-key", "k"));
    }
}
