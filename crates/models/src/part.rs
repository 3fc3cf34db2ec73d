//! The typed parts a message is made of, in the order they were said.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AttachmentId, ProviderId},
    provider::ProviderKind,
};

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Markdown, as the model or the person wrote it.
    Text {
        /// The Markdown source.
        text: String,
    },
    /// An image a person gave.
    Image {
        /// Where its content is.
        attachment_id: AttachmentId,
        /// The file's name.
        name: String,
        /// Such as `image/png`.
        media_type: String,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// A text file a person gave.
    File {
        /// Where its content is.
        attachment_id: AttachmentId,
        /// The file's name.
        name: String,
        /// Such as `text/plain`.
        media_type: String,
        /// Bytes.
        size: u64,
    },
    /// What the model thought before it answered.
    Reasoning {
        /// The Markdown source.
        text: String,
    },
    /// A call of a tool and, once known, its result.
    ToolCall(ToolCall),
    /// What the answer rests on.
    Sources {
        /// In the order of their citation numbers, from 1.
        sources: Vec<Source>,
    },
    /// Something the studio itself has to say about this answer.
    Notice {
        /// A sentence.
        text: String,
    },
    /// What the provider wants back with the turn that ends here. Never shown.
    ProviderState(ProviderState),
}

/// One turn of a model in its provider's own form (protocols §11.1): signatures, encrypted reasoning
/// and whatever else no other provider understands. A turn is what one request answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ProviderState {
    /// The protocol it was said in.
    pub kind: ProviderKind,
    /// The provider that said it, and that alone gets it back.
    pub provider_id: ProviderId,
    /// The model that said it, and that alone gets it back.
    pub model: String,
    /// JSON as its adapter wrote it; nobody else looks inside.
    pub json: String,
}

/// A call of a tool, as stored and as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ToolCall {
    /// The provider's identifier of the call, kept to the letter.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them: usually JSON, possibly broken.
    pub arguments: String,
    /// How far the call is.
    pub status: ToolCallStatus,
    /// What the tool said; absent until it has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// How far a tool call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ToolCallStatus {
    /// The model is still writing the arguments.
    Requested,
    /// The tool is at work.
    Running,
    /// The tool has answered.
    Complete,
    /// The tool failed; the result says why.
    Failed,
    /// Nobody executed the call: the profile has no tools, or the run ended first.
    NotExecuted,
}

/// A source an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Source {
    /// What to call it.
    pub title: String,
    /// Where it can be read; a path within the studio or an https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The passage that was used, as plain text.
    pub excerpt: String,
}
