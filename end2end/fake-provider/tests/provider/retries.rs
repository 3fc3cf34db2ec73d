//! Errors before the stream, and requests that succeed when tried again or changed.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::client::{chat_body, send, start, streamed, text};

#[tokio::test]
async fn flaky_models_fail_as_often_as_they_say() {
    let provider = start().await;
    for model in ["flaky-2", "error-503:times=2", "flaky-2:status=429,tag=other"] {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(send(&provider, &chat_body(model, true)).await.status().as_u16());
        }
        let failure = if model.contains("429") { 429 } else { 503 };
        assert_eq!(statuses, [failure, failure, 200, 200], "{model}");
    }
    provider.reset();
    assert_eq!(send(&provider, &chat_body("flaky-2", true)).await.status(), 503);
}

#[tokio::test]
async fn any_fault_can_be_limited_in_times() {
    let provider = start().await;
    assert_eq!(streamed(&provider, "empty:times=1").await, "");
    assert!(text(&streamed(&provider, "empty:times=1").await).starts_with("Hello!"));
}

#[tokio::test]
async fn retry_headers_are_sent() {
    let provider = start().await;
    let header = async |model: &str, name: &str| -> Option<String> {
        let response = send(&provider, &chat_body(model, true)).await;
        Some(response.headers().get(name)?.to_str().unwrap().to_owned())
    };
    assert_eq!(header("error-429", "retry-after").await, None);
    assert_eq!(header("error-429-retry-after", "retry-after").await.as_deref(), Some("1"));
    let seconds = "error-429-retry-after:seconds=7";
    assert_eq!(header(seconds, "retry-after").await.as_deref(), Some("7"));
    let milliseconds = "error-429-retry-after-ms";
    assert_eq!(header(milliseconds, "retry-after-ms").await.as_deref(), Some("50"));
    assert_eq!(header("error-500-no-retry", "x-should-retry").await.as_deref(), Some("false"));
    let date = header("error-429-retry-date:seconds=60", "retry-after").await.unwrap();
    let wait = httpdate::parse_http_date(&date).unwrap().duration_since(SystemTime::now());
    assert!(wait.unwrap() > Duration::from_secs(50));
}

#[tokio::test]
async fn error_bodies_have_each_shape() {
    let provider = start().await;
    let body = async |model: &str| -> Value {
        send(&provider, &chat_body(model, false)).await.json().await.unwrap()
    };
    assert_eq!(body("error-401").await["error"]["code"], "invalid_api_key");
    assert!(body("error-shape-string").await["error"].is_string());
    assert_eq!(body("error-shape-typed-string").await["error_type"], "validation");
    assert!(body("error-shape-message").await["message"].is_string());
    assert!(body("error-shape-detail").await["detail"].is_string());
    assert!(body("error-shape-detail-array").await["detail"][0]["msg"].is_string());
    assert!(body("error-shape-array").await[0]["error"]["message"].is_string());
    assert_eq!(body("error-shape-integer-code").await["error"]["code"], 400);
    let page = send(&provider, &chat_body("error-html", true)).await;
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn a_rejected_field_is_named_until_it_is_left_out() {
    let provider = start().await;
    for (model, field, value) in [
        ("reject-stream-options", "stream_options", json!({"include_usage": true})),
        ("reject-stream-options-in-words", "stream_options", json!({"include_usage": true})),
        ("reject-stream-options-422", "stream_options", json!({"include_usage": true})),
        ("reject-max-completion-tokens", "max_completion_tokens", json!(100)),
        ("reject-max-tokens", "max_tokens", json!(100)),
        ("reject-temperature", "temperature", json!(1)),
        ("reject-reasoning-effort", "reasoning_effort", json!("low")),
        ("reject-response-format", "response_format", json!({"type": "json_object"})),
        ("reject-response-format-in-words", "response_format", json!({"type": "json_object"})),
        ("reject-seed-422", "seed", json!(1)),
    ] {
        let mut body = chat_body(model, true);
        body[field] = value;
        let refused = send(&provider, &body).await;
        assert!(refused.status().is_client_error(), "{model}");
        assert!(refused.text().await.unwrap().contains(field), "{model}");
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(send(&provider, &body).await.status(), 200, "{model}");
    }
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn a_long_prompt_is_refused_until_it_is_shorter() {
    let provider = start().await;
    for model in ["context-exceeded:limit=50", "context-exceeded-openai:limit=50"] {
        let mut body = chat_body(model, true);
        body["messages"][0]["content"] = json!("word ".repeat(100));
        let refused = send(&provider, &body).await;
        assert_eq!(refused.status(), 400, "{model}");
        assert!(refused.text().await.unwrap().contains("context"), "{model}");
        body["messages"][0]["content"] = json!("word");
        assert_eq!(send(&provider, &body).await.status(), 200, "{model}");
    }
}
