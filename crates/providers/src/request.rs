//! What is asked of a provider, in no protocol's words.

/// One answer to ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// The model's identifier at the provider, byte for byte.
    pub model: String,
    /// In the order they were said.
    pub messages: Vec<ChatMessage>,
    /// What the user or the profile set; everything else is left to the server.
    pub parameters: Parameters,
}

/// One message of the conversation as the model shall see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatMessage {
    /// Instructions.
    System(String),
    /// What the person said.
    User(String),
    /// What the model said before.
    Assistant {
        /// Absent when it only called tools.
        text: Option<String>,
        /// The tools it wanted called, in its order.
        tool_calls: Vec<RequestedCall>,
    },
    /// What a tool answered; one for each requested call, before the next turn.
    ToolResult {
        /// The call's identifier, to the letter.
        call_id: String,
        /// The tool's answer.
        content: String,
    },
}

/// A tool call of an earlier turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedCall {
    /// The provider's identifier, to the letter.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them; empty counts as `{}`.
    pub arguments: String,
}

/// Optional settings of the generation. An absent one is not sent at all, since many servers refuse
/// fields they do not know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// Most tokens the answer may have; reasoning counts.
    pub max_tokens: Option<u32>,
    /// Up to four texts that end the answer.
    pub stop: Option<Vec<String>>,
    /// For repeatable sampling, where the server can.
    pub seed: Option<i64>,
    /// A word the model knows, such as `low` or `high`.
    pub reasoning_effort: Option<String>,
    /// −2 to 2.
    pub presence_penalty: Option<f64>,
    /// −2 to 2.
    pub frequency_penalty: Option<f64>,
}
