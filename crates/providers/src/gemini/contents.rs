//! Turns messages into turns of parts: alternating, none empty, results in the order of their calls.

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use crate::request::{ChatMessage, RequestedCall};

/// One turn.
#[derive(Debug, Serialize)]
pub(super) struct Content<'a> {
    role: &'static str,
    parts: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Part<'a> {
    Text(&'a str),
    InlineData(InlineData<'a>),
    FunctionCall(FunctionCall<'a>),
    FunctionResponse(FunctionResponse<'a>),
    /// As the server wrote it.
    #[serde(untagged)]
    Verbatim(&'a RawValue),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InlineData<'a> {
    mime_type: &'a str,
    data: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct FunctionCall<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    args: Json<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct FunctionResponse<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    response: Json<'a>,
}

/// An object: somebody's text as it is, or one made here.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Json<'a> {
    Given(&'a RawValue),
    Made(Value),
}

/// A result that waits for the others of its turn.
struct ToolResult<'a> {
    call_id: &'a str,
    name: &'a str,
    response: Json<'a>,
}

/// The conversation, and the instructions that have a place of their own.
#[derive(Default)]
pub(super) struct Contents<'a> {
    pub(super) system: Vec<Part<'a>>,
    pub(super) turns: Vec<Content<'a>>,
    /// The calls of the model's last turn.
    calls: &'a [RequestedCall],
    results: Vec<ToolResult<'a>>,
}

impl<'a> Contents<'a> {
    /// `instructs` says whether instructions may go in their own place. If not, or if there is nothing
    /// else, they are said by the user.
    pub(super) fn new(messages: &'a [ChatMessage], instructs: bool) -> Self {
        let is_system = |message: &ChatMessage| matches!(message, ChatMessage::System(_));
        let instructs = instructs && !messages.iter().all(is_system);
        let mut contents = Self::default();
        for message in messages {
            contents.message(message, instructs);
        }
        contents.settle();
        contents
    }

    fn message(&mut self, message: &'a ChatMessage, instructs: bool) {
        if !matches!(message, ChatMessage::ToolResult { .. }) {
            self.settle();
        }
        match message {
            ChatMessage::System(text) if instructs => self.system.extend(words(text)),
            ChatMessage::System(text) => self.say("user", words(text).into_iter().collect()),
            ChatMessage::User { text, images } => {
                let pictures = images.iter().map(|image| {
                    Part::InlineData(InlineData {
                        mime_type: &image.media_type,
                        data: &image.base64,
                    })
                });
                self.say("user", words(text).into_iter().chain(pictures).collect());
            }
            ChatMessage::Assistant { text, tool_calls, state } => {
                let verbatim = state.as_deref().and_then(verbatim);
                let parts = verbatim.unwrap_or_else(|| rebuilt(text.as_deref(), tool_calls));
                self.say("model", parts);
                self.calls = tool_calls;
            }
            ChatMessage::ToolResult { call_id, name, content, failed } => {
                self.results.push(ToolResult {
                    call_id,
                    name,
                    response: response(content, *failed),
                });
            }
        }
    }

    /// Adds a turn, or its parts to the last one where that has the same role.
    fn say(&mut self, role: &'static str, parts: Vec<Part<'a>>) {
        if parts.is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(last) if last.role == role => last.parts.extend(parts),
            _ => self.turns.push(Content { role, parts }),
        }
    }

    /// Says the results that have come, in the order of the calls.
    fn settle(&mut self) {
        let mut results = std::mem::take(&mut self.results);
        let mut parts = Vec::with_capacity(results.len());
        for (index, call) in std::mem::take(&mut self.calls).iter().enumerate() {
            let Some(place) = results.iter().position(|result| result.call_id == call.id) else {
                continue;
            };
            let response = results.remove(place).response;
            let id = servers_own(&call.id, index);
            parts.push(Part::FunctionResponse(FunctionResponse { id, name: &call.name, response }));
        }
        // What answers no call is for the server to refuse.
        parts.extend(results.into_iter().map(|result| {
            let ToolResult { call_id, name, response } = result;
            Part::FunctionResponse(FunctionResponse { id: Some(call_id), name, response })
        }));
        self.say("user", parts);
    }
}

fn words(text: &str) -> Option<Part<'_>> {
    (!text.is_empty()).then_some(Part::Text(text))
}

/// The parts of a turn as the server gave them; nothing if they cannot be read.
fn verbatim(state: &str) -> Option<Vec<Part<'_>>> {
    let parts: Vec<&RawValue> = serde_json::from_str(state).ok()?;
    (!parts.is_empty()).then(|| parts.into_iter().map(Part::Verbatim).collect())
}

fn rebuilt<'a>(text: Option<&'a str>, calls: &'a [RequestedCall]) -> Vec<Part<'a>> {
    let calls = calls.iter().enumerate().map(|(index, call)| {
        Part::FunctionCall(FunctionCall {
            id: servers_own(&call.id, index),
            name: &call.name,
            args: arguments(&call.arguments),
        })
    });
    text.and_then(words).into_iter().chain(calls).collect()
}

/// The identifier, unless it was made up here because the server gave none.
fn servers_own(id: &str, index: usize) -> Option<&str> {
    (id != format!("call_{index}")).then_some(id)
}

fn arguments(arguments: &str) -> Json<'_> {
    match object(arguments) {
        Some(given) => Json::Given(given),
        None if arguments.trim().is_empty() => Json::Made(json!({})),
        // Another model's broken call, which must still be an object here.
        None => Json::Made(json!({"arguments": arguments})),
    }
}

fn response(content: &str, failed: bool) -> Json<'_> {
    if failed {
        return Json::Made(json!({"error": content}));
    }
    object(content).map_or_else(|| Json::Made(json!({"result": content})), Json::Given)
}

/// The text itself, if it is a JSON object.
fn object(text: &str) -> Option<&RawValue> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    raw.get().starts_with('{').then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, name: &str, arguments: &str) -> RequestedCall {
        RequestedCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() }
    }

    fn result(id: &str, content: &str, failed: bool) -> ChatMessage {
        ChatMessage::ToolResult {
            call_id: id.to_owned(),
            name: String::new(),
            content: content.to_owned(),
            failed,
        }
    }

    fn turns(messages: &[ChatMessage]) -> Value {
        serde_json::to_value(Contents::new(messages, true).turns).unwrap()
    }

    #[test]
    fn results_follow_the_order_of_their_calls() {
        let messages = [
            ChatMessage::user("a"),
            ChatMessage::Assistant {
                text: Some(String::new()),
                tool_calls: vec![call("call_0", "f", ""), call("x", "g", "{\"a\": 1.0}")],
                state: None,
            },
            result("x", "no {", true),
            result("call_0", "{\"b\": 2}", false),
            ChatMessage::user("c"),
        ];
        let expected = json!([
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": [
                {"functionCall": {"name": "f", "args": {}}},
                {"functionCall": {"id": "x", "name": "g", "args": {"a": 1.0}}},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"name": "f", "response": {"b": 2}}},
                {"functionResponse": {"id": "x", "name": "g", "response": {"error": "no {"}}},
                {"text": "c"},
            ]},
        ]);
        assert_eq!(turns(&messages), expected);
    }

    #[test]
    fn neighbours_of_one_role_are_merged_and_silence_is_left_out() {
        let messages = [
            ChatMessage::user("a"),
            ChatMessage::assistant(""),
            ChatMessage::user("b"),
            ChatMessage::assistant("c"),
            ChatMessage::assistant("d"),
        ];
        let expected = json!([
            {"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
            {"role": "model", "parts": [{"text": "c"}, {"text": "d"}]},
        ]);
        assert_eq!(turns(&messages), expected);
    }

    #[test]
    fn state_goes_before_text_and_calls_unless_it_is_broken() {
        let turn = |state: &str| ChatMessage::Assistant {
            text: Some("rebuilt".to_owned()),
            tool_calls: Vec::new(),
            state: Some(state.to_owned()),
        };
        let state = r#"[{"text":"","thoughtSignature":"A+/=","n":1.50}]"#;
        let messages = [ChatMessage::user("a"), turn(state)];
        let sent = serde_json::to_string(&Contents::new(&messages, true).turns).unwrap();
        assert!(sent.ends_with(&format!(r#"{{"role":"model","parts":{state}}}]"#)), "{sent}");
        for broken in ["", "[]", "{}", "[{"] {
            let said = turns(&[ChatMessage::user("a"), turn(broken)]);
            assert_eq!(said[1]["parts"], json!([{"text": "rebuilt"}]), "{broken}");
        }
    }

    #[test]
    fn instructions_find_a_place() {
        let system = ChatMessage::System("Be brief.".to_owned());
        let messages = [system.clone(), ChatMessage::user("a")];
        assert_eq!(Contents::new(&messages, true).system.len(), 1);
        let said = serde_json::to_value(Contents::new(&messages, false).turns).unwrap();
        assert_eq!(said[0]["parts"], json!([{"text": "Be brief."}, {"text": "a"}]));
        assert_eq!(turns(&[system])[0]["parts"], json!([{"text": "Be brief."}]));
    }
}
