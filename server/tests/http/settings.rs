//! `models`, `profiles`, `metrics` and `health`: what can be picked, and what has happened.

use models::{metric::MetricSummary, model::Model, routing_profile::RoutingProfile};
use serde_json::json;

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn models_and_profiles_can_be_picked() {
    let app = TestApp::start().await;
    let models: Vec<Model> = app.get("models").await.ok();
    assert!(models.iter().any(|model| model.name == "Guide"));
    assert!(models.iter().any(|model| model.provider == "Fake" && model.name == "plain"));
    let profiles: Vec<RoutingProfile> = app.get("profiles").await.ok();
    assert_eq!(
        profiles.iter().map(|profile| profile.slug.as_str()).collect::<Vec<_>>(),
        ["direct_llm"]
    );
}

#[tokio::test]
async fn metrics_count_streamed_answers_as_well() {
    let app = TestApp::start().await;
    let none: MetricSummary = app.get("metrics").await.ok();
    assert_eq!((none.hours, none.total), (24, 0));
    app.answer("plain", "Hello").await;
    app.answer("error-400", "Hello").await;
    let body = json!({ "message": "Hello", "model_id": app.model("plain").await, "stream": true });
    assert_eq!(Reply::of(app.api("POST", "send").json(&body)).await.status, 200);
    let some: MetricSummary = app.get("metrics?hours=1").await.ok();
    assert_eq!((some.hours, some.total, some.complete, some.failed), (1, 3, 2, 1));
    assert!(some.output_tokens > 0 && some.first_token_ms_median.is_some());
    insta::assert_snapshot!(app.get("metrics?hours=0").await.said(), @"400 invalid_request: 0 is no span that can be summed. Give `hours` a value from 1 to 8760.");
    insta::assert_snapshot!(app.get("metrics?hours=soon").await.said(), @"400 invalid_request: The query of the address does not fit: hours: invalid digit found in string. Correct what stands after the question mark; /api/docs lists what may.");
    insta::assert_snapshot!(app.get("metrics?days=1").await.said(), @"400 invalid_request: The query of the address does not fit: days: unknown field `days`, expected `hours`. Correct what stands after the question mark; /api/docs lists what may.");
}

#[tokio::test]
async fn health_says_that_all_is_well() {
    let app = TestApp::start().await;
    let reply = Reply::of(app.request("GET", "/health")).await;
    assert_eq!((reply.status, reply.text()), (200, r#"{"status":"ok"}"#));
}
