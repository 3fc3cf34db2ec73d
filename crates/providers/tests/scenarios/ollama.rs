//! Ollama's own protocol, scenario by scenario, as one table of outcomes.

use std::{fmt::Write as _, time::Duration};

use fake_provider::FakeProvider;
use futures::StreamExt;
use models::{
    detection::ServerKind,
    facts::{Fact, ModelFacts},
    parameters::Parameters,
    run::FinishReason,
};
use providers::{ChatMessage, ChatRequest, Endpoint, Image, Ollama, Provider, TimeLimits, Tool};
use serde_json::{Value, json};

use crate::support::{client, endpoint, fake, limits, listed, names, outcomes, play, table};

/// What the bare names of the scenarios leave out.
const MORE: [&str; 6] = [
    "context-exceeded:limit=1",
    "plain:chunk=3,newline=crlf",
    "long-5:chunk=1000",
    "no-such-model",
    "qwen3:8b",
    "tiny:1b",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 36] = [
    "bad-json-frame",
    "bad-utf8",
    "continue",
    "cut",
    "cut-done",
    "cut-frame",
    "cut-utf8",
    "deep-json",
    "done-load",
    "done-only",
    "done-unload",
    "empty",
    "empty-body",
    "empty-json",
    "end-early",
    "end-mid-frame",
    "endless-line",
    "error-500",
    "error-first-frame",
    "error-html",
    "error-memory",
    "error-mid-stream",
    "error-mid-stream-cut",
    "error-mid-stream-string",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "lone-surrogate",
    "queue-full",
    "redirect",
    "silent",
    "stall",
    "stall-first",
    "tool-cut",
    "tool-no-name",
    "wrong-types",
];

fn adapter() -> Ollama {
    let mut limits = limits();
    // A quarter of it is for the question what a model is, which a busy machine must not miss.
    limits.time.brief = TimeLimits::default().brief;
    Ollama::new(client(), limits)
}

fn at(fake: &FakeProvider) -> Endpoint {
    endpoint(&fake.ollama_url())
}

fn asking(model: &str, text: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::user(text)],
        ..ChatRequest::default()
    }
}

fn request(model: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hello")],
        tools: vec![tool()],
        parameters: Parameters {
            temperature: Some(0.5),
            max_tokens: Some(1_000),
            reasoning_effort: Some("low".to_owned()),
            keep_alive: Some("5m".to_owned()),
            ..Parameters::default()
        },
        ..asking(model, "")
    }
}

fn tool() -> Tool {
    Tool {
        name: "get_time".to_owned(),
        description: "Tells the time.".to_owned(),
        parameters: json!({"type": "object", "properties": {"tz": {"type": "string"}}}),
    }
}

/// The bodies of the chat requests so far.
fn chats(fake: &FakeProvider) -> Vec<Value> {
    let requests = fake.requests().into_iter();
    requests.filter(|one| one.target.ends_with("/api/chat")).map(|one| one.body).collect()
}

fn lengths(fake: &FakeProvider) -> Vec<u64> {
    chats(fake).iter().map(|body| body["options"]["num_ctx"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let scenarios = names(&fake, "ollama").await;
    let outcomes = outcomes(&adapter, &endpoint, scenarios, &MORE, request).await;
    for (name, outcome) in &outcomes {
        if let Some(Err(error)) = &outcome.end {
            assert!(!error.action.contains("ends in /v1"), "{name}: {}", error.action);
        }
    }
    let table = table(&outcomes, &FAULTS, fake.address());
    println!("{table}");
    insta::assert_snapshot!("chat", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_are_listed_with_what_the_server_says_of_them() {
    let fake = fake().await;
    let listed = listed(ServerKind::Ollama, &at(&fake)).await.unwrap();
    let mut table = String::from("| model | context | vision | tools | reasoning | embeddings |\n");
    table.push_str("|---|---|---|---|---|---|\n");
    let scenarios = names(&fake, "ollama").await;
    for model in &listed {
        // The scenarios are all alike, and their number grows.
        if scenarios.contains(&model.name) && model.name != "plain" {
            continue;
        }
        let ModelFacts { context_length, vision, tools, reasoning, embeddings, .. } = &model.facts;
        let able = [vision, tools, reasoning, embeddings].map(|fact| match fact {
            None => "?",
            Some(fact) if fact.value => "yes",
            Some(_) => "no",
        });
        let length = context_length.map_or("?".to_owned(), |fact| fact.value.to_string());
        writeln!(table, "| {} | {length} | {} |", model.name, able.join(" | ")).unwrap();
    }
    println!("{table}");
    insta::assert_snapshot!("models", table);
    assert!(scenarios.iter().all(|name| listed.iter().any(|model| model.name == *name)));
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn the_length_we_asked_for_ourselves_is_no_fact_about_the_model() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let mut request = asking("qwen3:8b", "Hello");
    // What the fake says it is loaded with.
    request.parameters.context_length = Some(32_768);
    play(&adapter, &endpoint, &request).await;
    let listed = listed(ServerKind::Ollama, &endpoint).await.unwrap();
    let model = listed.iter().find(|model| model.name == "qwen3:8b").unwrap();
    assert_eq!(model.facts.context_length, Some(Fact::reported(40_960)));
}

#[tokio::test]
async fn tools_are_called_and_their_results_used() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    for model in ["tool-parallel-one-piece", "tool-no-id", "reasoning-then-tool"] {
        let mut request = ChatRequest { tools: vec![tool()], ..asking(model, "What time is it?") };
        let outcome = play(&adapter, &endpoint, &request).await;
        assert!(matches!(&outcome.end, Some(Ok((FinishReason::Tools, raw))) if raw == "stop"));
        // Thoughts go back with the calls; without them the scenario answers with an error.
        assert_eq!(outcome.state.is_some(), model == "reasoning-then-tool");
        request = outcome.follow_up(&request, "noon");
        let outcome = play(&adapter, &endpoint, &request).await;
        let said = &outcome.text;
        assert!(said.starts_with("The tools said: noon"), "{model}: {said}");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn the_context_is_explicit_stable_and_grows_only_when_it_must() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let long = "long ".repeat(6_000);
    for text in ["Hello", "Hello again", long.as_str(), "And now?"] {
        play(&adapter, &endpoint, &asking("plain", text)).await;
    }
    // 30000 bytes are at most 10000 tokens, and an answer may take 4096 more.
    assert_eq!(lengths(&fake), [8_192, 8_192, 16_384, 16_384]);
    let shows = fake.requests().iter().filter(|one| one.target.ends_with("/api/show")).count();
    assert_eq!(shows, 1, "a model is asked about once");
    // No more than the model can have, and no less than its own file sets.
    play(&adapter, &endpoint, &asking("tiny:1b", long.as_str())).await;
    play(&adapter, &endpoint, &asking("gemma3:4b", "Hello")).await;
    assert_eq!(lengths(&fake)[4..], [2_048, 16_384]);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_persons_own_context_length_is_kept() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let mut chosen = asking("plain", "Hello");
    chosen.parameters.context_length = Some(10_000);
    play(&adapter, &endpoint, &chosen).await;
    play(&adapter, &endpoint, &asking("plain", "Hello")).await;
    assert_eq!(lengths(&fake), [10_000, 10_000], "a title must not load the model anew");
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_length_the_server_cannot_provide_is_not_insisted_on() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let long = "long ".repeat(6_000);
    play(&adapter, &endpoint, &asking("error-memory", &long)).await;
    fake.reset();
    play(&adapter, &endpoint, &asking("error-memory", "Hello")).await;
    assert_eq!(lengths(&fake), [8_192]);
    // A conversation that is too long was refused by a model that is loaded now.
    fake.reset();
    play(&adapter, &endpoint, &asking("context-exceeded:limit=1", &long)).await;
    play(&adapter, &endpoint, &asking("context-exceeded:limit=1", "Hello")).await;
    assert_eq!(lengths(&fake), [16_384, 16_384]);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn what_a_model_cannot_do_is_refused_once_and_remembered() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    for (model, without, refused) in [
        ("reject-think", &["think"][..], 1),
        ("reject-think-word", &[][..], 0),
        ("reject-tools", &["tools"][..], 1),
        ("reject-both", &["think", "tools"][..], 2),
    ] {
        for round in [refused, 0] {
            fake.reset();
            let outcome = play(&adapter, &endpoint, &request(model)).await;
            assert_eq!(outcome.text, "This time it worked.", "{model}");
            let chats = chats(&fake);
            assert_eq!(chats.len(), round + 1, "{model}");
            for field in ["think", "tools"] {
                let sent = chats.last().unwrap().get(field).is_some();
                assert_eq!(sent, !without.contains(&field), "{model} {field}");
            }
        }
        assert_eq!(fake.violations(), [], "{model}");
    }
}

#[tokio::test]
async fn only_models_that_know_words_get_one() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    for model in ["gpt-oss:20b", "qwen3:8b"] {
        play(&adapter, &endpoint, &request(model)).await;
    }
    let think: Vec<Value> = chats(&fake).iter().map(|body| body["think"].clone()).collect();
    assert_eq!(think, [json!("low"), json!(true)]);
}

#[tokio::test]
async fn images_travel_bare_and_need_room_of_their_own() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), at(&fake));
    let image = Image { media_type: "image/png".to_owned(), base64: "AAAA".repeat(20_000).into() };
    let user = ChatMessage::User { text: "What is this?".to_owned(), images: vec![image; 3] };
    let request = ChatRequest { messages: vec![user], ..asking("plain", "") };
    let outcome = play(&adapter, &endpoint, &request).await;
    assert!(matches!(outcome.end, Some(Ok(_))));
    let body = &chats(&fake)[0];
    assert_eq!(body["messages"][0]["images"][2].as_str().unwrap().len(), 80_000);
    assert_eq!(body["options"]["num_ctx"], 16_384, "3 × 2048 + 4096, however many bytes they are");
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn stopping_frees_the_server() {
    let fake = fake().await;
    let request = asking("never-ending", "Hello");
    let mut answer = adapter().stream(&at(&fake), &request).await.unwrap();
    assert!(answer.next().await.unwrap().is_ok());
    drop(answer);
    let left = fake.wait_until(Duration::from_secs(5), |fake| fake.disconnects().len() == 1).await;
    assert!(left, "the server still writes");
}
