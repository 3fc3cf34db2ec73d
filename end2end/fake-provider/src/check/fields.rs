//! The top-level fields of a chat request.

use serde_json::Value;

use super::{
    Broken,
    shape::{self, Check, Shape, is_text},
};

/// Beyond this a token limit is surely a mistake; servers answer such in surprising ways.
const MOST_TOKENS: f64 = 10_000_000.0;

const FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("messages", Shape::Array),
    ("tools", Shape::Array),
    ("tool_choice", Shape::Any),
    ("parallel_tool_calls", Shape::Bool),
    ("response_format", Shape::Object),
    ("stream", Shape::Bool),
    ("stream_options", Shape::Object),
    ("reasoning_effort", Shape::OneOf(EFFORTS)),
    ("verbosity", Shape::OneOf(&["low", "medium", "high"])),
    ("max_completion_tokens", Shape::Number(1.0, MOST_TOKENS)),
    ("max_tokens", Shape::Number(1.0, MOST_TOKENS)),
    ("stop", Shape::Any),
    ("seed", Shape::Integer),
    ("n", Shape::Number(1.0, 128.0)),
    ("logprobs", Shape::Bool),
    ("top_logprobs", Shape::Number(0.0, 20.0)),
    ("logit_bias", Shape::Object),
    ("temperature", Shape::Number(0.0, 2.0)),
    ("top_p", Shape::Number(0.0, 1.0)),
    ("presence_penalty", Shape::Number(-2.0, 2.0)),
    ("frequency_penalty", Shape::Number(-2.0, 2.0)),
    ("metadata", Shape::Object),
    ("store", Shape::Bool),
    ("service_tier", Shape::OneOf(&["auto", "default", "flex", "scale", "priority", "fast"])),
    ("prompt_cache_key", Shape::Text),
    ("prompt_cache_options", Shape::Object),
    ("safety_identifier", Shape::Text),
    ("modalities", Shape::Array),
    ("audio", Shape::Object),
    ("prediction", Shape::Object),
    ("web_search_options", Shape::Object),
    ("moderation", Shape::Any),
    ("functions", Shape::Array),
    ("function_call", Shape::Any),
];

const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max"];

const STREAM_OPTIONS: &[(&str, Shape)] =
    &[("include_usage", Shape::Bool), ("include_obfuscation", Shape::Bool)];

pub(super) fn check(body: &Value) -> Result<(), Broken> {
    is_text(&body["model"]).or_broken("model", || "`model` is missing or empty".to_owned())?;
    shape::fields(body, FIELDS, "the request")?;
    shape::fields(&body["stream_options"], STREAM_OPTIONS, "stream_options")?;
    (body["stream"] == true || body.get("stream_options").is_none())
        .or_broken("stream-options", || {
            "`stream_options` is only allowed with `stream: true`".to_owned()
        })?;
    (body.get("max_tokens").is_none() || body.get("max_completion_tokens").is_none())
        .or_broken("max-tokens", || {
            "`max_tokens` and `max_completion_tokens` exclude each other".to_owned()
        })?;
    (body.get("top_logprobs").is_none() || body["logprobs"] == true)
        .or_broken("logprobs", || "`top_logprobs` needs `logprobs: true`".to_owned())?;
    stop(body.get("stop"))?;
    response_format(body.get("response_format"))
}

fn stop(stop: Option<&Value>) -> Result<(), Broken> {
    let fits = match stop {
        None => true,
        Some(Value::Array(stops)) => (1..=4).contains(&stops.len()) && stops.iter().all(is_text),
        Some(stop) => is_text(stop),
    };
    fits.or_broken("field-value", || "`stop` must be a string or one to four of them".to_owned())
}

fn response_format(format: Option<&Value>) -> Result<(), Broken> {
    let Some(format) = format else { return Ok(()) };
    let fits = match format["type"].as_str() {
        Some("text" | "json_object") => true,
        Some("json_schema") => {
            let schema = &format["json_schema"];
            is_text(&schema["name"]) && schema["schema"].is_object()
        }
        _ => false,
    };
    fits.or_broken("field-value", || {
        "`response_format` must be text, json_object, or json_schema with name and schema"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(extra: &Value) -> Option<&'static str> {
        let mut body = json!({"model": "m", "messages": []});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        check(&body).err().map(|broken| broken.rule)
    }

    #[test]
    fn good_fields_pass() {
        let good = json!({
            "stream": true,
            "stream_options": {"include_usage": true},
            "temperature": 0.7,
            "max_tokens": 100,
            "stop": ["a", "b"],
            "seed": -1,
            "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}},
        });
        assert_eq!(rule(&good), None);
    }

    #[test]
    fn bad_fields_are_refused() {
        let cases = [
            (json!({"model": ""}), "model"),
            (json!({"model": 3}), "model"),
            (json!({"top_k": 40}), "unknown-field"),
            (json!({"temperature": null}), "null-field"),
            (json!({"temperature": 2.5}), "field-value"),
            (json!({"temperature": "1"}), "field-value"),
            (json!({"max_tokens": 0}), "field-value"),
            (json!({"reasoning_effort": "extreme"}), "field-value"),
            (json!({"stream_options": {"include_usage": true}}), "stream-options"),
            (json!({"stream": false, "stream_options": {}}), "stream-options"),
            (json!({"stream": true, "stream_options": {"usage": true}}), "unknown-field"),
            (json!({"max_tokens": 1, "max_completion_tokens": 1}), "max-tokens"),
            (json!({"top_logprobs": 3}), "logprobs"),
            (json!({"stop": []}), "field-value"),
            (json!({"stop": ["a", "b", "c", "d", "e"]}), "field-value"),
            (json!({"response_format": {"type": "json_schema"}}), "field-value"),
        ];
        for (extra, expected) in cases {
            assert_eq!(rule(&extra), Some(expected), "{extra}");
        }
    }
}
