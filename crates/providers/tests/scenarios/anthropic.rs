//! Anthropic Messages, scenario by scenario, as one table of outcomes; and turns that go back.

use futures::StreamExt;
use models::{
    detection::ServerKind,
    facts::Fact,
    parameters::{Parameters, ResponseFormat},
};
use providers::{
    Anthropic, ChatMessage, ChatRequest, Endpoint, Image, Provider, ProviderEvent, RequestedCall,
    Tool,
};
use serde_json::{Value, json};

use crate::support::{
    client, endpoint, fake, limits, list_rows, listed, names, outcomes, play, table,
    without_address,
};

/// What the bare names of the scenarios leave out.
const MORE: [&str; 6] = [
    "context-exceeded:limit=1",
    "context-exceeded-limit:limit=1",
    "plain:chunk=1,newline=cr",
    "plain:chunk=3,newline=crlf",
    "error-529:tag=again",
    "long-5:chunk=1000",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 47] = [
    "bad-json-frame",
    "bad-utf8",
    "chat-chunks",
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
    "error-mid-stream-billing",
    "error-mid-stream-cut",
    "error-mid-stream-done",
    "error-mid-stream-string",
    "error-mid-stream-unnamed",
    "finish-null",
    "hangup",
    "html-200",
    "input-without-call",
    "lmstudio-200-error",
    "lone-surrogate",
    "no-delta",
    "pings-forever",
    "reasoning-cut",
    "redirect",
    "reject-model",
    "reject-stream",
    "reject-tools",
    "silent",
    "stall",
    "stall-first",
    "start-only",
    "tool-cut",
    "tool-no-name",
    "wrong-types",
];

fn adapter() -> Anthropic {
    Anthropic::new(client(), limits())
}

fn tool() -> Tool {
    let zone = json!({"type": "object", "properties": {"tz": {"type": "string"}}});
    let description = "Tells the time.".to_owned();
    Tool { name: "get_time".to_owned(), description, parameters: zone }
}

fn request(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        messages: vec![ChatMessage::System("Be brief.".to_owned()), ChatMessage::user("Hello")],
        tools: vec![tool()],
        parameters: Parameters {
            temperature: Some(0.5),
            top_p: Some(0.9),
            max_tokens: Some(1_000),
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

fn thinking(model: &str) -> ChatRequest {
    let mut request = request(model);
    request.parameters.reasoning_effort = Some("low".to_owned());
    request
}

/// The same without a limit of the person's.
fn unlimited(mut request: ChatRequest) -> ChatRequest {
    request.parameters.max_tokens = None;
    request
}

/// The results of all the model's calls.
fn results(said: &ChatMessage) -> Vec<ChatMessage> {
    let ChatMessage::Assistant { tool_calls, .. } = said else { return Vec::new() };
    let result = |call: &RequestedCall| ChatMessage::ToolResult {
        call_id: call.id.clone(),
        name: call.name.clone(),
        content: format!("noon ({})", call.arguments),
        failed: false,
    };
    tool_calls.iter().map(result).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    let scenarios = names(&fake, "anthropic").await;
    let outcomes = outcomes(&adapter, &endpoint, scenarios, &MORE, |name| {
        // Servers must be asked for thoughts to refuse that.
        match name.contains("reason") || name.contains("thinking") {
            true => thinking(name),
            false => request(name),
        }
    })
    .await;
    let table = table(&outcomes, &FAULTS, fake.address());
    println!("{table}");
    insta::assert_snapshot!("messages", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_model_list_has_its_outcome() {
    let fake = fake().await;
    let table = list_rows(ServerKind::Anthropic, &fake).await;
    println!("{table}");
    insta::assert_snapshot!("models", table);

    let models = listed(ServerKind::Anthropic, &endpoint(&fake.anthropic_url())).await.unwrap();
    let found: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(found, names(&fake, "anthropic").await);
    assert!(fake.requests().iter().filter(|r| r.target.contains("after_id")).count() >= 2);
    let facts = |name: &str| models.iter().find(|model| model.name == name).unwrap().facts.clone();
    assert_eq!(facts("plain").context_length, Some(Fact::reported(200_000)));
    assert_eq!(facts("plain").max_output, Some(Fact::reported(64_000)));
    assert_eq!(facts("plain").tools, Some(Fact::guessed(true)));
    assert_eq!(facts("plain").reasoning, Some(Fact::reported(false)));
    assert_eq!(facts("reasoning").reasoning, Some(Fact::reported(true)));
    assert_eq!(facts("reject-images").vision, Some(Fact::reported(false)));
    assert_eq!(fake.violations(), []);

    let keyless = Endpoint { key: None, ..endpoint(&fake.anthropic_url()) };
    let refused = listed(ServerKind::Anthropic, &keyless).await.unwrap_err();
    let message = without_address(&refused.message, fake.address());
    assert_eq!(message, "Reached Anthropic at SERVER: it wants a key.");
}

/// A tool loop with thoughts: what the model said goes back with the results, and is taken.
#[tokio::test]
async fn turns_with_thoughts_go_back_as_they_were() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    for (model, calls) in [
        ("reasoning-tool", 1),
        ("reasoning-tool-parallel", 2),
        ("reasoning-interleaved", 1),
        ("reasoning-tool-json", 1),
        ("imitator-llamacpp", 1),
    ] {
        let mut asked = thinking(model);
        let first = play(&adapter, &endpoint, &asked).await;
        assert_eq!(first.calls.len(), calls, "{model}");
        assert!(first.state.is_some(), "{model} keeps its state");
        let said_first = first.turn();
        let answered = results(&said_first);
        asked.messages.push(said_first);
        asked.messages.extend(answered);
        let second = play(&adapter, &endpoint, &asked).await;
        assert!(
            second.text.starts_with("The tools said: noon ({\"tz\":"),
            "{model}: {:?}",
            second.text
        );
        asked.messages.extend([second.turn(), ChatMessage::user("Thanks")]);
        let third = play(&adapter, &endpoint, &asked).await;
        assert!(matches!(third.end, Some(Ok(_))), "{model}");
        assert_eq!(fake.violations(), [], "{model}");
    }
    // Without its state the same turn is refused: the checks above prove something.
    let mut asked = thinking("reasoning-tool");
    let first = play(&adapter, &endpoint, &asked).await;
    let mut bare = first.turn();
    if let ChatMessage::Assistant { state, .. } = &mut bare {
        *state = None;
    }
    let answered = results(&bare);
    asked.messages.push(bare);
    asked.messages.extend(answered);
    assert!(matches!(play(&adapter, &endpoint, &asked).await.end, Some(Err(_))));
    assert_eq!(fake.violations()[0].rule, "thinking-missing");
}

#[tokio::test]
async fn thoughts_of_every_kind_go_back_before_the_next_question() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    for model in [
        "reasoning",
        "reasoning-only",
        "reasoning-omitted",
        "reasoning-redacted",
        "reasoning-unsigned",
        "unknown-block",
    ] {
        let mut asked = thinking(model);
        let first = play(&adapter, &endpoint, &asked).await;
        let state: Value = serde_json::from_str(first.state.as_deref().unwrap()).unwrap();
        asked.messages.extend([first.turn(), ChatMessage::user("And then?")]);
        let second = play(&adapter, &endpoint, &asked).await;
        assert!(matches!(second.end, Some(Ok(_))), "{model}");
        let sent = fake.requests().last().unwrap().body["messages"][1]["content"].clone();
        assert_eq!(sent, state, "{model}");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_paused_turn_goes_on_where_it_was() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    let mut asked = request("pause-turn");
    let first = play(&adapter, &endpoint, &asked).await;
    asked.messages.push(first.turn());
    assert_eq!(play(&adapter, &endpoint, &asked).await.text, " And now I know.");
    let mut counted = request("continue");
    let first = play(&adapter, &endpoint, &counted).await;
    counted.messages.push(ChatMessage::assistant(format!("{} ", first.text)));
    let rest = play(&adapter, &endpoint, &counted).await.text;
    assert!(rest.starts_with(" 41 42"), "{rest}");
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn tool_loops_and_failures_need_no_thoughts() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    for model in ["tool-parallel", "tool-bad-json", "tool-no-id", "text-then-tool"] {
        let mut asked = thinking(model);
        let first = play(&adapter, &endpoint, &asked).await;
        assert_eq!(first.state, None, "{model}");
        let turn = first.turn();
        let mut answered = results(&turn);
        if let Some(ChatMessage::ToolResult { content, failed, .. }) = answered.last_mut() {
            (*content, *failed) = (String::new(), true);
        }
        asked.messages.push(turn);
        asked.messages.extend(answered);
        asked.messages.push(ChatMessage::user("Well?"));
        let second = play(&adapter, &endpoint, &asked).await.text;
        assert!(second.contains("(failed) The tool failed"), "{model}: {second}");
    }
    // Calls of other servers, with identifiers this protocol does not allow.
    let foreign = |outcome: &str| {
        let call = RequestedCall {
            id: "functions.get_time:0".to_owned(),
            name: "get_time".to_owned(),
            arguments: outcome.to_owned(),
        };
        ChatMessage::Assistant { text: None, tool_calls: vec![call], state: None }
    };
    let mut asked = thinking("echo-last");
    for arguments in ["{}", "oops"] {
        let turn = foreign(arguments);
        let answered = results(&turn);
        asked.messages.push(turn);
        asked.messages.extend(answered);
    }
    assert!(matches!(play(&adapter, &endpoint, &asked).await.end, Some(Ok(_))));
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn images_travel_before_their_text() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    let image = Image { media_type: "image/png".to_owned(), base64: "iVBORw0KGgo=".into() };
    let mut asked = request("echo");
    asked.messages[1] = ChatMessage::User { text: "What is it?".to_owned(), images: vec![image] };
    let echoed: Value =
        serde_json::from_str(&play(&adapter, &endpoint, &asked).await.text).unwrap();
    let source = json!({"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="});
    assert_eq!(echoed[0]["content"][0], json!({"type": "image", "source": source}));
    assert_eq!(echoed[0]["content"][1]["text"], "What is it?");
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn what_was_refused_once_is_not_sent_again() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.anthropic_url()));
    let schema = r#"{"type":"object"}"#.to_owned();
    for (model, first, asked) in [
        ("reject-temperature", 2, request("reject-temperature")),
        ("reject-top-p", 2, request("reject-top-p")),
        ("reject-cache-control", 2, request("reject-cache-control")),
        ("reject-thinking-budget", 2, thinking("reject-thinking-budget")),
        // With a budget, then left to the model, then not at all.
        ("reject-reasoning-effort", 3, thinking("reject-reasoning-effort")),
        ("reject-max-tokens", 2, unlimited(request("reject-max-tokens"))),
        ("reject-max-tokens:limit=4500", 3, unlimited(thinking("reject-max-tokens:limit=4500"))),
        ("reject-response-format", 2, {
            let mut asked = request("reject-response-format");
            asked.parameters.response_format = Some(ResponseFormat::JsonSchema { schema });
            asked
        }),
    ] {
        for requests in [first, 1] {
            fake.reset();
            let outcome = play(&adapter, &endpoint, &asked).await;
            assert_eq!(outcome.text, "This time it worked.", "{model}");
            assert_eq!(fake.requests().len(), requests, "{model}");
            assert_eq!(fake.violations(), [], "{model}");
        }
    }
    let kept = fake.requests().last().unwrap().body.clone();
    assert_eq!((&kept["temperature"], kept.get("output_config")), (&json!(0.5), None));
}

#[tokio::test]
async fn the_request_is_named_as_the_server_names_it() {
    let fake = fake().await;
    let mut answer =
        adapter().stream(&endpoint(&fake.anthropic_url()), &request("plain")).await.unwrap();
    let started = answer.next().await.unwrap().unwrap();
    let request_id = Some("req_fake_1".to_owned());
    assert_eq!(started, ProviderEvent::Started { model: Some("plain".to_owned()), request_id });
}
