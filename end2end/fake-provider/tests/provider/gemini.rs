//! The Gemini protocol: streams, whole answers, pages, and what is refused.

use fake_provider::{CHECK_FAILED, FakeProvider, Options};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::client::{client, frames, start};

fn ask(provider: &FakeProvider, call: &str, body: &Value) -> RequestBuilder {
    let accept = if call.contains("stream") { "text/event-stream" } else { "application/json" };
    let url = format!("{}/models/{call}", provider.gemini_url());
    client().post(url).header("accept", accept).json(body)
}

fn hello() -> Value {
    json!({"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]})
}

async fn streamed(provider: &FakeProvider, model: &str) -> Vec<Value> {
    let call = format!("{model}:streamGenerateContent?alt=sse");
    let answer = ask(provider, &call, &hello()).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    frames(&answer.text().await.unwrap())
}

fn text(frames: &[Value]) -> String {
    let parts = frames.iter().map(|frame| &frame["candidates"][0]["content"]["parts"][0]);
    let said = parts.filter(|part| part["thought"] != true);
    said.filter_map(|part| part["text"].as_str()).collect()
}

#[tokio::test]
async fn streamed_or_whole_the_answer_is_the_same() {
    let provider = start().await;
    for model in ["plain", "unicode", "reasoning-parts", "say:text=a%2520b", "plain:words=7"] {
        let frames = streamed(&provider, model).await;
        let last = frames.last().unwrap();
        assert_eq!(last["candidates"][0]["finishReason"], "STOP", "{model}");
        let call = format!("{model}:generateContent");
        let whole = ask(&provider, &call, &hello()).send().await.unwrap();
        let whole: Value = whole.json().await.unwrap();
        let parts = whole["candidates"][0]["content"]["parts"].as_array().unwrap();
        let said = parts.iter().filter(|part| part["thought"] != true);
        let said: String = said.filter_map(|part| part["text"].as_str()).collect();
        assert_eq!(said, text(&frames), "{model}");
        assert_eq!(whole["usageMetadata"], last["usageMetadata"], "{model}");
    }
    assert_eq!(provider.requests()[6].model.as_deref(), Some("say:text=a%20b"));
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn every_frame_counts_up_to_itself() {
    let provider = start().await;
    let frames = streamed(&provider, "plain:words=3").await;
    let count = |frame: &Value| frame["usageMetadata"]["candidatesTokenCount"].as_u64();
    assert_eq!(frames.iter().map(count).collect::<Vec<_>>(), [1, 2, 3, 3].map(Some));
}

#[tokio::test]
async fn the_wrong_key_is_a_400_in_googles_words() {
    let options = Options { key: Some("right".to_owned()), ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let call = "plain:streamGenerateContent?alt=sse";
    let wrong = ask(&provider, call, &hello()).header("x-goog-api-key", "wrong");
    let wrong = wrong.send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    let wrong: Value = wrong.json().await.unwrap();
    assert_eq!(wrong["error"]["details"][0]["reason"], "API_KEY_INVALID");
    let right = ask(&provider, call, &hello()).header("x-goog-api-key", "right");
    assert_eq!(right.send().await.unwrap().status(), 200);
    assert_eq!(provider.violations(), []);
    let bearer = ask(&provider, call, &hello()).bearer_auth("right").send().await.unwrap();
    assert_eq!(bearer.status(), 400);
    assert_eq!(provider.violations()[0].rule, "key-header");
}

#[tokio::test]
async fn broken_rules_are_named() {
    let provider = start().await;
    let with = |field: &str, value: Value| {
        let mut body = hello();
        body[field] = value;
        body
    };
    let sse = "plain:streamGenerateContent?alt=sse";
    let cases = [
        ("plain:streamGenerateContent", hello(), "alt"),
        ("plain:generateContent?alt=sse", hello(), "alt"),
        ("plain:streamGenerateContent?alt=sse&key=k", hello(), "key-header"),
        ("plain:dely=3:generateContent", hello(), "model-name"),
        (sse, with("messages", json!([])), "unknown-field"),
        (sse, with("contents", json!([])), "contents"),
        (sse, with("generationConfig", json!({"top_p": 1})), "unknown-field"),
        (sse, with("tools", json!([])), "tools"),
        (sse, with("systemInstruction", json!({"parts": []})), "system"),
    ];
    for (call, body, rule) in &cases {
        let answer = ask(&provider, call, body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["error"]["type"], CHECK_FAILED, "{call} {body}");
        assert_eq!(answer["error"]["code"], *rule, "{call} {body}");
    }
    assert_eq!(provider.violations().len(), cases.len());
}

#[tokio::test]
async fn unknown_models_and_methods_are_not_found() {
    let provider = start().await;
    for call in ["no-such-model:generateContent", "plain:countTokens", "plain"] {
        let answer = ask(&provider, call, &hello()).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{call}");
    }
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn the_list_comes_page_by_page() {
    let provider = start().await;
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let url = format!("{}/models?pageSize=60&pageToken={token}", provider.gemini_url());
        let url = url.trim_end_matches("&pageToken=");
        let page: Value = client().get(url).send().await.unwrap().json().await.unwrap();
        let models = page["models"].as_array().unwrap();
        assert!(models.len() <= 60);
        names.extend(models.iter().map(|card| card["name"].as_str().unwrap().to_owned()));
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    let url = format!("http://{}/_fake/scenarios", provider.address());
    let table: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    assert!(names.len() > table["gemini"].as_array().unwrap().len());
    assert!(names.contains(&"models/flaky-2".to_owned()), "{names:?}");
}
