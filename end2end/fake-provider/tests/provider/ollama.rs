//! Ollama's own protocol: its lines, its lists, and the checks of its requests.

use fake_provider::FakeProvider;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::client::{client, start};

fn chat_body(model: &str, num_ctx: u32) -> Value {
    json!({
        "model": model,
        "messages": [{"role": "user", "content": "Say something."}],
        "options": {"num_ctx": num_ctx},
        "stream": true,
        "truncate": false,
    })
}

async fn post(provider: &FakeProvider, path: &str, body: &Value) -> Response {
    let url = format!("{}{path}", provider.ollama_url());
    client().post(url).header("accept", "*/*").json(body).send().await.unwrap()
}

async fn get(provider: &FakeProvider, path: &str) -> Response {
    client().get(format!("{}{path}", provider.ollama_url())).send().await.unwrap()
}

async fn lines(provider: &FakeProvider, model: &str) -> Vec<Value> {
    let answer = post(provider, "/api/chat", &chat_body(model, 8_192)).await;
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let text = answer.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_root_says_who_it_is() {
    let provider = start().await;
    for path in ["", "/"] {
        assert_eq!(get(&provider, path).await.text().await.unwrap(), "Ollama is running");
    }
    let url = provider.ollama_url();
    let head = client().request(Method::HEAD, format!("{url}/")).send().await.unwrap();
    assert_eq!(head.status(), 200);
    let version: Value = get(&provider, "/api/version").await.json().await.unwrap();
    assert!(version["version"].is_string());
}

#[tokio::test]
async fn an_answer_is_lines_and_the_last_is_done() {
    let provider = start().await;
    let lines = lines(&provider, "say:text=Hello%20there").await;
    let said: String =
        lines.iter().map(|line| line["message"]["content"].as_str().unwrap()).collect();
    assert_eq!(said, "Hello there");
    let (last, before) = lines.split_last().unwrap();
    assert!(before.iter().all(|line| line["done"] == false));
    assert_eq!((&last["done"], &last["done_reason"]), (&json!(true), &json!("stop")));
    assert_eq!(last["eval_count"], 2);
    assert!(last["total_duration"].is_u64() && last["prompt_eval_count"].is_u64());
}

#[tokio::test]
async fn errors_are_words() {
    let provider = start().await;
    for (model, status, words) in [
        ("error-503", 503, "The service is overloaded."),
        ("no-such-model", 404, "model 'no-such-model' not found"),
        ("context-exceeded:limit=1", 400, "the input length exceeds the context length"),
    ] {
        let answer = post(&provider, "/api/chat", &chat_body(model, 8_192)).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"error": words}));
    }
    let mid_stream = lines(&provider, "error-mid-stream").await;
    let last = mid_stream.last().unwrap();
    assert_eq!(*last, json!({"error": "The model crashed while it was answering."}));
}

#[tokio::test]
async fn a_needless_change_of_the_context_is_a_violation() {
    let provider = start().await;
    for (num_ctx, status) in [(8_192, 200), (8_192, 200), (16_384, 400), (4_096, 400), (8_192, 200)]
    {
        let answer = post(&provider, "/api/chat", &chat_body("plain", num_ctx)).await;
        assert_eq!(answer.status(), status, "{num_ctx}");
    }
    let rules: Vec<String> = provider.violations().into_iter().map(|one| one.rule).collect();
    assert_eq!(rules, ["num-ctx-changed", "num-ctx-changed"]);
    provider.reset();
    let answer = post(&provider, "/api/chat", &chat_body("plain", 4_096)).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn the_models_can_be_listed_asked_about_and_chatted_with() {
    let provider = start().await;
    let tags: Value = get(&provider, "/api/tags").await.json().await.unwrap();
    let names: Vec<&str> =
        tags["models"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    for name in ["llama3.2:3b", "plain", "error-503", "reject-think", "far-away:120b-cloud"] {
        assert!(names.contains(&name), "{name}");
    }
    let show = post(&provider, "/api/show", &json!({"model": "llama3.2:3b"})).await;
    let show: Value = show.json().await.unwrap();
    assert_eq!(show["model_info"]["llama.context_length"], 131_072);
    let missing = post(&provider, "/api/show", &json!({"model": "no-such-model"})).await;
    assert_eq!(missing.status(), 404);
    let loaded: Value = get(&provider, "/api/ps").await.json().await.unwrap();
    assert_eq!(loaded["models"][0]["context_length"], 32_768);
    assert!(lines(&provider, "llama3.2:3b").await.len() > 1);
    let offered = client().get(format!("http://{}/_fake/scenarios", provider.address()));
    let offered: Value = offered.send().await.unwrap().json().await.unwrap();
    let entries = offered["ollama"].as_array().unwrap();
    assert!(
        entries.iter().any(|entry| entry["name"] == "queue-full" && entry["about"].is_string())
    );
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn embeddings_come_in_order() {
    let provider = start().await;
    let body = json!({"model": "embed", "input": ["a red boat", "a tax report"], "dimensions": 8});
    let answer: Value = post(&provider, "/api/embed", &body).await.json().await.unwrap();
    let vectors = answer["embeddings"].as_array().unwrap();
    assert_eq!((vectors.len(), vectors[0].as_array().unwrap().len()), (2, 8));
    assert_ne!(vectors[0], vectors[1]);
    assert_eq!(answer["prompt_eval_count"], 6);
    let broken = post(&provider, "/api/embed", &json!({"model": "embed", "input": [""]})).await;
    assert_eq!(broken.status(), 400);
    assert_eq!(provider.violations()[0].rule, "input");
}
