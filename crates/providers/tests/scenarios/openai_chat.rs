//! Chat Completions, scenario by scenario, as one table of outcomes.

use std::time::Duration;

use fake_provider::{FakeProvider, Options};
use futures::StreamExt;
use models::parameters::Parameters;
use providers::{ChatMessage, ChatRequest, OpenAiChat, Provider};

use crate::support::{client, endpoint, fake, limits, list_table, names, play, shortened, table};

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
const FAULTS: [&str; 38] = [
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
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut scenarios = names(&fake, "chat").await;
    scenarios.extend(MORE.map(str::to_owned));
    let table = table(&adapter, &endpoint, scenarios, request, &FAULTS).await;
    println!("{table}");
    insta::assert_snapshot!("chat", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_list_has_its_outcome() {
    let fake = fake().await;
    let lists = names(&fake, "lists").await;
    let lists =
        lists.into_iter().map(|name| (name.clone(), endpoint(&fake.list_url(&name)))).collect();
    let table = list_table(&adapter(), lists, |card| match card.facts.context_length {
        None => shortened(&card.name, 40),
        Some(tokens) => format!("{} ({})", card.name, tokens.value),
    })
    .await;
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

    for (round, requests) in [(1, 2), (2, 1)] {
        fake.reset();
        let outcome = play(&adapter, &endpoint, &request("reject-stream-options")).await;
        assert_eq!(outcome.text, "This time it worked.", "round {round}");
        assert_eq!(fake.requests().len(), requests, "round {round}");
    }
}
