//! The model lists, good and troublesome.

use std::{collections::HashSet, time::Duration};

use fake_provider::{FakeProvider, Options};
use reqwest::Response;
use serde_json::Value;

use crate::client::{chat_body, client, request, start};

async fn list(base_url: &str) -> Response {
    client().get(format!("{base_url}/models")).send().await.unwrap()
}

async fn ids(provider: &FakeProvider, variant: &str) -> Vec<String> {
    let list: Value = list(&provider.list_url(variant)).await.json().await.unwrap();
    let cards = list["data"].as_array().unwrap();
    cards.iter().map(|card| card["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_ordinary_list_offers_every_scenario() {
    let extra_models = vec!["slow:delay=9".to_owned()];
    let options = Options { extra_models, ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let list: Value = list(&provider.base_url()).await.json().await.unwrap();
    let cards = list["data"].as_array().unwrap();
    let ids: HashSet<&str> = cards.iter().map(|card| card["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), cards.len());
    for id in ["plain", "error-503", "flaky-2", "stall", "embed", "continue", "slow:delay=9"] {
        assert!(ids.contains(id), "{id}");
    }
    assert!(!ids.contains("error"));
}

#[tokio::test]
async fn sizes_and_names_are_as_promised() {
    let provider = start().await;
    assert_eq!(ids(&provider, "empty").await, [""; 0]);
    assert_eq!(ids(&provider, "10000").await.len(), 10_000);
    assert_eq!(ids(&provider, "duplicates").await, ["plain", "slow", "plain", "plain", "slow"]);
    let weird = ids(&provider, "weird").await;
    for piece in ["/", ":", " ", "🦙", "<script>", "\n", "\0", "%2F", "模型"] {
        assert!(weird.iter().any(|id| id.contains(piece)), "{piece:?}");
    }
}

#[tokio::test]
async fn pages_follow_one_another() {
    let provider = start().await;
    let root = format!("http://{}", provider.address());
    let mut next = "/lists/paginated/v1/models".to_owned();
    let mut seen = HashSet::new();
    loop {
        let page = client().get(format!("{root}{next}")).send().await.unwrap();
        let page: Value = page.json().await.unwrap();
        let cards = page["data"].as_array().unwrap();
        seen.extend(cards.iter().map(|card| card["id"].as_str().unwrap().to_owned()));
        assert_eq!(page["last_id"], cards.last().unwrap()["id"]);
        assert_eq!(page["has_more"], page["links"]["next"].is_string());
        match page["links"]["next"].as_str() {
            Some(path) => next = path.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 250);
}

#[tokio::test]
async fn statuses_and_types_are_as_promised() {
    let provider = start().await;
    for (variant, status, content_type) in [
        ("401", 401, "application/json"),
        ("redirect", 302, "text/plain"),
        ("redirect-same", 308, "text/plain"),
        ("html", 200, "text/html; charset=utf-8"),
        ("502-html", 502, "text/html; charset=utf-8"),
        ("503-loading", 503, "application/json"),
        ("not-json", 200, "application/json"),
        ("no-such-variant", 404, "application/json"),
    ] {
        let response = list(&provider.list_url(variant)).await;
        assert_eq!(response.status(), status, "{variant}");
        assert_eq!(response.headers()["content-type"], content_type, "{variant}");
    }
    let loading: Value = list(&provider.list_url("503-loading")).await.json().await.unwrap();
    assert_eq!(loading["error"]["message"], "Loading model");
    list(&provider.list_url("not-json")).await.json::<Value>().await.unwrap_err();
    list(&provider.list_url("cut")).await.text().await.unwrap_err();
}

#[tokio::test]
async fn a_slow_loris_sends_a_byte_at_a_time() {
    let provider = start().await;
    let mut response = list(&provider.list_url("slow-loris")).await;
    for expected in [b"{", b"\""] {
        assert_eq!(response.chunk().await.unwrap().unwrap().as_ref(), expected);
    }
    let next = tokio::time::timeout(Duration::from_millis(100), response.chunk()).await;
    assert!(next.is_err());
    assert_eq!(provider.open_streams(), 0, "lists are no chats");
}

#[tokio::test]
async fn models_of_a_list_can_be_chatted_with() {
    let provider = start().await;
    let url = provider.list_url("weird");
    for id in ids(&provider, "weird").await {
        let status = request(&url, &chat_body(&id, true)).send().await.unwrap().status();
        assert_eq!(status, 200, "{id:?}");
    }
    assert_eq!(provider.violations(), []);
}
