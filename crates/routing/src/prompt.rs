//! What the model is told: system prompt, history, and the request to go on.

use models::{
    message::{Message, Role},
    part::{Part, ToolCall},
    run::RunStatus,
};
use providers::{ChatMessage, RequestedCall};

/// The messages of a request, oldest first.
///
/// `history` is the path up to and including the person's last message; `partial` is what a
/// continued answer has said so far.
pub(crate) fn messages(
    system_prompt: Option<&str>,
    history: &[Message],
    partial: Option<&[Part]>,
    continue_prompt: &str,
) -> Vec<ChatMessage> {
    let mut messages = Vec::with_capacity(history.len() + 3);
    if let Some(prompt) = system_prompt.filter(|prompt| !prompt.trim().is_empty()) {
        messages.push(ChatMessage::System(prompt.to_owned()));
    }
    for message in history {
        match message.role {
            Role::User => messages.push(ChatMessage::User(message.text())),
            Role::Assistant if message.status == RunStatus::Running => {}
            Role::Assistant => said(&message.parts, &mut messages),
        }
    }
    if let Some(parts) = partial {
        said(parts, &mut messages);
        messages.push(ChatMessage::User(continue_prompt.to_owned()));
    }
    messages
}

/// What an assistant message said, with each executed call followed by its result.
///
/// Calls nobody executed are left out: a call without a result is refused by providers
/// (protocols §1.1). Reasoning is not sent back.
fn said(parts: &[Part], messages: &mut Vec<ChatMessage>) {
    let mut text = String::new();
    let mut calls: Vec<&ToolCall> = Vec::new();
    for part in parts {
        match part {
            Part::Text { text: more } => {
                if !calls.is_empty() {
                    push_assistant(&mut text, &mut calls, messages);
                }
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(more);
            }
            Part::ToolCall(call) if call.result.is_some() => calls.push(call),
            Part::ToolCall(_)
            | Part::Reasoning { .. }
            | Part::Sources { .. }
            | Part::Notice { .. } => {}
        }
    }
    push_assistant(&mut text, &mut calls, messages);
}

fn push_assistant(text: &mut String, calls: &mut Vec<&ToolCall>, messages: &mut Vec<ChatMessage>) {
    let text = std::mem::take(text);
    let calls = std::mem::take(calls);
    if text.is_empty() && calls.is_empty() {
        return;
    }
    messages.push(ChatMessage::Assistant {
        text: (!text.is_empty()).then_some(text),
        tool_calls: calls
            .iter()
            .map(|call| RequestedCall {
                id: call.id.clone(),
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            })
            .collect(),
    });
    for call in calls {
        messages.push(ChatMessage::ToolResult {
            call_id: call.id.clone(),
            content: call.result.clone().unwrap_or_default(),
        });
    }
}

#[cfg(test)]
mod tests {
    use models::{
        id::{ConversationId, MessageId},
        part::ToolCallStatus,
        timestamp::Timestamp,
        usage::Usage,
    };

    use super::*;

    fn message(role: Role, parts: Vec<Part>) -> Message {
        Message {
            id: MessageId::generate(),
            conversation_id: ConversationId::generate(),
            parent_id: None,
            role,
            status: RunStatus::Complete,
            parts,
            provider: None,
            model: None,
            run_id: None,
            finish_reason: None,
            failure: None,
            usage: Usage::default(),
            created_at: Timestamp(0),
            sequence: 0,
        }
    }

    fn text(text: &str) -> Part {
        Part::Text { text: text.to_owned() }
    }

    fn call(id: &str, result: Option<&str>) -> Part {
        Part::ToolCall(ToolCall {
            id: id.to_owned(),
            name: "look".to_owned(),
            arguments: "{}".to_owned(),
            status: ToolCallStatus::Complete,
            result: result.map(str::to_owned),
        })
    }

    #[test]
    fn calls_are_followed_by_their_results_and_unanswered_calls_are_left_out() {
        let history = [
            message(Role::User, vec![text("q")]),
            message(
                Role::Assistant,
                vec![text("let me see"), call("a", Some("1")), call("b", None), text("it is 1")],
            ),
            message(Role::User, vec![text("and now?")]),
        ];
        let sent = messages(Some("be brief"), &history, None, "go on");
        let kinds: Vec<String> = sent
            .iter()
            .map(|message| match message {
                ChatMessage::System(text) => format!("system {text}"),
                ChatMessage::User(text) => format!("user {text}"),
                ChatMessage::Assistant { text, tool_calls } => {
                    format!("assistant {} {}", text.as_deref().unwrap_or("-"), tool_calls.len())
                }
                ChatMessage::ToolResult { call_id, content } => format!("tool {call_id} {content}"),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "system be brief",
                "user q",
                "assistant let me see 1",
                "tool a 1",
                "assistant it is 1 0",
                "user and now?",
            ]
        );
    }

    #[test]
    fn continuing_sends_the_partial_answer_and_asks_to_go_on() {
        let history = [message(Role::User, vec![text("q")])];
        let partial = [text("half an ans")];
        let sent = messages(None, &history, Some(&partial), "go on");
        assert!(
            matches!(&sent[1], ChatMessage::Assistant { text: Some(text), .. } if text == "half an ans")
        );
        assert!(matches!(&sent[2], ChatMessage::User(text) if text == "go on"));
    }
}
