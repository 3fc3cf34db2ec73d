//! How much a model is asked to think (protocols §2.1).

use serde_json::value::RawValue;

use crate::request::{ChatMessage, ChatRequest, ToolChoice};

/// How a request asks for thoughts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// The tokens thoughts may take; the protocol's least is 1,024.
    pub(super) budget: u32,
    /// The word for models that decide about the tokens themselves.
    pub(super) word: &'static str,
}

impl Effort {
    /// What a request asks for; nothing if thoughts are not wanted or would be refused.
    pub(super) fn of(request: &ChatRequest) -> Option<Self> {
        let effort = Self::parse(request.parameters.reasoning_effort.as_deref()?)?;
        // A forced tool and thoughts exclude each other, and the tool was asked for by name.
        let forced = !request.tools.is_empty()
            && matches!(request.tool_choice, ToolChoice::Required | ToolChoice::Named(_));
        (!forced && may_think(&request.messages)).then_some(effort)
    }

    /// The words OpenAI made common. With the usual room for an answer, the most is within the 32,000
    /// tokens that every model which thinks can write.
    fn parse(word: &str) -> Option<Self> {
        match word {
            "minimal" => Some(Self { budget: 1_024, word: "low" }),
            "low" => Some(Self { budget: 2_048, word: "low" }),
            "medium" => Some(Self { budget: 8_192, word: "medium" }),
            "high" => Some(Self { budget: 16_384, word: "high" }),
            "xhigh" | "max" => Some(Self { budget: 23_552, word: "max" }),
            _ => None,
        }
    }
}

/// A turn that called tools goes on with thoughts only if it began with one, which a turn of another
/// model never does.
fn may_think(messages: &[ChatMessage]) -> bool {
    let is_turn = |message: &&ChatMessage| matches!(message, ChatMessage::Assistant { .. });
    let Some(ChatMessage::Assistant { state, tool_calls, .. }) =
        messages.iter().rev().find(is_turn)
    else {
        return true;
    };
    // A turn goes on with the results of its calls, whatever is said after them, and where it is a
    // partial answer that shall be continued.
    let goes_on = !tool_calls.is_empty() || messages.last().is_some_and(|last| is_turn(&last));
    !goes_on || state.as_deref().is_some_and(begins_with_thought)
}

fn begins_with_thought(state: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Block<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
    }
    let blocks: Vec<&RawValue> = serde_json::from_str(state).unwrap_or_default();
    let first =
        blocks.first().and_then(|block| serde_json::from_str::<Block<'_>>(block.get()).ok());
    first.is_some_and(|block| matches!(block.kind, "thinking" | "redacted_thinking"))
}

#[cfg(test)]
mod tests {
    use models::parameters::Parameters;
    use serde_json::json;

    use super::*;
    use crate::request::{RequestedCall, Tool};

    fn request(effort: &str) -> ChatRequest {
        let reasoning_effort = Some(effort.to_owned());
        ChatRequest {
            messages: vec![ChatMessage::user("Hi")],
            parameters: Parameters { reasoning_effort, ..Parameters::default() },
            ..ChatRequest::default()
        }
    }

    #[test]
    fn words_become_tokens() {
        let budget = |word: &str| Effort::of(&request(word)).map(|effort| effort.budget);
        assert_eq!(budget("low"), Some(2_048));
        assert_eq!(budget("medium"), Some(8_192));
        assert_eq!(budget("high"), Some(16_384));
        assert_eq!(budget("none"), None);
        assert_eq!(budget("a bit"), None);
        assert_eq!(Effort::of(&ChatRequest::default()), None);
    }

    #[test]
    fn a_forced_tool_needs_no_thought() {
        let tool = Tool { name: "f".to_owned(), description: String::new(), parameters: json!({}) };
        let mut request = ChatRequest { tools: vec![tool], ..request("low") };
        assert!(Effort::of(&request).is_some());
        request.tool_choice = ToolChoice::Required;
        assert_eq!(Effort::of(&request), None);
    }

    #[test]
    fn a_turn_without_a_thought_goes_on_without() {
        let turn = |state: Option<&str>| {
            let call = RequestedCall {
                id: "a".to_owned(),
                name: "f".to_owned(),
                arguments: String::new(),
            };
            let result = ChatMessage::ToolResult {
                call_id: "a".to_owned(),
                name: "f".to_owned(),
                content: "1".to_owned(),
                failed: false,
            };
            let state = state.map(str::to_owned);
            let said = ChatMessage::Assistant { text: None, tool_calls: vec![call], state };
            let mut request = request("low");
            request.messages.extend([said, result]);
            Effort::of(&request).is_some()
        };
        assert!(!turn(None));
        assert!(!turn(Some(r#"[{"type":"text","text":"x"}]"#)));
        assert!(turn(Some(r#"[{"type":"redacted_thinking","data":"x"}]"#)));
        let mut over = request("low");
        over.messages.extend([ChatMessage::assistant("Yes."), ChatMessage::user("And then?")]);
        assert!(Effort::of(&over).is_some());
        let mut continued = request("low");
        continued.messages.push(ChatMessage::assistant("Once"));
        assert_eq!(Effort::of(&continued), None);
    }
}
