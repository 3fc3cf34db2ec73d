//! Bad requests are refused loudly, and the refusal is kept.

use fake_provider::{CHECK_FAILED, FakeProvider, Options};
use serde_json::{Value, json};

use crate::client::{chat_body, client, request, send, start};

async fn refused(provider: &FakeProvider, body: &Value) -> String {
    let response = send(provider, body).await;
    assert_eq!(response.status(), 400, "{body}");
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["error"]["type"], CHECK_FAILED, "{body}");
    answer["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn broken_rules_are_named_and_kept() {
    let provider = start().await;
    let with = |field: &str, value: Value| {
        let mut body = chat_body("plain", true);
        body[field] = value;
        body
    };
    let cases = [
        (with("model", json!("")), "model"),
        (with("messages", json!([])), "messages"),
        (with("top_k", json!(40)), "unknown-field"),
        (with("temperature", json!(null)), "null-field"),
        (with("tools", json!([])), "tools"),
        (with("messages", json!([{"role": "user", "content": ""}])), "content"),
        (with("messages", json!([{"role": "wizard", "content": "x"}])), "role"),
        (chat_body("plain:dely=3", true), "model-name"),
        (chat_body("slow:delay=fast", true), "model-name"),
    ];
    for (body, rule) in &cases {
        assert_eq!(&refused(&provider, body).await, rule, "{body}");
    }
    let violations = provider.violations();
    let kept: Vec<&str> = violations.iter().map(|violation| violation.rule.as_str()).collect();
    assert_eq!(kept, cases.map(|(_, rule)| rule));
    assert_eq!(violations[0].request, 1);
    provider.reset();
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn headers_and_json_are_demanded() {
    let provider = start().await;
    let url = format!("{}/chat/completions", provider.base_url());
    let body = chat_body("plain", true).to_string();
    let json = "application/json";
    let cases = [
        ("*/*", "text/plain", body.as_str(), "content-type"),
        ("text/html", json, body.as_str(), "accept"),
        ("*/*", json, "{\"model\":", "json"),
    ];
    for (accept, content_type, body, rule) in cases {
        let request = client().post(&url).header("accept", accept);
        let request = request.header("content-type", content_type).body(body.to_owned());
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["error"]["code"], rule);
    }
    assert_eq!(provider.requests()[2].body, Value::Null);
}

#[tokio::test]
async fn the_key_is_demanded_everywhere_but_by_the_tests_own_paths() {
    let options = Options { key: Some("right".to_owned()), ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let chat = || request(&provider.base_url(), &chat_body("plain", false));
    assert_eq!(chat().send().await.unwrap().status(), 401);
    assert_eq!(chat().bearer_auth("wrong").send().await.unwrap().status(), 401);
    assert_eq!(chat().bearer_auth("right").send().await.unwrap().status(), 200);
    let models = client().get(format!("{}/models", provider.base_url()));
    assert_eq!(models.send().await.unwrap().status(), 401);
    let open = client().get(format!("http://{}/_fake/open", provider.address()));
    assert_eq!(open.send().await.unwrap().status(), 200);
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn a_key_that_follows_a_redirect_is_a_violation() {
    let provider = start().await;
    let response = send(&provider, &chat_body("redirect", true)).await;
    assert_eq!(response.status(), 307);
    let trap = response.headers()["location"].to_str().unwrap().replace("localhost", "127.0.0.1");
    client().post(&trap).send().await.unwrap();
    assert_eq!(provider.violations(), []);
    client().post(&trap).bearer_auth("key").send().await.unwrap();
    assert_eq!(provider.violations()[0].rule, "key-leaked");
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_refused() {
    let options = Options { body_limit: 1000, ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let mut body = chat_body("plain", false);
    body["messages"][0]["content"] = json!("x".repeat(1000));
    assert_eq!(send(&provider, &body).await.status(), 413);
}
