//! Chat Completions with tools on offer: the calls, and what must come back with their results.

use std::fmt::Write as _;

use models::run::FailureClass;
use providers::{ChatMessage, ChatRequest, OpenAiChat, Tool};
use serde_json::{Value, json};

use crate::support::{Outcome, client, endpoint, fake, limits, names, play};

/// Scenarios that refuse the results of tools unless they get back what they gave with the calls.
const STATEFUL: [&str; 5] = [
    "reasoning-array-tool",
    "reasoning-content-tool",
    "reasoning-content-tool-empty",
    "reasoning-details-tool",
    "tool-thought-signature",
];

fn adapter() -> OpenAiChat {
    OpenAiChat::new(client(), limits())
}

fn request(model: &str) -> ChatRequest {
    let tool = Tool {
        name: "get_time".to_owned(),
        description: "The time in a time zone.".to_owned(),
        parameters: json!({
            "type": "object",
            "properties": {"tz": {"type": "string"}},
            "required": ["tz"],
        }),
    };
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::user("What time is it?")],
        tools: vec![tool],
        ..ChatRequest::default()
    }
}

/// The class of the refusal, if it is one.
fn refused(outcome: &Outcome) -> Option<FailureClass> {
    outcome.end.as_ref()?.as_ref().err().map(|error| error.class)
}

#[tokio::test]
async fn every_scenario_with_tools_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut scenarios = names(&fake, "chat").await;
    scenarios.retain(|name| name.contains("tool"));
    scenarios.sort_unstable();
    let mut table = String::from("| scenario | said | tokens | end |\n|---|---|---|---|\n");
    for name in scenarios {
        let mut request = request(&name);
        let mut outcome = play(&adapter, &endpoint, &request).await;
        write!(table, "{}", outcome.row(&name, fake.address())).unwrap();
        // Two rounds, since one scenario never stops calling.
        if matches!(outcome.end, Some(Ok(_))) && !outcome.calls.is_empty() {
            request = outcome.follow_up(&request, "noon");
            outcome = play(&adapter, &endpoint, &request).await;
            write!(table, "{}", outcome.row("… with results", fake.address())).unwrap();
        }
    }
    insta::assert_snapshot!("tools", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_state_is_missed_where_it_does_not_come_back() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for model in STATEFUL {
        let first = play(&adapter, &endpoint, &request(model)).await;
        assert!(first.state.is_some(), "{model}");
        for lost in [None, Some("{\"reasoning_details\":7}".to_owned())] {
            let outcome =
                Outcome { state: lost, ..play(&adapter, &endpoint, &request(model)).await };
            let request = outcome.follow_up(&request(model), "noon");
            let second = play(&adapter, &endpoint, &request).await;
            assert_eq!(refused(&second), Some(FailureClass::BadRequest), "{model}");
        }
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_changed_state_is_a_violation() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for (model, place, rule) in [
        ("reasoning-details-tool", "/reasoning_details/0/text", "reasoning-details"),
        ("reasoning-details-tool", "/reasoning_details/1/data", "reasoning-details"),
        ("tool-thought-signature", "/calls/call_a/google/thought_signature", "thought-signature"),
    ] {
        fake.reset();
        let mut first = play(&adapter, &endpoint, &request(model)).await;
        let mut state: Value = serde_json::from_str(first.state.as_deref().unwrap()).unwrap();
        let text = state.pointer_mut(place).unwrap();
        *text = json!(format!("{}x", text.as_str().unwrap()));
        first.state = Some(state.to_string());
        play(&adapter, &endpoint, &first.follow_up(&request(model), "noon")).await;
        assert_eq!(fake.violations()[0].rule, rule, "{place}");
    }
}

#[tokio::test]
async fn later_turns_carry_the_state_where_it_belongs() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for model in STATEFUL {
        fake.reset();
        let mut request = request(model);
        for _ in 0..2 {
            let calls = play(&adapter, &endpoint, &request).await;
            request = calls.follow_up(&request, "noon");
            let answer = play(&adapter, &endpoint, &request).await;
            assert_eq!(
                answer.text,
                "The tools said: noon".to_owned() + &"; noon".repeat(calls.calls.len() - 1),
                "{model}"
            );
            request = answer.follow_up(&request, "");
            request.messages.push(ChatMessage::user("And now?"));
        }
        assert_eq!(fake.requests().len(), 4, "{model}");
        assert_eq!(fake.violations(), [], "{model}");
    }
    // A thought outside a turn with tools stays at home.
    let request = request("reasoning-content");
    let answer = play(&adapter, &endpoint, &request).await;
    assert_eq!(answer.state, None);
}

#[tokio::test]
async fn tools_are_never_dropped_and_a_bad_call_may_be_tried_again() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for model in ["reject-tools", "reject-tools-vllm", "reject-tools-ollama", "reject-tools-404"] {
        fake.reset();
        let outcome = play(&adapter, &endpoint, &request(model)).await;
        assert_eq!(refused(&outcome), Some(FailureClass::BadRequest), "{model}");
        assert_eq!(fake.requests().len(), 1, "{model}");
        assert!(fake.requests()[0].body["tools"].is_array(), "{model}");
    }
    let request = request("error-tool-use:times=1");
    let outcome = play(&adapter, &endpoint, &request).await;
    let Some(Err(error)) = &outcome.end else { panic!("{:?}", outcome.end) };
    assert_eq!((error.class, error.retryable), (FailureClass::Protocol, true));
    assert!(play(&adapter, &endpoint, &request).await.text.starts_with("Hello!"));
}
