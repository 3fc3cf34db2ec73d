//! Bodies of requests, and what was refused.

use models::parameters::Parameters;

use super::*;

fn json(request: &ChatRequest) -> Value {
    serde_json::to_value(Body::new(request, &Refusals::default())).unwrap()
}

fn asking(messages: Vec<ChatMessage>) -> ChatRequest {
    ChatRequest { model: "m".to_owned(), messages, ..ChatRequest::default() }
}

#[test]
fn the_minimal_body_keeps_nothing_at_the_server() {
    let request =
        asking(vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hi")]);
    let body = serde_json::to_string_pretty(&Body::new(&request, &Refusals::default()));
    insta::assert_snapshot!(body.unwrap(), @r#"
    {
      "model": "m",
      "instructions": "Be brief.",
      "input": [
        {
          "type": "message",
          "role": "user",
          "content": [
            {
              "type": "input_text",
              "text": "Hi"
            }
          ]
        }
      ],
      "stream": true,
      "store": false,
      "include": [
        "reasoning.encrypted_content"
      ]
    }
    "#);
}

#[test]
fn turns_are_rebuilt_unless_the_server_gave_them() {
    let turn = |state: Option<&str>| ChatMessage::Assistant {
        text: Some("Look.".to_owned()),
        tool_calls: vec![RequestedCall {
            id: "call_a".to_owned(),
            name: "f".to_owned(),
            arguments: String::new(),
        }],
        state: state.map(str::to_owned),
    };
    let rebuilt = json!([
        {
            "type": "message", "role": "assistant", "id": "msg_0", "status": "completed",
            "content": [{"type": "output_text", "text": "Look.", "annotations": []}],
        },
        {"type": "function_call", "call_id": "call_a", "name": "f", "arguments": "{}"},
    ]);
    assert_eq!(json(&asking(vec![turn(None)]))["input"], rebuilt);
    assert_eq!(json(&asking(vec![turn(Some("{}"))]))["input"], rebuilt);
    let given = r#"[{"type":"reasoning","id":"rs_1","n":1.50},{"type":"x"}]"#;
    let request = asking(vec![turn(Some(given))]);
    let body = Body::new(&request, &Refusals::default());
    let sent = String::from_utf8(body.attempt().json.unwrap()).unwrap();
    assert!(sent.contains(&format!("\"input\":{given}")), "{sent}");
}

#[test]
fn later_instructions_stay_where_they_are() {
    let request =
        asking(vec![ChatMessage::user("Hi"), ChatMessage::System("Now in French.".to_owned())]);
    let body = json(&request);
    assert_eq!(body.get("instructions"), None);
    assert_eq!(body["input"][1]["role"], "system");
}

#[test]
fn parameters_have_this_protocols_form() {
    let request = ChatRequest {
        tools: vec![Tool {
            name: "f".to_owned(),
            description: "d".to_owned(),
            parameters: json!({"type": "object"}),
        }],
        tool_choice: ToolChoice::Named("f".to_owned()),
        parameters: Parameters {
            max_tokens: Some(7),
            seed: Some(1),
            reasoning_effort: Some("low".to_owned()),
            response_format: Some(ResponseFormat::JsonSchema {
                schema: r#"{"type":"object"}"#.to_owned(),
            }),
            ..Parameters::default()
        },
        ..asking(vec![ChatMessage::user("Hi")])
    };
    let body = json(&request);
    assert_eq!(body["max_output_tokens"], 16);
    assert_eq!(body.get("seed"), None);
    assert_eq!(body["reasoning"], json!({"effort": "low", "summary": "auto"}));
    assert_eq!(body["text"]["format"]["name"], "answer");
    assert_eq!(body["text"]["format"]["schema"], json!({"type": "object"}));
    assert_eq!(body["tool_choice"], json!({"type": "function", "name": "f"}));
    assert_eq!(
        body["tools"],
        json!([{
            "type": "function", "name": "f", "description": "d",
            "parameters": {"type": "object"}, "strict": false,
        }])
    );
}
