//! The Messages API: its answers, its list, and what its checker refuses.

use fake_provider::{CHECK_FAILED, FakeProvider, Options};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::client::{client, frames, start};

const VERSION: &str = "2023-06-01";

fn body(model: &str, stream: bool) -> Value {
    json!({
        "model": model,
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Say something."}],
        "stream": stream,
    })
}

fn request(provider: &FakeProvider, body: &Value) -> RequestBuilder {
    client()
        .post(format!("{}/messages", provider.anthropic_url()))
        .header("accept", "text/event-stream, application/json")
        .header("anthropic-version", VERSION)
        .json(body)
}

async fn whole(provider: &FakeProvider, body: &Value) -> Value {
    request(provider, body).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_stream_has_its_events_in_order() {
    let provider = start().await;
    let response = request(&provider, &body("plain", true)).send().await.unwrap();
    assert_eq!(response.headers()["request-id"], "req_fake_1");
    let stream = response.text().await.unwrap();
    let frames = frames(&stream);
    let mut kinds: Vec<&str> = frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
        ]
    );
    for kind in kinds {
        assert!(stream.contains(&format!("event: {kind}\ndata: {{")), "{kind}");
    }
}

#[tokio::test]
async fn without_a_stream_the_message_comes_whole() {
    let provider = start().await;
    let message = whole(&provider, &body("reasoning-tool-parallel", false)).await;
    let kinds: Vec<&Value> =
        message["content"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(kinds, ["thinking", "text", "tool_use", "tool_use"]);
    assert_eq!(message["content"][3]["input"], json!({"tz": "Asia/Tokyo"}));
    assert_eq!(message["stop_reason"], "tool_use");
    assert!(message["usage"]["output_tokens"].as_u64().unwrap() > 5);
}

#[tokio::test]
async fn a_turn_is_taken_back_only_as_it_was() {
    let provider = start().await;
    let said = whole(&provider, &body("reasoning-tool", false)).await;
    let mut next = body("reasoning-tool", false);
    next["messages"] = json!([
        {"role": "user", "content": "Say something."},
        {"role": "assistant", "content": said["content"]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_thought_a", "content": "noon"}
        ]},
    ]);
    let answer = whole(&provider, &next).await;
    assert_eq!(answer["content"][0]["text"], "The tools said: noon");
    next["messages"][1]["content"][0]["thinking"] = json!("Something else.");
    let refused = whole(&provider, &next).await;
    assert_eq!(refused["error"]["type"], CHECK_FAILED);
    next["messages"][1]["content"].as_array_mut().unwrap().remove(0);
    whole(&provider, &next).await;
    let rules: Vec<String> = provider.violations().into_iter().map(|broken| broken.rule).collect();
    assert_eq!(rules, ["thinking-changed", "thinking-missing"]);
}

#[tokio::test]
async fn the_list_comes_in_pages_from_both_ends() {
    let provider = start().await;
    let page = async |query: &str| -> Value {
        let url = format!("{}/models{query}", provider.anthropic_url());
        let request = client().get(url).header("anthropic-version", VERSION);
        request.send().await.unwrap().json().await.unwrap()
    };
    let first = page("").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 20);
    assert_eq!(first["has_more"], true);
    let mut names: Vec<String> = Vec::new();
    let mut query = "?limit=1000".to_owned();
    loop {
        let page = page(&query).await;
        let cards = page["data"].as_array().unwrap();
        assert!((1..=50).contains(&cards.len()));
        names.extend(cards.iter().map(|card| card["id"].as_str().unwrap().to_owned()));
        if page["has_more"] == false {
            break;
        }
        query = format!("?limit=1000&after_id={}", page["last_id"].as_str().unwrap());
    }
    assert!(names.len() > 100, "{names:?}");
    let back = page(&format!("?limit=2&before_id={}", names[2])).await;
    assert_eq!(back["first_id"], json!(names[0]));
    assert_eq!(back["has_more"], false);
    assert_eq!(page("?limit=0").await["error"]["type"], "invalid_request_error");
    assert_eq!(page("?after_id=nobody").await["error"]["type"], "invalid_request_error");
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn errors_are_in_this_protocols_words() {
    let options = Options { key: Some("right".to_owned()), ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let send = async |request: RequestBuilder| {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (status, body["error"]["type"].as_str().unwrap_or_default().to_owned())
    };
    let plain = body("plain", false);
    let error = |status, kind: &str| (status, kind.to_owned());
    assert_eq!(send(request(&provider, &plain)).await, error(401, "authentication_error"));
    let keyed = |body: &Value| request(&provider, body).header("x-api-key", "right");
    assert_eq!(send(keyed(&plain)).await, error(200, ""));
    assert_eq!(send(keyed(&body("no-such", false))).await, error(404, "not_found_error"));
    assert_eq!(send(keyed(&body("error-529", false))).await, error(529, "overloaded_error"));
    assert_eq!(provider.violations(), []);
    let bearer = request(&provider, &plain).bearer_auth("right");
    assert_eq!(send(bearer).await, error(400, CHECK_FAILED));
    assert_eq!(send(keyed(&body("plain:dely=1", false))).await, error(400, CHECK_FAILED));
    let rules: Vec<String> = provider.violations().into_iter().map(|broken| broken.rule).collect();
    assert_eq!(rules, ["key-header", "model-name"]);
}
