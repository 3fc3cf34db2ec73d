//! Messages: the nodes of a conversation's tree.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ConversationId, MessageId, RunId},
    part::Part,
    run::{FinishReason, RunFailure, RunStatus},
    timestamp::Timestamp,
    usage::Usage,
};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::User, Self::Assistant]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no role"))
    }
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// The message it answers or follows; absent for the first.
    pub parent_id: Option<MessageId>,
    /// Who speaks.
    pub role: Role,
    /// How far it is; a person's messages are always complete.
    pub status: RunStatus,
    /// What was said, in order.
    pub parts: Vec<Part>,
    /// The provider's display name when this was written; assistant messages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model's identifier at the provider; assistant messages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The run that wrote it last; assistant messages only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// Why the provider stopped, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<FinishReason>,
    /// Why the run failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<RunFailure>,
    /// Tokens, where known.
    #[serde(default)]
    pub usage: Usage,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of the last run event its parts contain (0: none).
    pub sequence: u64,
}

impl Message {
    /// The text parts, joined by blank lines, without reasoning or tool calls.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.parts)
    }
}

/// The text parts among `parts`, joined by blank lines.
#[must_use]
pub fn text_of(parts: &[Part]) -> String {
    let texts: Vec<&str> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.join("\n\n")
}
