//! The servers to detect: their answers, their traps, and what they say about a key that goes astray.

use std::time::{Duration, Instant};

use fake_provider::{FakeProvider, Options};
use serde_json::Value;

use crate::client::{client, start};

async fn rules(provider: &FakeProvider) -> Vec<String> {
    provider.violations().into_iter().map(|violation| violation.rule).collect()
}

#[tokio::test]
async fn each_server_answers_on_its_own_paths() {
    let provider = start().await;
    for (path, status, field) in [
        ("ollama/api/tags", 200, "/models/0/name"),
        ("lm-studio/api/v1/models", 200, "/models/0/key"),
        ("lm-studio/nowhere", 200, "/error"),
        ("llama-cpp/props", 200, "/default_generation_settings/n_ctx"),
        ("vllm/v1/models", 200, "/data/0/max_model_len"),
        ("vllm-key/v1/models", 401, "/error"),
        ("vllm-key/version", 200, "/version"),
        ("gemini/v1beta/models", 403, "/error/status"),
        ("llama-cpp-loading/health", 503, "/error/message"),
        ("no-such-kind/v1/models", 404, "/error"),
    ] {
        let url = provider.server_url(path);
        let response = client().get(&url).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let json: Value = response.json().await.unwrap();
        assert!(json.pointer(field).is_some(), "{path}: {json}");
    }
    let root = client().get(provider.server_url("ollama/")).send().await.unwrap();
    assert_eq!(root.text().await.unwrap(), "Ollama is running");
    assert!(rules(&provider).await.is_empty());
}

#[tokio::test]
async fn a_key_is_for_lists_only_and_traps_are_kept() {
    let provider = start().await;
    let get = |path: &str| client().get(provider.server_url(path));
    get("vllm/v1/models").bearer_auth("sk-any-key").send().await.unwrap();
    assert!(rules(&provider).await.is_empty());
    get("vllm/version").bearer_auth("sk-any-key").send().await.unwrap();
    get("vllm/version").header("x-api-key", "sk-any-key").send().await.unwrap();
    get("sglang/server_info").send().await.unwrap();
    get("llama-cpp-router/props?model=beta").send().await.unwrap();
    let expected = ["key-astray", "key-astray", "server-info", "loads-a-model"];
    assert_eq!(rules(&provider).await, expected);
}

#[tokio::test]
async fn a_server_may_stand_at_the_root_and_be_slow() {
    let options = Options { server: Some("ollama~200".to_owned()), ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let started = Instant::now();
    let url = format!("http://{}/api/version", provider.address());
    let version: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    assert!(version["version"].is_string());
    assert!(started.elapsed() >= Duration::from_millis(200));
}
