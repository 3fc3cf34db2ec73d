//! What is asked of a provider, in no protocol's words.

use std::sync::Arc;

use models::parameters::Parameters;
use serde_json::Value;

/// One answer to ask for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatRequest {
    /// The model's identifier at the provider, byte for byte.
    pub model: String,
    /// In the order they were said.
    pub messages: Vec<ChatMessage>,
    /// What the model may call; none of them offers no tools at all.
    pub tools: Vec<Tool>,
    /// How freely it may choose among them.
    pub tool_choice: ToolChoice,
    /// What the user or the profile set; everything else is left to the server.
    pub parameters: Parameters,
}

/// One message of the conversation as the model shall see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatMessage {
    /// Instructions.
    System(String),
    /// What the person said.
    User {
        /// The text; may be empty beside images.
        text: String,
        /// In the order they were attached.
        images: Vec<Image>,
    },
    /// What the model said before.
    Assistant {
        /// Absent when it only called tools.
        text: Option<String>,
        /// The tools it wanted called, in its order.
        tool_calls: Vec<RequestedCall>,
        /// The same turn as [`ProviderEvent::State`](crate::ProviderEvent::State) gave it. Only ever
        /// present where this provider and this model said it; where it is, it goes before text and
        /// calls.
        state: Option<String>,
    },
    /// What a tool answered; one for each requested call, before the next turn.
    ToolResult {
        /// The call's identifier, to the letter.
        call_id: String,
        /// The tool's name, for protocols that ask for it.
        name: String,
        /// The tool's answer.
        content: String,
        /// Whether the tool failed, for protocols that can say so.
        failed: bool,
    },
}

impl ChatMessage {
    /// A person's message without images.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User { text: text.into(), images: Vec::new() }
    }

    /// A model's message without calls.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::Assistant { text: Some(text.into()), tool_calls: Vec::new(), state: None }
    }
}

/// An image as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Such as `image/png`.
    pub media_type: String,
    /// The file in standard base64 with padding.
    pub base64: Arc<str>,
}

/// Something a model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of the arguments; an object at the top.
    pub parameters: Value,
}

/// How freely a model may choose among the tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// It must not call any.
    None,
    /// It must call at least one.
    Required,
    /// It must call this one.
    Named(String),
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
