//! Chat Completions, scenario by scenario, as one table of outcomes.

use std::time::Duration;

use fake_provider::{FakeProvider, Options};
use futures::StreamExt;
use models::{
    detection::ServerKind,
    parameters::{Parameters, ResponseFormat},
    run::FailureClass,
};
use providers::{ChatMessage, ChatRequest, Image, OpenAiChat, Provider};

use crate::support::{client, endpoint, fake, limits, list_rows, names, outcomes, play, table};

/// What the bare names of the scenarios leave out.
const MORE: [&str; 6] = [
    "context-exceeded:limit=1",
    "context-exceeded-openai:limit=1",
    "plain:chunk=1,newline=cr",
    "plain:chunk=3,newline=crlf",
    "error-503:tag=again",
    "long-5:chunk=1000",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 39] = [
    "bad-json-frame",
    "bad-utf8",
    "comments-forever",
    "continue",
    "cut",
    "cut-frame",
    "cut-utf8",
    "deep-json",
    "done-only",
    "empty",
    "empty-body",
    "empty-json",
    "end-early",
    "end-mid-frame",
    "endless-event",
    "endless-json",
    "endless-line",
    "error-500",
    "error-first-frame",
    "error-html",
    "error-mid-stream",
    "error-mid-stream-cut",
    "error-mid-stream-event",
    "error-mid-stream-line",
    "error-mid-stream-openrouter",
    "error-mid-stream-string",
    "finish-error",
    "finish-resource",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "lone-surrogate",
    "redirect",
    "silent",
    "stall",
    "stall-first",
    "tool-as-text-cut",
    "tool-cut",
    "wrong-types",
];

fn adapter() -> OpenAiChat {
    OpenAiChat::new(client(), limits())
}

fn request(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hello")],
        parameters: Parameters {
            temperature: Some(0.5),
            max_tokens: Some(1_000),
            reasoning_effort: Some("low".to_owned()),
            seed: Some(7),
            response_format: Some(ResponseFormat::Json),
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let scenarios = names(&fake, "chat").await;
    let outcomes = outcomes(&adapter, &endpoint, scenarios, &MORE, request).await;
    let table = table(&outcomes, &FAULTS, fake.address());
    println!("{table}");
    insta::assert_snapshot!("chat", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_list_has_its_outcome() {
    let fake = fake().await;
    let table = list_rows(ServerKind::OpenAiCompatible, &fake).await;
    println!("{table}");
    insta::assert_snapshot!("models", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn stopping_frees_the_server_and_refusals_are_remembered() {
    let fake = FakeProvider::start(Options::default()).await.unwrap();
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let endless = ChatRequest {
        model: "never-ending".to_owned(),
        messages: vec![ChatMessage::user("Hello")],
        ..ChatRequest::default()
    };
    let mut answer = adapter.stream(&endpoint, &endless).await.unwrap();
    assert!(answer.next().await.unwrap().is_ok());
    drop(answer);
    let left = fake.wait_until(Duration::from_secs(5), |fake| fake.disconnects().len() == 1).await;
    assert!(left, "the server still writes");

    for model in
        ["reject-stream-options", "reject-response-format", "reject-response-format-in-words"]
    {
        for (round, requests) in [(1, 2), (2, 1)] {
            fake.reset();
            let outcome = play(&adapter, &endpoint, &request(model)).await;
            assert_eq!(outcome.text, "This time it worked.", "{model}, round {round}");
            assert_eq!(fake.requests().len(), requests, "{model}, round {round}");
        }
    }
}

/// A request with the smallest PNG there is.
fn with_image(model: &str) -> ChatRequest {
    let base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let image = Image { media_type: "image/png".to_owned(), base64: base64.into() };
    let message = ChatMessage::User { text: "What is this?".to_owned(), images: vec![image] };
    ChatRequest { model: model.to_owned(), messages: vec![message], ..ChatRequest::default() }
}

#[tokio::test]
async fn images_are_sent_and_who_cannot_see_says_so() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let outcome = play(&adapter, &endpoint, &with_image("plain")).await;
    assert!(matches!(outcome.end, Some(Ok(_))), "{:?}", outcome.end);
    let parts = fake.requests()[0].body["messages"][0]["content"].clone();
    assert_eq!(parts[0]["text"], "What is this?");
    assert!(parts[1]["image_url"]["url"].as_str().unwrap().starts_with("data:image/png;base64,"));
    for model in ["reject-images", "reject-images-400", "reject-images-404"] {
        let outcome = play(&adapter, &endpoint, &with_image(model)).await;
        let Some(Err(error)) = outcome.end else { panic!("{model} answered") };
        assert_eq!((error.class, error.retryable), (FailureClass::BadRequest, false), "{model}");
        assert!(error.message.contains("this model does not take images"), "{}", error.message);
        assert!(error.action.starts_with("Choose a model that sees"), "{}", error.action);
    }
    assert_eq!(fake.violations(), []);
}
