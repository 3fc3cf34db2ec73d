//! Bodies of requests, and what was refused.

use serde_json::json;

use super::*;

fn body(request: &ChatRequest, by_word: bool) -> Value {
    serde_json::to_value(Body::new(request, 8_192, by_word, &Refusals::default())).unwrap()
}

fn with(parameters: Parameters) -> Value {
    body(&ChatRequest { parameters, ..ChatRequest::default() }, false)
}

#[test]
fn the_minimal_body_names_the_context_and_forbids_cutting() {
    let request = ChatRequest {
        model: "a/b:c".to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hi")],
        ..ChatRequest::default()
    };
    assert_eq!(
        body(&request, false),
        json!({
            "model": "a/b:c",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi"},
            ],
            "stream": true,
            "options": {"num_ctx": 8192},
            "truncate": false,
            "shift": false,
        })
    );
}

#[test]
fn parameters_have_their_places() {
    let body = with(Parameters {
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        max_tokens: Some(7),
        stop: Some(vec!["a".to_owned()]),
        seed: Some(-1),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        response_format: Some(ResponseFormat::Json),
        keep_alive: Some("5m".to_owned()),
        ..Parameters::default()
    });
    assert_eq!(
        body["options"],
        json!({
            "num_ctx": 8192, "num_predict": 7, "temperature": 0.5, "top_p": 0.9, "top_k": 40,
            "seed": -1, "stop": ["a"], "presence_penalty": 0.1, "frequency_penalty": 0.2,
        })
    );
    assert_eq!((&body["format"], &body["keep_alive"]), (&json!("json"), &json!("5m")));
    let schema = ResponseFormat::JsonSchema { schema: r#"{"type":"object"}"#.to_owned() };
    let body = with(Parameters {
        response_format: Some(schema),
        keep_alive: Some("-1".to_owned()),
        ..Parameters::default()
    });
    assert_eq!(body["format"], json!({"type": "object"}));
    assert_eq!(body["keep_alive"], json!(-1));
}

#[test]
fn thinking_is_a_switch_or_a_word() {
    for (effort, by_word, expected) in [
        (None, false, Value::Null),
        (Some("none"), false, json!(false)),
        (Some("none"), true, json!(false)),
        (Some("low"), false, json!(true)),
        (Some("minimal"), true, json!("low")),
        (Some("medium"), true, json!("medium")),
        (Some("xhigh"), true, json!("high")),
        (Some("max"), true, json!("max")),
        (Some("extreme"), true, json!(true)),
    ] {
        let reasoning_effort = effort.map(str::to_owned);
        let parameters = Parameters { reasoning_effort, ..Parameters::default() };
        let request = ChatRequest { parameters, ..ChatRequest::default() };
        assert_eq!(body(&request, by_word)["think"], expected, "{effort:?} {by_word}");
    }
}

#[test]
fn calls_results_and_images_are_written_as_wanted() {
    let call = |arguments: &str| RequestedCall {
        id: "a".to_owned(),
        name: "f".to_owned(),
        arguments: arguments.to_owned(),
    };
    let image = Image { media_type: "image/png".to_owned(), base64: "AA==".into() };
    let request = ChatRequest {
        messages: vec![
            ChatMessage::User { text: String::new(), images: vec![image] },
            ChatMessage::Assistant {
                text: None,
                tool_calls: vec![call(r#"{"x": 1}"#), call(""), call("oops")],
                state: None,
            },
            ChatMessage::ToolResult {
                call_id: "a".to_owned(),
                name: "f".to_owned(),
                content: "1".to_owned(),
                failed: true,
            },
        ],
        ..ChatRequest::default()
    };
    let written =
        |arguments: Value| json!({"id": "a", "function": {"name": "f", "arguments": arguments}});
    assert_eq!(
        body(&request, false)["messages"],
        json!([
            {"role": "user", "content": "", "images": ["AA=="]},
            {"role": "assistant", "content": "", "tool_calls": [
                written(json!({"x": 1})),
                written(json!({})),
                written(json!({"arguments": "oops"})),
            ]},
            {"role": "tool", "content": "1", "tool_name": "f", "tool_call_id": "a"},
        ])
    );
}

#[test]
fn a_turn_in_the_servers_own_form_goes_back_as_it_came() {
    let assistant = |state: &str| ChatMessage::Assistant {
        text: Some("x".to_owned()),
        tool_calls: Vec::new(),
        state: Some(state.to_owned()),
    };
    let messages = vec![assistant(r#"{"role":"assistant","thinking":"Hm"}"#), assistant("oops")];
    let request = ChatRequest { messages, ..ChatRequest::default() };
    assert_eq!(
        body(&request, false)["messages"],
        json!([
            {"role": "assistant", "thinking": "Hm"},
            {"role": "assistant", "content": "x"},
        ])
    );
}

#[test]
fn the_choice_among_tools_is_made_by_the_offer() {
    let tool = |name: &str| Tool {
        name: name.to_owned(),
        description: "d".to_owned(),
        parameters: json!({"type": "object"}),
    };
    let offered = |tool_choice: ToolChoice| {
        let tools = vec![tool("a"), tool("b")];
        let request = ChatRequest { tools, tool_choice, ..ChatRequest::default() };
        let body = body(&request, false);
        let tools = body["tools"].as_array().cloned().unwrap_or_default();
        let names = tools.iter().map(|tool| tool["function"]["name"].to_string());
        names.collect::<String>()
    };
    assert_eq!(offered(ToolChoice::Auto), "\"a\"\"b\"");
    assert_eq!(offered(ToolChoice::Required), "\"a\"\"b\"");
    assert_eq!(offered(ToolChoice::Named("b".to_owned())), "\"b\"");
    assert_eq!(offered(ToolChoice::None), "");
}
