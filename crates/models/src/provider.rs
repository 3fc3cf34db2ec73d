//! Providers: the model servers a person has configured.

use serde::{Deserialize, Serialize};

use crate::{detection::ServerKind, id::ProviderId, timestamp::Timestamp};

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

impl ProviderKind {
    /// What people call the protocol.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OpenaiChat => "OpenAI Chat Completions",
            Self::OpenaiResponses => "OpenAI Responses",
            Self::Anthropic => "Anthropic Messages",
            Self::Gemini => "Google Gemini",
            Self::Ollama => "Ollama",
            Self::Guide => "Built-in Guide",
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
    /// The software behind the address, where it could be told.
    pub server: Option<ServerKind>,
    /// The software's version, as it says.
    pub server_version: Option<String>,
    /// Milliseconds of its fastest answer when it was last asked for its models.
    pub latency_ms: Option<u32>,
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
    /// The protocol; absent: found out at the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProviderKind>,
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
    /// The model that was asked; absent when it did not come to that.
    pub model: Option<String>,
    /// Aspect by aspect.
    pub checks: Vec<ConnectionCheck>,
}

/// One aspect of a connection, tried with a real request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConnectionCheck {
    /// What was tried.
    pub aspect: ConnectionAspect,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// What was found, or why not and what to do about it.
    pub detail: String,
    /// How long it took, to the first output where there was one.
    pub milliseconds: Option<u32>,
}

/// What can be tried of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionAspect {
    /// Something answers at the address.
    Reachable,
    /// The key, or its absence, is accepted.
    Authenticated,
    /// A tiny question gets a streamed answer.
    Streams,
    /// The model calls a tool that is offered.
    Tools,
    /// The model takes an image.
    Vision,
}

impl ConnectionAspect {
    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reachable => "Reachable",
            Self::Authenticated => "Authenticated",
            Self::Streams => "Streams",
            Self::Tools => "Tools",
            Self::Vision => "Vision",
        }
    }
}

/// What came of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It works.
    Passed,
    /// It does not.
    Failed,
    /// It was not tried, because something before it failed.
    Skipped,
}
