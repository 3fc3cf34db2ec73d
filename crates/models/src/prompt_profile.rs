//! Prompt profiles: reusable system prompts.

use serde::{Deserialize, Serialize};

use crate::{id::PromptProfileId, timestamp::Timestamp};

/// A reusable system prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PromptProfile {
    /// The profile.
    pub id: PromptProfileId,
    /// Unique among its owner's profiles.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What the model is told before the conversation.
    pub system_prompt: String,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes; a change that names an older number is refused.
    pub version: i64,
}

/// What creating or replacing a prompt profile takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PromptProfileInput {
    /// 1 to 120 characters, unique.
    pub name: String,
    /// At most 2 000 characters.
    #[serde(default)]
    pub description: String,
    /// 1 byte to 128 KiB.
    pub system_prompt: String,
    /// The version the client saw; absent: replace whatever is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}
