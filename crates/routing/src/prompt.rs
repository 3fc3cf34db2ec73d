//! What the model is told: system prompt, history, and the request to go on.

use models::{
    message::{Message, Role},
    part::{Part, ProviderState, ToolCall, ToolCallStatus},
    run::RunStatus,
};
use providers::{ChatMessage, RequestedCall};

use crate::attached::Attached;

/// The messages of a request, oldest first.
///
/// `history` is the path up to and including the person's last message; `partial` is what a
/// continued answer has said so far; `attached` holds what was given with the messages. `is_ours` tells whether the model that is asked said a state
/// itself, and may have it back.
pub(crate) fn messages(
    system_prompt: Option<&str>,
    history: &[Message],
    partial: Option<&[Part]>,
    continue_prompt: &str,
    attached: &Attached,
    is_ours: impl Fn(&ProviderState) -> bool,
) -> Vec<ChatMessage> {
    let mut messages = Vec::with_capacity(history.len() + 3);
    if let Some(prompt) = system_prompt.filter(|prompt| !prompt.trim().is_empty()) {
        messages.push(ChatMessage::System(prompt.to_owned()));
    }
    for message in history {
        match message.role {
            Role::User => messages.push(attached.said(&message.parts)),
            Role::Assistant if message.status == RunStatus::Running => {}
            Role::Assistant => said(&message.parts, &is_ours, &mut messages),
        }
    }
    if let Some(parts) = partial {
        said(parts, &is_ours, &mut messages);
        messages.push(ChatMessage::user(continue_prompt));
    }
    messages
}

/// One turn of a model: what one request answered.
#[derive(Default)]
struct Turn<'a> {
    text: String,
    calls: Vec<&'a ToolCall>,
    /// Whether the model called something that nobody executed. Its own form of the turn would name
    /// the call, and a call without a result is refused.
    is_open: bool,
}

/// What an assistant message said, turn by turn, with each executed call followed by its result.
///
/// Calls nobody executed are left out: a call without a result is refused by providers
/// (protocols §1.1). Reasoning goes back only as the provider's own state.
fn said(
    parts: &[Part],
    is_ours: &impl Fn(&ProviderState) -> bool,
    messages: &mut Vec<ChatMessage>,
) {
    let mut turn = Turn::default();
    for part in parts {
        match part {
            Part::Text { text } => {
                if !turn.calls.is_empty() {
                    std::mem::take(&mut turn).end(None, messages);
                }
                if !turn.text.is_empty() {
                    turn.text.push_str("\n\n");
                }
                turn.text.push_str(text);
            }
            Part::ToolCall(call) if call.result.is_some() => turn.calls.push(call),
            Part::ToolCall(_) => turn.is_open = true,
            Part::ProviderState(state) => {
                let state = (is_ours(state) && !turn.is_open).then_some(state);
                std::mem::take(&mut turn).end(state, messages);
            }
            Part::Reasoning { .. }
            | Part::Sources { .. }
            | Part::Notice { .. }
            | Part::Image { .. }
            | Part::File { .. } => {}
        }
    }
    turn.end(None, messages);
}

impl Turn<'_> {
    fn end(self, state: Option<&ProviderState>, messages: &mut Vec<ChatMessage>) {
        if self.text.is_empty() && self.calls.is_empty() {
            return;
        }
        messages.push(ChatMessage::Assistant {
            text: (!self.text.is_empty()).then_some(self.text),
            tool_calls: self
                .calls
                .iter()
                .map(|call| RequestedCall {
                    id: call.id.clone(),
                    name: call.name.clone(),
                    arguments: call.arguments.clone(),
                })
                .collect(),
            state: state.map(|state| state.json.clone()),
        });
        for call in self.calls {
            messages.push(ChatMessage::ToolResult {
                call_id: call.id.clone(),
                name: call.name.clone(),
                content: call.result.clone().unwrap_or_default(),
                failed: call.status == ToolCallStatus::Failed,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use models::{
        id::{ConversationId, MessageId, ProviderId},
        provider::ProviderKind,
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
        let sent =
            messages(Some("be brief"), &history, None, "go on", &Attached::default(), |_| true);
        let kinds: Vec<String> = sent
            .iter()
            .map(|message| match message {
                ChatMessage::System(text) => format!("system {text}"),
                ChatMessage::User { text, .. } => format!("user {text}"),
                ChatMessage::Assistant { text, tool_calls, .. } => {
                    format!("assistant {} {}", text.as_deref().unwrap_or("-"), tool_calls.len())
                }
                ChatMessage::ToolResult { call_id, content, .. } => {
                    format!("tool {call_id} {content}")
                }
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
        let sent =
            messages(None, &history, Some(&partial), "go on", &Attached::default(), |_| true);
        assert!(
            matches!(&sent[1], ChatMessage::Assistant { text: Some(text), .. } if text == "half an ans")
        );
        assert!(matches!(&sent[2], ChatMessage::User { text, .. } if text == "go on"));
    }

    fn state(json: &str) -> Part {
        Part::ProviderState(ProviderState {
            kind: ProviderKind::Anthropic,
            provider_id: ProviderId::generate(),
            model: "m".to_owned(),
            json: json.to_owned(),
        })
    }

    #[test]
    fn a_state_goes_back_with_its_own_turn_and_to_nobody_else() {
        let parts =
            vec![text("a"), call("1", Some("x")), state("one"), text("b"), state("two"), text("c")];
        let history = [message(Role::Assistant, parts)];
        let states = |is_ours: bool| -> Vec<(String, Option<String>)> {
            messages(None, &history, None, "", &Attached::default(), |_| is_ours)
                .into_iter()
                .filter_map(|message| match message {
                    ChatMessage::Assistant { text, state, .. } => {
                        Some((text.unwrap_or_default(), state))
                    }
                    _ => None,
                })
                .collect()
        };
        let turn = |text: &str, state: Option<&str>| (text.to_owned(), state.map(str::to_owned));
        let kept = [turn("a", Some("one")), turn("b", Some("two")), turn("c", None)];
        assert_eq!(states(true), kept);
        assert_eq!(states(false), [turn("a", None), turn("b", None), turn("c", None)]);
    }

    #[test]
    fn a_turn_with_a_call_nobody_executed_goes_back_without_its_state() {
        let parts = vec![text("a"), call("1", None), state("one")];
        let sent = messages(
            None,
            &[message(Role::Assistant, parts)],
            None,
            "",
            &Attached::default(),
            |_| true,
        );
        assert!(
            matches!(&sent[..], [ChatMessage::Assistant { state: None, tool_calls, .. }] if tool_calls.is_empty())
        );
    }
}
