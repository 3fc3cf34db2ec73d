//! A conversation that changes its model in the middle of thoughts and tool calls.

use models::parameters::Parameters;
use providers::{ChatMessage, ChatRequest, Tool};
use serde_json::json;

use crate::support::{ADAPTERS, Outcome, adapters, fake, play};

/// A turn with thoughts and a call, as each protocol has it.
const THINKING_CALL: [&str; 5] = [
    "reasoning-details-tool",
    "reasoning-tool",
    "reasoning-tool",
    "signed-tool",
    "reasoning-then-tool",
];

fn request(model: &str, messages: Vec<ChatMessage>) -> ChatRequest {
    let tool = Tool {
        name: "get_time".to_owned(),
        description: "Tells the time.".to_owned(),
        parameters: json!({"type": "object", "properties": {"tz": {"type": "string"}}}),
    };
    ChatRequest {
        model: model.to_owned(),
        messages,
        tools: vec![tool],
        parameters: Parameters {
            reasoning_effort: Some("low".to_owned()),
            ..Parameters::default()
        },
        ..ChatRequest::default()
    }
}

/// The messages as another model gets them: without what only the first one understands.
fn for_another(messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
    messages
        .into_iter()
        .map(|message| match message {
            ChatMessage::Assistant { text, tool_calls, .. } => {
                ChatMessage::Assistant { text, tool_calls, state: None }
            }
            message => message,
        })
        .collect()
}

fn is_whole(outcome: &Outcome) -> bool {
    matches!(outcome.end, Some(Ok(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_adapter_goes_on_where_another_called_a_tool() {
    let fake = fake().await;
    let adapters = adapters(&fake);
    for (from, (first, first_at)) in adapters.iter().enumerate() {
        let asked = request(THINKING_CALL[from], vec![ChatMessage::user("What time is it?")]);
        let called = play(first.as_ref(), first_at, &asked).await;
        assert!(is_whole(&called), "{} answers {:?}", ADAPTERS[from], called.end);
        assert!(!called.requested().is_empty(), "{} calls nothing", ADAPTERS[from]);
        for (to, (second, second_at)) in adapters.iter().enumerate() {
            if from == to {
                continue;
            }
            // In the middle of the loop: the result is there, and another model takes it up.
            let mut messages = asked.messages.clone();
            messages.extend(for_another(called.with_results("noon")));
            let middle =
                play(second.as_ref(), second_at, &request("plain", messages.clone())).await;
            let way = format!("{} to {}", ADAPTERS[from], ADAPTERS[to]);
            assert!(is_whole(&middle), "{way}: {:?}", middle.end);
            assert!(!middle.text.is_empty(), "{way} says nothing");
            // And back again: the first gets its own turn as it said it, the other's as text.
            let mut messages = asked.messages.clone();
            messages.extend(called.with_results("noon"));
            messages.extend(for_another(vec![middle.turn()]));
            messages.push(ChatMessage::user("And in Tokyo?"));
            let again = request(THINKING_CALL[from], messages);
            let back = play(first.as_ref(), first_at, &again).await;
            assert!(is_whole(&back), "{way} and back: {:?}", back.end);
        }
    }
    assert_eq!(fake.violations(), []);
}
