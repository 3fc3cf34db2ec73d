//! What the ordinary scenarios say, streamed and in one piece.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{chat_body, frames, send, start, streamed, text, whole};

#[tokio::test]
async fn a_plain_stream_has_every_part_in_order() {
    let provider = start().await;
    let mut body = chat_body("plain", true);
    body["stream_options"] = json!({"include_usage": true});
    let response = send(&provider, &body).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(response.headers()["x-request-id"], "fake-1");
    let stream = response.text().await.unwrap();
    let frames = frames(&stream);
    let [first, .., finish, usage] = &frames[..] else { panic!("too few frames: {stream}") };
    assert_eq!(first["choices"][0]["delta"], json!({"role": "assistant", "content": ""}));
    assert_eq!(first["usage"], Value::Null);
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"]["completion_tokens"], json!(frames.len() - 3));
    assert!(stream.ends_with("data: [DONE]\n\n"));
}

#[tokio::test]
async fn usage_comes_only_where_it_is_asked_for() {
    let provider = start().await;
    assert!(!streamed(&provider, "plain").await.contains("usage"));
    assert!(streamed(&provider, "usage-end").await.contains("total_tokens"));
}

#[tokio::test]
async fn streamed_or_whole_the_text_is_the_same() {
    let provider = start().await;
    for model in ["plain", "markdown:delay=0", "unicode", "hostile", "count:words=9", "long-1"] {
        let whole = whole(&provider, model).await;
        let said = whole["choices"][0]["message"]["content"].as_str().unwrap();
        assert_eq!(said, text(&streamed(&provider, model).await), "{model}");
        assert_eq!(whole["object"], "chat.completion");
        assert!(whole["usage"]["total_tokens"].as_u64().unwrap() > 0);
    }
}

#[tokio::test]
async fn parameters_set_pace_and_size() {
    let provider = start().await;
    let begun = Instant::now();
    let stream = streamed(&provider, "slow:delay=20,words=10,first=50,headers=50").await;
    assert_eq!(text(&stream).split_whitespace().count(), 10);
    assert!(begun.elapsed().as_millis() >= 300, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_given_text_is_said() {
    let provider = start().await;
    let stream = streamed(&provider, "say:text=Hello%2C%20you%3D%E2%98%83").await;
    assert_eq!(text(&stream), "Hello, you=☃");
}

#[tokio::test]
async fn echo_says_what_was_sent() {
    let provider = start().await;
    let body = json!({"model": "echo", "stream": true, "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
    ]});
    let stream = send(&provider, &body).await.text().await.unwrap();
    let said: Value = serde_json::from_str(&text(&stream)).unwrap();
    assert_eq!(said, body["messages"]);
}

#[tokio::test]
async fn continue_goes_on_where_the_partial_answer_ended() {
    let provider = start().await;
    let mut body = chat_body("continue:words=8,cut=5", true);
    body["messages"].as_array_mut().unwrap().extend([
        json!({"role": "assistant", "content": "1 2 3 4 5"}),
        json!({"role": "user", "content": "Go on."}),
    ]);
    let stream = send(&provider, &body).await.text().await.unwrap();
    assert_eq!(text(&stream), " 6 7 8");
}

#[tokio::test]
async fn tool_results_are_answered() {
    let provider = start().await;
    let mut body = chat_body("tool-parallel:tool=clock", false);
    let answer: Value = send(&provider, &body).await.json().await.unwrap();
    let message = answer["choices"][0]["message"].clone();
    assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(message["tool_calls"][0]["function"]["arguments"], "{\"tz\": \"UTC\"}");
    assert_eq!(message["tool_calls"][1]["function"]["arguments"], "{\"tz\": \"Asia/Tokyo\"}");
    assert_eq!(message["tool_calls"][1]["function"]["name"], "clock");
    body["messages"].as_array_mut().unwrap().extend([
        json!({"role": "assistant", "content": null, "tool_calls": message["tool_calls"]}),
        json!({"role": "tool", "tool_call_id": "call_a", "content": "noon"}),
        json!({"role": "tool", "tool_call_id": "call_b", "content": "night"}),
    ]);
    let answer: Value = send(&provider, &body).await.json().await.unwrap();
    let said = &answer["choices"][0]["message"]["content"];
    assert_eq!(said, "The tools said: noon; night");
}

#[tokio::test]
async fn unknown_models_are_not_found() {
    let provider = start().await;
    for model in ["no-such-model", "plain-2", "llama3:8b"] {
        let response = send(&provider, &chat_body(model, true)).await;
        assert_eq!(response.status(), 404, "{model}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], "model_not_found");
    }
    assert_eq!(provider.violations(), []);
}
