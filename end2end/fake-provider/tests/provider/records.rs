//! The requests kept for assertions, in the process and over HTTP.

use serde_json::Value;

use crate::client::{chat_body, client, request, send, start, streamed};

#[tokio::test]
async fn requests_are_kept_as_they_came() {
    let provider = start().await;
    let body = chat_body("plain", true);
    let sent = request(&provider.base_url(), &body).bearer_auth("sk-secret").header("x-extra", "1");
    sent.send().await.unwrap().text().await.unwrap();
    let [kept] = &provider.requests()[..] else { panic!("not kept") };
    assert_eq!((kept.method.as_str(), kept.target.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(kept.body, body);
    assert_eq!(kept.model.as_deref(), Some("plain"));
    assert_eq!(kept.status, Some(200));
    assert_eq!(kept.headers["x-extra"], "1");
    assert_eq!(kept.headers["authorization"], "Bearer (9 bytes)");
}

#[tokio::test]
async fn requests_can_be_asked_for_by_model_and_number() {
    let provider = start().await;
    for model in ["plain", "unicode", "plain"] {
        streamed(&provider, model).await;
    }
    let root = format!("http://{}/_fake", provider.address());
    let numbers = async |query: &str| -> Vec<u64> {
        let response = client().get(format!("{root}/requests{query}")).send().await.unwrap();
        let requests: Vec<Value> = response.json().await.unwrap();
        requests.iter().map(|request| request["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("?model=plain").await, [1, 3]);
    assert_eq!(numbers("?model=plain&after=1").await, [3]);
    let reset = client().post(format!("{root}/reset")).send().await.unwrap();
    assert_eq!(reset.status(), 204);
    assert_eq!(numbers("").await, [0; 0]);
}

#[tokio::test]
async fn violations_can_be_asked_for() {
    let provider = start().await;
    send(&provider, &chat_body("plain:wrong=1", true)).await;
    let url = format!("http://{}/_fake/violations", provider.address());
    let violations: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(violations[0]["rule"], "model-name");
    assert_eq!(
        violations[0]["message"],
        "model name \"plain:wrong=1\": no parameter is called `wrong`"
    );
}

#[tokio::test]
async fn the_scenarios_explain_themselves() {
    let provider = start().await;
    let url = format!("http://{}/_fake/scenarios", provider.address());
    let scenarios: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    for kind in ["chat", "embeddings", "lists"] {
        let entries = scenarios[kind].as_array().unwrap();
        assert!(!entries.is_empty());
        for entry in entries {
            assert!(entry["about"].as_str().unwrap().ends_with('.'), "{entry}");
        }
    }
}
