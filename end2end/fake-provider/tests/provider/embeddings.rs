//! Embeddings in both encodings, in and out of order.

use base64::{Engine, engine::general_purpose::STANDARD};
use fake_provider::FakeProvider;
use reqwest::Response;
use serde_json::{Value, json};

use crate::client::{client, start};

async fn send(provider: &FakeProvider, model: &str, encoding: &str) -> Response {
    let body = json!({"model": model, "input": ["one", "two boats"], "encoding_format": encoding});
    client()
        .post(format!("{}/embeddings", provider.base_url()))
        .header("accept", "application/json")
        .json(&body)
        .send()
        .await
        .unwrap()
}

async fn data(provider: &FakeProvider, model: &str, encoding: &str) -> Vec<Value> {
    let mut answer: Value = send(provider, model, encoding).await.json().await.unwrap();
    match answer["data"].take() {
        Value::Array(data) => data,
        other => panic!("no data: {other}"),
    }
}

fn floats(embedding: &Value) -> Vec<f32> {
    match embedding {
        Value::String(encoded) => {
            let bytes = STANDARD.decode(encoded).unwrap();
            bytes.chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
        }
        values => serde_json::from_value(values.clone()).unwrap(),
    }
}

#[tokio::test]
async fn both_encodings_say_the_same() {
    let provider = start().await;
    let plain = data(&provider, "embed", "float").await;
    let asked = data(&provider, "embed", "base64").await;
    let unasked = data(&provider, "embed-base64", "float").await;
    assert!(plain[0]["embedding"].is_array() && unasked[0]["embedding"].is_string());
    for index in 0..2 {
        let expected = floats(&plain[index]["embedding"]);
        assert_eq!(expected.len(), 64);
        assert_eq!(floats(&asked[index]["embedding"]), expected);
        assert_eq!(floats(&unasked[index]["embedding"]), expected);
    }
}

#[tokio::test]
async fn shuffled_vectors_keep_their_index() {
    let provider = start().await;
    let plain = data(&provider, "embed", "float").await;
    let shuffled = data(&provider, "embed-shuffled", "float").await;
    assert_eq!(shuffled[0]["index"], 1);
    assert_eq!(shuffled[0]["embedding"], plain[1]["embedding"]);
    assert_eq!(data(&provider, "embed-missing", "float").await.len(), 1);
    let uneven = data(&provider, "embed-uneven", "float").await;
    assert_eq!(floats(&uneven[1]["embedding"]).len(), 63);
}

#[tokio::test]
async fn errors_and_checks_apply_to_embeddings_too() {
    let provider = start().await;
    assert_eq!(send(&provider, "error-503", "float").await.status(), 503);
    assert_eq!(send(&provider, "flaky-1", "float").await.status(), 503);
    assert_eq!(send(&provider, "flaky-1", "float").await.status(), 200);
    assert_eq!(send(&provider, "plain", "float").await.status(), 501);
    assert_eq!(send(&provider, "no-such-model", "float").await.status(), 404);
    assert_eq!(provider.violations(), []);
    assert_eq!(send(&provider, "embed", "hexadecimal").await.status(), 400);
    assert_eq!(provider.violations()[0].rule, "field-value");
}
