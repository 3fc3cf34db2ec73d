//! OpenAI Responses over the wire: the order of its events, and what it demands.

use std::collections::HashSet;

use fake_provider::{CHECK_FAILED, FakeProvider};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::client::{client, start};

fn body(model: &str) -> Value {
    json!({
        "model": model, "stream": true, "store": false,
        "include": ["reasoning.encrypted_content"],
        "input": [{"type": "message", "role": "user", "content": "Say something."}],
    })
}

fn request(provider: &FakeProvider, body: &Value) -> RequestBuilder {
    let url = format!("{}/responses", provider.base_url());
    client().post(url).header("accept", "text/event-stream").json(body)
}

async fn send(provider: &FakeProvider, body: &Value) -> Response {
    request(provider, body).send().await.unwrap()
}

/// The events of a good answer, each with the name its frame has.
async fn events(provider: &FakeProvider, body: &Value) -> Vec<(String, Value)> {
    let stream = send(provider, body).await.text().await.unwrap();
    let frames = stream.split("\n\n").filter(|frame| !frame.is_empty());
    let pair = |frame: &str| {
        let (name, data) = frame.split_once('\n').unwrap();
        let json = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        (name.strip_prefix("event: ").unwrap().to_owned(), json)
    };
    frames.map(pair).collect()
}

#[tokio::test]
async fn events_have_their_order_and_rising_numbers() {
    let provider = start().await;
    let events = events(&provider, &body("reasoning-tool")).await;
    for (number, (name, json)) in events.iter().enumerate() {
        assert_eq!(json["type"], name.as_str());
        assert_eq!(json["sequence_number"], number);
    }
    let mut names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    assert_eq!(
        names,
        [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.function_call_arguments.delta",
            "response.function_call_arguments.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    let names: Vec<String> = self::events(&provider, &body("say:text=Hi"))
        .await
        .into_iter()
        .skip(2)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
}

#[tokio::test]
async fn reasoning_is_encrypted_where_that_is_asked_for() {
    let provider = start().await;
    let mut body = body("reasoning-tool");
    let output = async |body: &Value| -> Value {
        events(&provider, body).await.pop().unwrap().1["response"]["output"].take()
    };
    let sealed = output(&body).await;
    assert_eq!(sealed[0]["type"], "reasoning");
    assert!(sealed[0]["encrypted_content"].is_string());
    assert_ne!(sealed[1]["id"], sealed[1]["call_id"]);
    assert_eq!(output(&body).await, sealed, "the same each time");
    body.as_object_mut().unwrap().remove("include");
    assert_eq!(output(&body).await[0].get("encrypted_content"), None);
}

#[tokio::test]
async fn reasoning_must_come_back_before_its_call() {
    let provider = start().await;
    let mut body = body("reasoning-tool");
    let output = events(&provider, &body).await.pop().unwrap().1["response"]["output"].take();
    let result = json!({
        "type": "function_call_output", "call_id": output[1]["call_id"], "output": "noon",
    });
    let user = body["input"][0].clone();
    body["input"] = json!([user, output[0], output[1], result]);
    let last = events(&provider, &body).await.pop().unwrap().1;
    assert_eq!(last["response"]["output"][0]["content"][0]["text"], "The tools said: noon");
    assert_eq!(provider.violations(), []);
    body["input"] = json!([user, output[1], result]);
    let answer: Value = send(&provider, &body).await.json().await.unwrap();
    assert_eq!(answer["error"]["type"], CHECK_FAILED);
    assert_eq!(answer["error"]["code"], "reasoning");
    assert_eq!(provider.violations()[0].rule, "reasoning");
}

#[tokio::test]
async fn the_key_belongs_in_one_header() {
    let provider = start().await;
    let body = body("plain");
    let sent = request(&provider, &body).header("x-api-key", "k").send().await.unwrap();
    assert_eq!(sent.status(), 400);
    assert_eq!(provider.violations()[0].rule, "authorization");
}

#[tokio::test]
async fn its_scenarios_are_listed_beside_those_of_chat() {
    let provider = start().await;
    let url = format!("http://{}/_fake/scenarios", provider.address());
    let tables: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    let names = |of: &str| -> HashSet<String> {
        let entries = tables[of].as_array().unwrap();
        entries.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    };
    let (chat, responses) = (names("chat"), names("openai_responses"));
    for name in ["plain", "slow", "error", "tool-fragments", "cut", "length", "refusal"] {
        assert!(chat.contains(name) && responses.contains(name), "{name}");
    }
    assert!(responses.contains("reasoning-tool") && !chat.contains("reasoning-tool"));
}
