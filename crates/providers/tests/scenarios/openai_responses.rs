//! OpenAI Responses, scenario by scenario, as one table of outcomes, and the turns of a tool loop.

use std::sync::Arc;

use fake_provider::FakeProvider;
use models::{
    parameters::{Parameters, ResponseFormat},
    run::FinishReason,
};
use providers::{ChatMessage, ChatRequest, Image, OpenAiResponses, Tool, ToolChoice};
use serde_json::{Value, json};

use crate::support::{Outcome, client, endpoint, fake, limits, names, outcomes, play, table};

/// What the bare names of the scenarios leave out.
const MORE: [&str; 5] = [
    "context-exceeded:limit=1",
    "context-exceeded-openai:limit=1",
    "plain:chunk=1,newline=cr",
    "plain:chunk=3,newline=crlf",
    "long-5:chunk=1000",
];
/// Scenarios that break an answer off, lie about it or flood it. None may look whole.
const FAULTS: [&str; 48] = [
    "bad-json-frame",
    "bad-utf8",
    "cancelled",
    "chat-answer",
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
    "end-after-items",
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
    "error-mid-stream-frame",
    "error-mid-stream-nested",
    "error-mid-stream-string",
    "error-rate",
    "failed",
    "failed-context",
    "failed-first",
    "failed-inside-completed",
    "failed-mute",
    "hangup",
    "html-200",
    "json-failed",
    "json-in-progress",
    "lmstudio-200-error",
    "lone-surrogate",
    "only-begun",
    "redirect",
    "reject-stream",
    "silent",
    "stall",
    "stall-first",
    "tool-cut",
    "wrong-types",
];

fn adapter() -> OpenAiResponses {
    OpenAiResponses::new(client(), limits())
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

fn with_tool(model: &str) -> ChatRequest {
    let tool = Tool {
        name: "clock".to_owned(),
        description: "Tells the time.".to_owned(),
        parameters: json!({"type": "object", "properties": {"tz": {"type": "string"}}}),
    };
    ChatRequest { tools: vec![tool], ..request(model) }
}

/// The turn as it goes into the next request with this state, and a result for each of its calls.
fn turn(outcome: &Outcome, given: Option<String>) -> Vec<ChatMessage> {
    let mut turn = outcome.with_results("noon");
    if let ChatMessage::Assistant { state, .. } = &mut turn[0] {
        *state = given;
    }
    turn
}

fn last_body(fake: &FakeProvider) -> Value {
    fake.requests().last().unwrap().body.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_has_its_outcome() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let scenarios = names(&fake, "openai_responses").await;
    let outcomes = outcomes(&adapter, &endpoint, scenarios, &MORE, request).await;
    let table = table(&outcomes, &FAULTS, fake.address());
    println!("{table}");
    insta::assert_snapshot!("responses", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_tool_loop_sends_the_reasoning_back() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for (model, said) in [
        ("reasoning-tool", "The tools said: noon"),
        ("reasoning-text-tool", "The tools said: noon"),
        ("reasoning-parallel", "The tools said: noon; noon"),
        ("reasoning-tool-twice", "The second result settles it."),
        ("tool-parallel", "The tools said: noon; noon"),
        ("text-then-tool", "The tools said: noon"),
    ] {
        let mut request = with_tool(model);
        let mut outcome = play(&adapter, &endpoint, &request).await;
        let mut turns = 0;
        while let Some(Ok((FinishReason::Tools, _))) = outcome.end {
            turns += 1;
            assert_eq!(outcome.state.is_some(), model.starts_with("reasoning"), "{model}");
            request.messages.extend(turn(&outcome, outcome.state.clone()));
            outcome = play(&adapter, &endpoint, &request).await;
        }
        assert_eq!(outcome.text, said, "{model}: {:?}", outcome.end);
        assert_eq!(turns, if model.ends_with("twice") { 2 } else { 1 });
        request.messages.push(ChatMessage::assistant(outcome.text));
        request.messages.push(ChatMessage::user("And now?"));
        let outcome = play(&adapter, &endpoint, &request).await;
        assert!(matches!(outcome.end, Some(Ok(_))), "{model}: {:?}", outcome.end);
    }
    assert_eq!(fake.violations(), []);
}

/// What the fake demands is not met by chance.
#[tokio::test]
async fn without_its_state_a_turn_is_refused() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut request = with_tool("reasoning-tool");
    let outcome = play(&adapter, &endpoint, &request).await;
    request.messages.extend(turn(&outcome, None));
    let outcome = play(&adapter, &endpoint, &request).await;
    assert!(matches!(outcome.end, Some(Err(_))));
    assert_eq!(fake.violations()[0].rule, "reasoning");
}

#[tokio::test]
async fn answers_with_reasoning_stay_in_the_conversation() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut request = request("reasoning-summary");
    let outcome = play(&adapter, &endpoint, &request).await;
    assert_eq!(outcome.reasoning, "**Reading**\n\nThe user wants an answer.\n\nI will say 42.");
    request.messages.extend(turn(&outcome, outcome.state.clone()));
    request.messages.push(ChatMessage::user("Why?"));
    let outcome = play(&adapter, &endpoint, &request).await;
    assert_eq!(outcome.text, "The answer is 42.");
    let kinds: Vec<String> = last_body(&fake)["input"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["message", "reasoning", "message", "message"]);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn images_travel_inside_the_request() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let image = Image { media_type: "image/png".to_owned(), base64: Arc::from("iVBORw0KGgo=") };
    for text in ["What is this?", ""] {
        let message = ChatMessage::User { text: text.to_owned(), images: vec![image.clone()] };
        let request = ChatRequest { messages: vec![message], ..request("plain") };
        let outcome = play(&adapter, &endpoint, &request).await;
        assert!(matches!(outcome.end, Some(Ok(_))));
        let content = &last_body(&fake)["input"][0]["content"];
        let picture = content.as_array().unwrap().last().unwrap();
        assert_eq!(picture["type"], "input_image");
        assert_eq!(picture["image_url"], "data:image/png;base64,iVBORw0KGgo=");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_refused_parameter_is_left_out_and_remembered() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for (model, left_out, first) in [
        ("reject-include", "include", 2),
        ("reject-encrypted", "include", 2),
        ("reject-include-422", "include", 2),
        ("reject-reasoning", "reasoning", 2),
        ("reject-reasoning-effort", "reasoning", 2),
        ("reject-temperature", "temperature", 2),
        ("reject-max-output-tokens", "max_output_tokens", 2),
    ] {
        for requests in [first, 1] {
            fake.reset();
            let outcome = play(&adapter, &endpoint, &request(model)).await;
            assert_eq!(outcome.text, "This time it worked.", "{model}");
            assert_eq!(fake.requests().len(), requests, "{model}");
            assert_eq!(last_body(&fake).get(left_out), None, "{model}");
        }
    }
    let mut formatted = request("reject-text-format");
    formatted.parameters.response_format = Some(ResponseFormat::Json);
    assert_eq!(play(&adapter, &endpoint, &formatted).await.text, "This time it worked.");
    assert_eq!(last_body(&fake).get("text"), None);
    // The summary goes alone.
    play(&adapter, &endpoint, &request("reject-reasoning-summary")).await;
    assert_eq!(last_body(&fake)["reasoning"], json!({"effort": "low"}));
}

#[tokio::test]
async fn every_choice_of_tools_and_form_is_understood() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let schema = r#"{"type":"object","properties":{}}"#.to_owned();
    for (choice, format) in [
        (ToolChoice::Auto, None),
        (ToolChoice::None, Some(ResponseFormat::Json)),
        (ToolChoice::Required, Some(ResponseFormat::JsonSchema { schema })),
        (ToolChoice::Named("clock".to_owned()), None),
    ] {
        let mut request = ChatRequest { tool_choice: choice, ..with_tool("plain") };
        request.parameters.response_format = format;
        request.parameters.max_tokens = Some(1);
        let outcome = play(&adapter, &endpoint, &request).await;
        assert!(matches!(outcome.end, Some(Ok(_))), "{request:?}: {:?}", outcome.end);
        assert_eq!(last_body(&fake)["tools"][0]["strict"], false);
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn servers_that_encrypt_nothing_get_the_turn_rebuilt() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    for model in ["knows-no-include", "reasoning-text", "reasoning-late", "reject-include"] {
        let mut request = request(model);
        let outcome = play(&adapter, &endpoint, &request).await;
        assert_eq!(outcome.state, None, "{model}");
        request.messages.extend(turn(&outcome, None));
        request.messages.push(ChatMessage::user("Go on."));
        let outcome = play(&adapter, &endpoint, &request).await;
        assert!(matches!(outcome.end, Some(Ok(_))), "{model}: {:?}", outcome.end);
        assert_eq!(last_body(&fake)["input"][1]["content"][0]["type"], "output_text");
    }
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn a_cut_answer_is_continued() {
    let fake = fake().await;
    let (adapter, endpoint) = (adapter(), endpoint(&fake.base_url()));
    let mut request = request("continue:words=8,cut=5");
    let outcome = play(&adapter, &endpoint, &request).await;
    assert_eq!(outcome.text, "1 2 3 4 5");
    request.messages.extend(turn(&outcome, None));
    request.messages.push(ChatMessage::user("Go on."));
    assert_eq!(play(&adapter, &endpoint, &request).await.text, " 6 7 8");
}
