//! Bodies of requests, and what was refused.

use models::parameters::Parameters;
use serde_json::json;

use super::*;
use crate::{error_body::ErrorBody, request::ChatMessage};

fn body(request: &ChatRequest, refusals: &Refusals) -> Value {
    serde_json::to_value(Body::new(request, refusals)).unwrap()
}

fn sent(request: &ChatRequest) -> Value {
    body(request, &Refusals::default())
}

fn request(parameters: Parameters) -> ChatRequest {
    ChatRequest {
        model: "m".to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hi")],
        parameters,
        ..ChatRequest::default()
    }
}

fn tool(name: &str) -> Tool {
    let parameters = json!({"type": "object"});
    Tool { name: name.to_owned(), description: "d".to_owned(), parameters }
}

#[test]
fn the_body_has_a_limit_and_three_marks() {
    let mut request = request(Parameters::default());
    request.tools = vec![tool("a"), tool("b")];
    let mark = json!({"type": "ephemeral"});
    assert_eq!(
        sent(&request),
        json!({
            "model": "m",
            "max_tokens": 8_192,
            "system": [{"type": "text", "text": "Be brief.", "cache_control": mark}],
            "messages": [{"role": "user", "content": [
                {"type": "text", "text": "Hi", "cache_control": mark},
            ]}],
            "stream": true,
            "tools": [
                {"name": "a", "description": "d", "input_schema": {"type": "object"}},
                {
                    "name": "b",
                    "description": "d",
                    "input_schema": {"type": "object"},
                    "cache_control": mark,
                },
            ],
        })
    );
}

#[test]
fn thoughts_have_their_tokens_and_exclude_sampling() {
    let with = |max_tokens| {
        sent(&request(Parameters {
            reasoning_effort: Some("low".to_owned()),
            temperature: Some(0.5),
            top_p: Some(0.9),
            top_k: Some(5),
            max_tokens,
            ..Parameters::default()
        }))
    };
    let body = with(None);
    assert_eq!(body["thinking"], json!({"type": "enabled", "budget_tokens": 2_048}));
    for field in ["temperature", "top_p", "top_k", "output_config"] {
        assert_eq!(body.get(field), None, "{field}");
    }
    assert_eq!(body["max_tokens"], 10_240);
    assert_eq!(with(Some(4_000))["max_tokens"], 4_000);
    assert_eq!(with(Some(2_048))["max_tokens"], 4_096);
    assert_eq!(with(Some(1))["max_tokens"], 2_049);
}

#[test]
fn a_refused_budget_is_left_to_the_model_and_then_dropped() {
    let asked = request(Parameters {
        reasoning_effort: Some("high".to_owned()),
        temperature: Some(1.5),
        ..Parameters::default()
    });
    let refusal = r#"{"error":{"message":"\"thinking.type.enabled\" is not supported"}}"#;
    let refusal = ErrorBody::parse(refusal.as_bytes());
    let mut refusals = Refusals::default();
    let learn = |refusals: &mut Refusals| {
        let fields = Body::new(&asked, refusals).optional_fields();
        refusals.learn(&refusal, &fields)
    };
    assert!(learn(&mut refusals));
    let adaptive = body(&asked, &refusals);
    assert_eq!(adaptive["thinking"], json!({"type": "adaptive", "display": "summarized"}));
    assert_eq!(adaptive["output_config"], json!({"effort": "high"}));
    assert!(learn(&mut refusals));
    let without = body(&asked, &refusals);
    assert_eq!(without.get("thinking").or(without.get("output_config")), None);
    assert_eq!((&without["temperature"], &without["max_tokens"]), (&json!(1.0), &json!(8_192)));
    assert!(!learn(&mut refusals));
}

#[test]
fn a_refused_limit_falls_and_then_takes_the_thoughts_along() {
    let refusal = r#"{"error":{"message":"max_tokens: 16384 > 8192, which is the maximum"}}"#;
    let refusal = ErrorBody::parse(refusal.as_bytes());
    let mut asked = request(Parameters {
        reasoning_effort: Some("medium".to_owned()),
        ..Parameters::default()
    });
    let mut refusals = Refusals::default();
    let mut limits = Vec::new();
    loop {
        let body = Body::new(&asked, &refusals);
        limits.push((body.max_tokens, body.thinking.is_some()));
        if !refusals.learn(&refusal, &body.optional_fields()) {
            break;
        }
    }
    assert_eq!(limits, [(16_384, true), (12_288, true), (4_096, false)]);
    // A person's own limit is not made smaller behind their back.
    asked.parameters.max_tokens = Some(100_000);
    let fields = Body::new(&asked, &Refusals::default()).optional_fields();
    assert!(!Refusals::default().learn(&refusal, &fields));
}

#[test]
fn formats_choices_and_stops_are_in_this_protocols_words() {
    let schema = r#"{"type":"object"}"#.to_owned();
    let mut request = request(Parameters {
        response_format: Some(ResponseFormat::JsonSchema { schema }),
        stop: Some(vec!["END".to_owned(), "\n".to_owned()]),
        ..Parameters::default()
    });
    request.tools = vec![tool("a")];
    request.tool_choice = ToolChoice::Named("a".to_owned());
    let body = sent(&request);
    let format = json!({"type": "json_schema", "schema": {"type": "object"}});
    assert_eq!(body["output_config"], json!({"format": format}));
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(body["tool_choice"], json!({"type": "tool", "name": "a"}));
    request.tool_choice = ToolChoice::Required;
    assert_eq!(sent(&request)["tool_choice"], json!({"type": "any"}));
    request.tool_choice = ToolChoice::None;
    assert_eq!(sent(&request)["tool_choice"], json!({"type": "none"}));
    request.parameters.response_format = Some(ResponseFormat::Json);
    assert_eq!(sent(&request).get("output_config"), None);
}
