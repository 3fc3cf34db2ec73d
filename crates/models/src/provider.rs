//! Providers: the model servers a person has configured.

use serde::{Deserialize, Serialize};

use crate::{id::ProviderId, timestamp::Timestamp};

/// The wire protocol a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// OpenAI Chat Completions and the servers that imitate it.
    OpenaiChat,
    /// OpenAI Responses.
    OpenaiResponses,
    /// Anthropic Messages.
    Anthropic,
    /// Google Gemini.
    Gemini,
    /// Ollama's own protocol.
    Ollama,
    /// The built-in Guide: no model, it searches Chat Studio's own manual.
    Guide,
}

impl ProviderKind {
    /// Every kind that has a wire protocol, in the order they are offered.
    pub const WIRED: [Self; 5] =
        [Self::OpenaiChat, Self::OpenaiResponses, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai_chat",
            Self::OpenaiResponses => "openai_responses",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
            Self::Guide => "guide",
        }
    }
}

impl std::str::FromStr for ProviderKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::WIRED
            .into_iter()
            .chain([Self::Guide])
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no provider kind"))
    }
}

/// A provider as shown: the key itself is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Provider {
    /// The provider.
    pub id: ProviderId,
    /// The protocol.
    pub kind: ProviderKind,
    /// Its display name, unique among its owner's.
    pub name: String,
    /// The address below which the protocol's paths lie, such as `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    /// Whether a key is stored.
    pub has_key: bool,
    /// How many models are known.
    pub models: u32,
    /// When its models were last listed with success.
    pub checked_at: Option<Timestamp>,
    /// What the last test or listing failed with; absent when it worked.
    pub last_error: Option<String>,
    /// Counts the changes.
    pub version: i64,
}

/// What adding or editing a provider takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderInput {
    /// 1 to 120 characters, unique.
    pub name: String,
    /// An http or https address.
    pub base_url: String,
    /// A new key; empty or absent leaves the stored one. Write-only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Take the stored key away.
    #[serde(default)]
    pub remove_key: bool,
}

/// What a test of a provider found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ProviderTest {
    /// Whether its models could be listed.
    pub reachable: bool,
    /// How many models it has.
    pub models: u32,
    /// Milliseconds until the list was there.
    pub latency_ms: u32,
    /// What was found, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence; empty when all is well.
    pub action: String,
}
