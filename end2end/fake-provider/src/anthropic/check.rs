//! The request checker of the Messages API: headers, fields and tools (protocols §2.1).

mod blocks;
mod order;

pub(super) use self::order::THOUGHTFUL;

use std::collections::HashSet;

use axum::http::{HeaderMap, header};
use serde_json::Value;

use crate::check::{
    Broken, accept, json_object,
    shape::{self, Check, Shape, is_function_name, is_text},
    text_of,
};

/// Beyond this a token limit is surely a mistake.
const MOST_TOKENS: f64 = 10_000_000.0;
/// The least that may be spent on thinking.
const LEAST_BUDGET: u64 = 1_024;
/// The most cache marks of one request.
const MOST_MARKS: usize = 4;

const FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("max_tokens", Shape::Number(1.0, MOST_TOKENS)),
    ("messages", Shape::Array),
    ("system", Shape::Any),
    ("tools", Shape::Array),
    ("tool_choice", Shape::Object),
    ("thinking", Shape::Object),
    ("output_config", Shape::Object),
    ("stop_sequences", Shape::Array),
    ("temperature", Shape::Number(0.0, 1.0)),
    ("top_p", Shape::Number(0.0, 1.0)),
    ("top_k", Shape::Number(0.0, 10_000.0)),
    ("stream", Shape::Bool),
    ("metadata", Shape::Object),
    ("service_tier", Shape::OneOf(&["auto", "standard_only"])),
    ("cache_control", Shape::Object),
];

const THINKING: &[(&str, Shape)] = &[
    ("type", Shape::OneOf(&["enabled", "adaptive", "disabled"])),
    ("budget_tokens", Shape::Integer),
    ("display", Shape::OneOf(&["summarized", "omitted"])),
];

const OUTPUT_CONFIG: &[(&str, Shape)] = &[
    ("effort", Shape::OneOf(&["low", "medium", "high", "xhigh", "max"])),
    ("format", Shape::Object),
];

const TOOL: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("description", Shape::Text),
    ("input_schema", Shape::Object),
    ("cache_control", Shape::Object),
    ("strict", Shape::Bool),
];

/// Checks a request for a message and gives its body back as JSON.
pub(super) fn message(head: &HeaderMap, body: &[u8], wants_key: bool) -> Result<Value, Broken> {
    let body = json_object(head, body)?;
    let wanted = if body["stream"] == true { "text/event-stream" } else { "application/json" };
    accept(head, wanted)?;
    headers(head, wants_key)?;
    fields(&body)?;
    thinking(&body)?;
    tools(&body)?;
    marks(&body)?;
    blocks::system(&body["system"])?;
    order::check(&body)?;
    Ok(body)
}

/// The headers every request of this protocol has.
pub(super) fn headers(headers: &HeaderMap, wants_key: bool) -> Result<(), Broken> {
    (!headers.contains_key(header::AUTHORIZATION)).or_broken("key-header", || {
        "the key goes under x-api-key, never under authorization".to_owned()
    })?;
    (!wants_key || headers.contains_key("x-api-key"))
        .or_broken("key-header", || "x-api-key is missing".to_owned())?;
    let version = text_of(headers, header::HeaderName::from_static("anthropic-version"));
    (version == "2023-06-01").or_broken("anthropic-version", || {
        format!("anthropic-version is {version:?}, not 2023-06-01")
    })
}

fn fields(body: &Value) -> Result<(), Broken> {
    is_text(&body["model"]).or_broken("model", || "`model` is missing or empty".to_owned())?;
    body.get("max_tokens")
        .is_some()
        .or_broken("max-tokens", || "`max_tokens` is required".to_owned())?;
    shape::fields(body, FIELDS, "the request")?;
    let stops = body["stop_sequences"].as_array();
    stops
        .is_none_or(|stops| {
            !stops.is_empty()
                && stops.iter().all(|stop| stop.as_str().is_some_and(|stop| !is_blank(stop)))
        })
        .or_broken("field-value", || "`stop_sequences` must be texts, none blank".to_owned())?;
    let config = &body["output_config"];
    shape::fields(config, OUTPUT_CONFIG, "output_config")?;
    let format = config.get("format");
    format
        .is_none_or(|format| format["type"] == "json_schema" && format["schema"].is_object())
        .or_broken("field-value", || {
            "`output_config.format` must be json_schema with a schema".to_owned()
        })
}

fn thinking(body: &Value) -> Result<(), Broken> {
    let thinking = &body["thinking"];
    shape::fields(thinking, THINKING, "thinking")?;
    if !thinks(body) {
        return Ok(());
    }
    let budget = thinking["budget_tokens"].as_u64();
    let fits = match budget {
        None => thinking["type"] == "adaptive",
        Some(budget) => {
            thinking["type"] == "enabled"
                && budget >= LEAST_BUDGET
                && Some(budget) < body["max_tokens"].as_u64()
        }
    };
    fits.or_broken("thinking-budget", || {
        format!("enabled thinking takes {LEAST_BUDGET} tokens or more and fewer than max_tokens")
    })?;
    let stray = ["temperature", "top_k", "top_p"].into_iter().find(|name| body.get(name).is_some());
    stray.is_none().or_broken("thinking-sampling", || {
        format!("`{}` is refused together with thinking", stray.unwrap_or_default())
    })?;
    let choice = &body["tool_choice"]["type"];
    (choice != "any" && choice != "tool")
        .or_broken("tool-choice", || "thinking excludes a forced tool".to_owned())
}

/// Whether the request asks for thoughts.
fn thinks(body: &Value) -> bool {
    matches!(body["thinking"]["type"].as_str(), Some("enabled" | "adaptive"))
}

fn tools(body: &Value) -> Result<(), Broken> {
    let Some(tools) = body["tools"].as_array() else {
        return body
            .get("tool_choice")
            .is_none()
            .or_broken("tools", || "`tool_choice` is only allowed with `tools`".to_owned());
    };
    (!tools.is_empty())
        .or_broken("tools", || "leave `tools` out when there are none".to_owned())?;
    let mut names = HashSet::new();
    for tool in tools {
        let name = &tool["name"];
        shape::fields(tool, TOOL, &format!("the tool {name}"))?;
        is_function_name(name).or_broken("tools", || format!("{name} is no name for a tool"))?;
        (tool["input_schema"]["type"] == "object").or_broken("tools", || {
            format!("the input_schema of {name} is no JSON schema of type object")
        })?;
        names.insert(name).or_broken("tools", || format!("two tools are called {name}"))?;
    }
    let choice = body.get("tool_choice");
    let fits = choice.is_none_or(|choice| match choice["type"].as_str() {
        Some("auto" | "any" | "none") => true,
        Some("tool") => names.contains(&choice["name"]),
        _ => false,
    });
    fits.or_broken("tools", || "`tool_choice` names nothing that is offered".to_owned())
}

/// The marks for the cache, wherever they may stand.
fn marks(body: &Value) -> Result<(), Broken> {
    let blocks = |content: &'_ Value| content.as_array().cloned().unwrap_or_default();
    let messages = blocks(&body["messages"]);
    let marked: Vec<Value> = [blocks(&body["tools"]), blocks(&body["system"])]
        .into_iter()
        .chain(messages.iter().map(|message| blocks(&message["content"])))
        .flatten()
        .chain([body.clone()])
        .filter_map(|block| block.get("cache_control").cloned())
        .collect();
    (marked.len() <= MOST_MARKS).or_broken("cache-control", || {
        format!("{} cache marks, {MOST_MARKS} are allowed", marked.len())
    })?;
    let good = |mark: &Value| {
        mark["type"] == "ephemeral"
            && mark.get("ttl").is_none_or(|ttl| *ttl == "5m" || *ttl == "1h")
    };
    marked
        .iter()
        .all(good)
        .or_broken("cache-control", || "a cache mark is ephemeral for 5m or 1h".to_owned())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(extra: &Value) -> Option<&'static str> {
        let mut body = json!({
            "model": "m",
            "max_tokens": 5_000,
            "messages": [{"role": "user", "content": "x"}],
        });
        for (name, value) in extra.as_object().unwrap() {
            body[name] = value.clone();
        }
        let mut head = HeaderMap::new();
        head.insert("accept", "*/*".parse().unwrap());
        head.insert("content-type", "application/json".parse().unwrap());
        head.insert("anthropic-version", "2023-06-01".parse().unwrap());
        message(&head, body.to_string().as_bytes(), false).err().map(|broken| broken.rule)
    }

    fn tool(name: &str) -> Value {
        json!({"name": name, "description": "d", "input_schema": {"type": "object"}})
    }

    #[test]
    fn good_fields_pass() {
        let mark = json!({"type": "ephemeral"});
        let good = json!({
            "system": [{"type": "text", "text": "s", "cache_control": mark}],
            "tools": [tool("a")],
            "tool_choice": {"type": "auto"},
            "thinking": {"type": "enabled", "budget_tokens": 1_024},
            "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {}}},
            "stop_sequences": ["END"],
        });
        assert_eq!(rule(&good), None);
        assert_eq!(rule(&json!({"temperature": 1.0, "top_k": 5, "system": "s"})), None);
    }

    #[test]
    fn bad_fields_are_refused() {
        let enabled = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
        let mark = json!({"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}});
        let cases = [
            (json!({"model": ""}), "model"),
            (json!({"max_tokens": 0}), "field-value"),
            (json!({"temperature": 1.2}), "field-value"),
            (json!({"seed": 1}), "unknown-field"),
            (json!({"stop_sequences": [" "]}), "field-value"),
            (json!({"output_config": {"format": {"type": "json_object"}}}), "field-value"),
            (json!({"thinking": enabled(1_000)}), "thinking-budget"),
            (json!({"thinking": enabled(5_000)}), "thinking-budget"),
            (json!({"thinking": {"type": "enabled"}}), "thinking-budget"),
            (json!({"thinking": enabled(2_000), "temperature": 1.0}), "thinking-sampling"),
            (
                json!({"thinking": {"type": "adaptive"}, "tools": [tool("a")], "tool_choice": {"type": "any"}}),
                "tool-choice",
            ),
            (json!({"tools": []}), "tools"),
            (json!({"tool_choice": {"type": "auto"}}), "tools"),
            (json!({"tools": [tool("a"), tool("a")]}), "tools"),
            (json!({"tools": [{"name": "a", "input_schema": {}}]}), "tools"),
            (json!({"tools": [tool("a")], "tool_choice": {"type": "tool", "name": "b"}}), "tools"),
            (json!({"system": [mark, mark, mark, mark, mark]}), "cache-control"),
            (
                json!({"system": [{"type": "text", "text": "s", "cache_control": {"type": "for-ever"}}]}),
                "cache-control",
            ),
            (json!({"system": " "}), "blank-text"),
        ];
        for (extra, expected) in cases {
            assert_eq!(rule(&extra), Some(expected), "{extra}");
        }
    }

    #[test]
    fn the_token_limit_is_required() {
        let body = json!({"model": "m", "messages": []});
        assert_eq!(fields(&body).map_err(|broken| broken.rule), Err("max-tokens"));
    }

    #[test]
    fn the_key_has_its_own_header() {
        let mut head = HeaderMap::new();
        head.insert("anthropic-version", "2023-06-01".parse().unwrap());
        let rule = |head: &HeaderMap, key| headers(head, key).err().map(|broken| broken.rule);
        assert_eq!(rule(&head, false), None);
        assert_eq!(rule(&head, true), Some("key-header"));
        head.insert("x-api-key", "k".parse().unwrap());
        assert_eq!(rule(&head, true), None);
        head.insert("authorization", "Bearer k".parse().unwrap());
        assert_eq!(rule(&head, true), Some("key-header"));
        assert_eq!(rule(&HeaderMap::new(), false), Some("anthropic-version"));
    }
}
