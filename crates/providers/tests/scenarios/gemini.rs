//! Google Gemini, scenario by scenario, as one table of outcomes.

use std::sync::Arc;

use fake_provider::{FakeProvider, Options};
use models::{
    detection::{ListedModel, ServerKind},
    parameters::{Parameters, ResponseFormat},
    run::{FailureClass, FinishReason},
};
use providers::{ChatMessage, ChatRequest, Gemini, Image, Tool};
use serde_json::{Value, json};

use crate::support::{
    Outcome, client, endpoint, fake, limits, list_table, listed, names, outcomes, play, shortened,
    table,
};

/// What the bare names of the scenarios leave out.
const MORE: [&str; 6] = [
    "context-exceeded:limit=1",
    "plain:chunk=1,newline=cr",
    "plain:chunk=3,newline=crlf",
    "error-503:tag=again",
    "error-429-retry-info:seconds=1",
    "long-5:chunk=1000",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 50] = [
    "array-cut",
    "bad-json-frame",
    "bad-utf8",
    "blocked-prompt",
    "blocked-prompt-words",
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
    "error-key",
    "error-mid-stream",
    "error-mid-stream-array",
    "error-mid-stream-cut",
    "error-mid-stream-event",
    "error-mid-stream-line",
    "error-mid-stream-status",
    "error-with-finish",
    "finish-error",
    "finish-malformed-call",
    "finish-too-many-calls",
    "finish-unexpected-call",
    "flaky-1",
    "hangup",
    "html-200",
    "json-unfinished",
    "lmstudio-200-error",
    "lone-surrogate",
    "redirect",
    "silent",
    "stall",
    "stall-first",
    "tool-bad-json",
    "tool-cut",
    "tool-no-name",
    "wrong-content",
    "wrong-types",
];

fn adapter() -> Gemini {
    Gemini::new(client(), limits())
}

fn request(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hello")],
        parameters: Parameters {
            temperature: Some(0.5),
            top_k: Some(40),
            max_tokens: Some(1_000),
            presence_penalty: Some(0.1),
            frequency_penalty: Some(0.1),
            reasoning_effort: Some("low".to_owned()),
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.gemini_url()));
    let scenarios = names(&fake, "gemini").await;
    let outcomes = outcomes(&adapter, &endpoint, scenarios, &MORE, request).await;
    let table = table(&outcomes, &FAULTS, fake.address());
    println!("{table}");
    insta::assert_snapshot!("gemini", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_list_has_its_outcome() {
    let fake = fake().await;
    let lists = names(&fake, "gemini_lists").await;
    let lists = lists
        .into_iter()
        .map(|name| (name.clone(), endpoint(&fake.gemini_list_url(&name))))
        .collect();
    let table = list_table(ServerKind::Gemini, lists, shown).await;
    println!("{table}");
    insta::assert_snapshot!("gemini_models", table);
    let models = listed(ServerKind::Gemini, &endpoint(&fake.gemini_url())).await.unwrap();
    assert!(models.iter().any(|model| model.name == "models/plain"), "{models:?}");
    assert_eq!(fake.violations(), []);
}

/// The name and what is known.
fn shown(model: &ListedModel) -> String {
    let facts = &model.facts;
    let mut known = Vec::new();
    known.extend(model.display_name.clone());
    known.extend(facts.context_length.map(|tokens| tokens.value.to_string()));
    known.extend(facts.max_output.map(|tokens| format!("out {}", tokens.value)));
    for (name, fact) in [
        ("vision", facts.vision),
        ("tools", facts.tools),
        ("reasoning", facts.reasoning),
        ("embeddings", facts.embeddings),
    ] {
        known.extend(fact.filter(|fact| fact.value).map(|_| name.to_owned()));
    }
    let name = shortened(&model.name, 40);
    if known.is_empty() { name } else { format!("{name} ({})", known.join(", ")) }
}

fn tool() -> Tool {
    Tool {
        name: "clock".to_owned(),
        description: "Tells the time.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"tz": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
            "additionalProperties": false,
        }),
    }
}

/// Answers all calls until the model asks for no more. `keep` says what becomes of the state.
async fn tool_loop(
    fake: &FakeProvider,
    model: &str,
    keep: impl Fn(Option<String>) -> Option<String>,
) -> (Outcome, ChatRequest) {
    let endpoint = endpoint(&fake.gemini_url());
    let mut request = ChatRequest { tools: vec![tool()], ..request(model) };
    let mut rounds = 0;
    loop {
        rounds += 1;
        assert!(rounds < 6, "{model} calls for ever");
        let outcome = play(&adapter(), &endpoint, &request).await;
        if !matches!(outcome.end, Some(Ok((FinishReason::Tools, _)))) {
            return (outcome, request);
        }
        let tool_calls = outcome.requested();
        let results = tool_calls.iter().enumerate().map(|(index, call)| ChatMessage::ToolResult {
            call_id: call.id.clone(),
            name: call.name.clone(),
            content: format!("time {index}"),
            failed: false,
        });
        // They may come in any order; the adapter knows the one that Google wants.
        let mut results: Vec<_> = results.collect();
        results.reverse();
        let text = Some(outcome.text.clone());
        let state = keep(outcome.state);
        request.messages.push(ChatMessage::Assistant { text, tool_calls, state });
        request.messages.extend(results);
    }
}

#[tokio::test]
async fn tools_are_answered_with_and_without_signatures() {
    let fake = fake().await;
    for (model, said) in [
        ("tool-one-piece", "The tools said: time 0"),
        ("tool-parallel", "The tools said: time 0; time 1"),
        ("tool-parallel-one-piece", "The tools said: time 0; time 1"),
        ("tool-no-id", "The tools said: time 0; time 1"),
        ("tool-empty-arguments", "The tools said: time 0"),
        ("text-then-tool", "The tools said: time 0"),
        ("tool-last-frame", "The tools said: time 0"),
        ("signed-tool", "The tools said: time 0"),
        ("signed-parallel", "The tools said: time 0; time 1"),
        ("signed-steps", "The tools said: time 0"),
    ] {
        let (outcome, _) = tool_loop(&fake, model, |state| state).await;
        assert_eq!(outcome.text, said, "{model}: {:?}", outcome.end);
        assert_eq!(fake.violations(), [], "{model}");
    }
}

#[tokio::test]
async fn of_parallel_calls_the_first_keeps_its_signature() {
    let fake = fake().await;
    let (_, request) = tool_loop(&fake, "signed-parallel", |state| state).await;
    let ChatMessage::Assistant { state: Some(state), .. } = &request.messages[2] else {
        panic!("{:?}", request.messages);
    };
    let state: Value = serde_json::from_str(state).unwrap();
    let signed = |part: &Value| part.get("thoughtSignature").is_some();
    let signed: Vec<bool> = state.as_array().unwrap().iter().map(signed).collect();
    assert_eq!(signed, [false, true, false]);
    let sent = fake.requests().pop().unwrap().body["contents"].take();
    assert_eq!(sent[1], json!({"role": "model", "parts": state}));
    assert_eq!(sent[2]["parts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn lost_and_foreign_signatures_are_refused_by_the_fake() {
    let fake = fake().await;
    let (outcome, _) = tool_loop(&fake, "signed-tool", |_| None).await;
    let error = outcome.end.unwrap().unwrap_err();
    assert_eq!(error.class, FailureClass::BadRequest);
    assert_eq!(fake.violations()[0].rule, "signature");

    fake.reset();
    let (_, mut request) = tool_loop(&fake, "signed-tool", |state| state).await;
    request.model = "signed-tool:tag=other".to_owned();
    let outcome = play(&adapter(), &endpoint(&fake.gemini_url()), &request).await;
    assert!(outcome.end.unwrap().is_err());
    assert_eq!(fake.violations()[0].rule, "signature");
}

#[tokio::test]
async fn a_last_signature_without_text_is_kept_and_comes_back() {
    let fake = fake().await;
    let endpoint = endpoint(&fake.gemini_url());
    for model in ["reasoning-signed-end", "reasoning-signed-text"] {
        let mut request = request(model);
        let outcome = play(&adapter(), &endpoint, &request).await;
        assert_eq!(outcome.text, "The answer is 42.", "{model}");
        request.messages.extend([outcome.turn(), ChatMessage::user("Sure?")]);
        play(&adapter(), &endpoint, &request).await.end.unwrap().unwrap();
        let sent = fake.requests().last().unwrap().body["contents"][1]["parts"].clone();
        let signed = |part: &&Value| part.get("thoughtSignature").is_some();
        assert_eq!(sent.as_array().unwrap().iter().filter(signed).count(), 1, "{sent}");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn images_go_in_line_and_the_key_in_its_header() {
    let fake = fake().await;
    let image = Image { media_type: "image/png".to_owned(), base64: Arc::from("iVBORw0KGgo=") };
    let user = ChatMessage::User { text: "What is this?".to_owned(), images: vec![image] };
    let request = ChatRequest { messages: vec![user], ..request("plain") };
    let outcome = play(&adapter(), &endpoint(&fake.gemini_url()), &request).await;
    outcome.end.unwrap().unwrap();
    assert_eq!(fake.violations(), []);
    let sent = fake.requests().remove(0);
    let parts = json!([
        {"text": "What is this?"},
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
    ]);
    assert_eq!(sent.body["contents"][0]["parts"], parts);
    assert_eq!(sent.target, "/gemini/v1beta/models/plain:streamGenerateContent?alt=sse");
    assert_eq!(sent.headers["x-goog-api-key"], "(18 bytes)");
    assert!(!sent.headers.contains_key("authorization"), "{:?}", sent.headers);
}

#[tokio::test]
async fn a_refused_parameter_is_dropped_and_remembered() {
    let fake = FakeProvider::start(Options::default()).await.unwrap();
    let (adapter, endpoint) = (adapter(), endpoint(&fake.gemini_url()));
    for (model, first) in [
        ("reject-temperature", 2),
        // Google does not say which of the two it means.
        ("reject-penalty", 3),
        ("reject-reasoning-effort", 2),
        ("reject-thinking-field", 2),
        ("reject-system", 2),
        ("reject-response-format", 2),
    ] {
        for (round, requests) in [(1, first), (2, 1)] {
            fake.reset();
            let mut request = request(model);
            request.parameters.response_format = Some(ResponseFormat::Json);
            let outcome = play(&adapter, &endpoint, &request).await;
            assert_eq!(outcome.text, "This time it worked.", "{model}, round {round}");
            assert_eq!(fake.requests().len(), requests, "{model}, round {round}");
            assert_eq!(fake.violations(), [], "{model}");
        }
    }
}
