//! The messages of a Chat Completions request (protocols §1.1).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::{dialect::Dialect, state::State};
use crate::request::{ChatMessage, Image, RequestedCall};

/// One message as it is sent.
#[derive(Debug, Default, Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    /// Null where the model only called tools.
    content: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasoning_details: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_content: Option<Value>,
}

/// A text, or a list of typed parts where there is more than text.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    Parts(Vec<ContentPart<'a>>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ContentPart<'a> {
    Text {
        text: Cow<'a, str>,
    },
    ImageUrl {
        image_url: ImageUrl,
    },
    /// Mistral's.
    Thinking {
        thinking: Vec<ContentPart<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
        closed: bool,
    },
}

#[derive(Debug, Serialize)]
struct ImageUrl {
    url: String,
}

#[derive(Debug, Serialize)]
struct Call<'a> {
    id: Cow<'a, str>,
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_content: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    name: &'a str,
    arguments: &'a str,
}

/// A conversation's turns: each begins with what the person said.
pub(super) fn turns(messages: &[ChatMessage]) -> impl Iterator<Item = &[ChatMessage]> {
    messages.chunk_by(|_, next| !matches!(next, ChatMessage::User { .. }))
}

/// Whether the model called tools in a turn.
pub(super) fn uses_tools(turn: &[ChatMessage]) -> bool {
    turn.iter().any(|message| match message {
        ChatMessage::Assistant { tool_calls, .. } => !tool_calls.is_empty(),
        _ => false,
    })
}

/// All messages as they are sent.
pub(super) fn messages(messages: &[ChatMessage], dialect: Dialect) -> Vec<Message<'_>> {
    let turns = turns(messages).map(|turn| (turn, uses_tools(turn)));
    turns
        .flat_map(|(turn, uses_tools)| {
            turn.iter().map(move |message| Message::new(message, uses_tools, dialect))
        })
        .collect()
}

impl<'a> Message<'a> {
    fn new(message: &'a ChatMessage, uses_tools: bool, dialect: Dialect) -> Self {
        match message {
            ChatMessage::System(text) => Self::text("system", text),
            ChatMessage::User { text, images } => {
                Self { role: "user", content: Some(content(text, images)), ..Self::default() }
            }
            ChatMessage::Assistant { text, tool_calls, state } => {
                let mut state = State::read(state.as_deref());
                if !uses_tools {
                    // Outside such turns DeepSeek does not want it.
                    state.reasoning_content = None;
                } else if dialect == Dialect::DeepSeek {
                    // It refuses the turn without it, even one another model said.
                    state.reasoning_content.get_or_insert_default();
                }
                Self::assistant(text.as_deref(), tool_calls, state, dialect)
            }
            ChatMessage::ToolResult { call_id, content, .. } => {
                Self { tool_call_id: Some(dialect.call_id(call_id)), ..Self::text("tool", content) }
            }
        }
    }

    fn assistant(
        text: Option<&'a str>,
        calls: &'a [RequestedCall],
        mut state: State,
        dialect: Dialect,
    ) -> Self {
        let empty = if calls.is_empty() { Some("") } else { None };
        let content = if state.thinking.is_empty() {
            text.or(empty).map(Content::Text)
        } else {
            Some(thoughtful(&mut state, text.unwrap_or_default()))
        };
        let tool_calls = calls
            .iter()
            .map(|call| Call::new(call, state.calls.remove(&call.id), dialect))
            .collect();
        Self {
            role: "assistant",
            content,
            tool_calls,
            tool_call_id: None,
            reasoning_details: state.reasoning_details,
            reasoning_content: state.reasoning_content,
            extra_content: state.extra_content,
        }
    }

    fn text(role: &'static str, text: &'a str) -> Self {
        Self { role, content: Some(Content::Text(text)), ..Self::default() }
    }
}

impl<'a> Call<'a> {
    fn new(call: &'a RequestedCall, extra_content: Option<Value>, dialect: Dialect) -> Self {
        let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
        Self {
            id: dialect.call_id(&call.id),
            kind: "function",
            function: Function { name: &call.name, arguments },
            extra_content,
        }
    }
}

/// Mistral's thoughts, and the text behind them.
fn thoughtful<'a>(state: &mut State, text: &'a str) -> Content<'a> {
    let thoughts = std::mem::take(&mut state.thinking).into_iter().map(|thought| {
        let thinking = vec![ContentPart::Text { text: Cow::Owned(thought.text) }];
        ContentPart::Thinking { thinking, signature: thought.signature, closed: true }
    });
    Content::Parts(thoughts.chain(words(text)).collect())
}

fn content<'a>(text: &'a str, images: &'a [Image]) -> Content<'a> {
    if images.is_empty() {
        return Content::Text(text);
    }
    let pictures = images.iter().map(|image| {
        let url = format!("data:{};base64,{}", image.media_type, image.base64);
        ContentPart::ImageUrl { image_url: ImageUrl { url } }
    });
    Content::Parts(words(text).into_iter().chain(pictures).collect())
}

fn words(text: &str) -> Option<ContentPart<'_>> {
    (!text.is_empty()).then_some(ContentPart::Text { text: Cow::Borrowed(text) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(conversation: &[ChatMessage], dialect: Dialect) -> Value {
        serde_json::to_value(messages(conversation, dialect)).unwrap()
    }

    fn calling(id: &str, state: Option<&str>) -> ChatMessage {
        ChatMessage::Assistant {
            text: None,
            tool_calls: vec![RequestedCall {
                id: id.to_owned(),
                name: "f".to_owned(),
                arguments: String::new(),
            }],
            state: state.map(str::to_owned),
        }
    }

    fn answered(text: &str, state: Option<&str>) -> ChatMessage {
        ChatMessage::Assistant {
            text: Some(text.to_owned()),
            tool_calls: Vec::new(),
            state: state.map(str::to_owned),
        }
    }

    fn result(id: &str) -> ChatMessage {
        ChatMessage::ToolResult {
            call_id: id.to_owned(),
            name: "f".to_owned(),
            content: "1".to_owned(),
            failed: false,
        }
    }

    #[test]
    fn calls_and_results_keep_their_ids() {
        let empty = ChatMessage::Assistant { text: None, tool_calls: Vec::new(), state: None };
        assert_eq!(
            sent(&[calling("Ab3", None), result("Ab3"), empty], Dialect::Common),
            json!([
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "Ab3", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                ]},
                {"role": "tool", "content": "1", "tool_call_id": "Ab3"},
                {"role": "assistant", "content": ""},
            ])
        );
        let messages = sent(&[calling("Ab3", None), result("Ab3")], Dialect::Mistral);
        assert_eq!(messages[0]["tool_calls"][0]["id"], messages[1]["tool_call_id"]);
        assert_ne!(messages[1]["tool_call_id"], "Ab3");
    }

    #[test]
    fn images_follow_the_text_as_data_urls() {
        let image = Image { media_type: "image/png".to_owned(), base64: "AA==".into() };
        let user =
            |text: &str| ChatMessage::User { text: text.to_owned(), images: vec![image.clone()] };
        let part = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}});
        assert_eq!(
            sent(&[user("What?"), user("")], Dialect::Common),
            json!([
                {"role": "user", "content": [{"type": "text", "text": "What?"}, part]},
                {"role": "user", "content": [part]},
            ])
        );
    }

    #[test]
    fn a_state_goes_back_where_it_came_from() {
        let details = r#"{"reasoning_details":[{"index":0,"text":"a"}]}"#;
        let google = r#"{"calls":{"a":{"google":1},"other":{}},"extra_content":{"google":2}}"#;
        let mistral = r#"{"thinking":[{"text":"why","signature":"s"}]}"#;
        let sent = sent(
            &[
                calling("a", Some(details)),
                calling("a", Some(google)),
                answered("so", Some(mistral)),
            ],
            Dialect::Common,
        );
        assert_eq!(sent[0]["reasoning_details"], json!([{"index": 0, "text": "a"}]));
        assert_eq!(sent[1]["tool_calls"][0]["extra_content"], json!({"google": 1}));
        assert_eq!(sent[1]["extra_content"], json!({"google": 2}));
        let thinking = [json!({"type": "text", "text": "why"})];
        assert_eq!(
            sent[2]["content"],
            json!([
                {"type": "thinking", "thinking": thinking, "signature": "s", "closed": true},
                {"type": "text", "text": "so"},
            ])
        );
    }

    #[test]
    fn a_broken_state_changes_nothing() {
        let plain = sent(&[calling("a", None)], Dialect::Common);
        for broken in ["", "{", r#"{"reasoning_details":1}"#, r#"{"calls":{"b":{}}}"#] {
            assert_eq!(sent(&[calling("a", Some(broken))], Dialect::Common), plain, "{broken}");
        }
    }

    #[test]
    fn reasoning_content_goes_back_in_turns_with_tools_only() {
        let kept = Some(r#"{"reasoning_content":"why"}"#);
        let conversation = [
            ChatMessage::user("1"),
            answered("a", kept),
            ChatMessage::user("2"),
            calling("x", None),
            result("x"),
            answered("b", kept),
        ];
        let fields = |dialect| -> Vec<Value> {
            let sent = sent(&conversation, dialect);
            [1, 3, 5].map(|at: usize| sent[at]["reasoning_content"].clone()).to_vec()
        };
        assert_eq!(fields(Dialect::Common), [Value::Null, Value::Null, json!("why")]);
        assert_eq!(fields(Dialect::DeepSeek), [Value::Null, json!(""), json!("why")]);
    }
}
