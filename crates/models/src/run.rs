//! A run: one execution of a routing profile that writes one assistant message.

use serde::{Deserialize, Serialize};

/// How far a run is, and the message it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Accepted or executing.
    Running,
    /// The provider finished the answer.
    Complete,
    /// A person stopped it; the partial answer is kept.
    Stopped,
    /// It could not go on; [`RunFailure`] says why, and what was said is kept.
    Failed,
    /// The server went away while it was executing; what was journalled is kept.
    Interrupted,
}

impl RunStatus {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing more will be added.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Running)
    }
}

impl std::str::FromStr for RunStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Running, Self::Complete, Self::Stopped, Self::Failed, Self::Interrupted]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no run status"))
    }
}

/// What made a run fail (protocols §11.1 `error.class`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The provider wants a key, or refuses the one it got.
    Authentication,
    /// The account has no credit left.
    Quota,
    /// Too many requests for the moment.
    RateLimit,
    /// The conversation is longer than the model's context.
    Context,
    /// The provider refuses the request as it stands.
    BadRequest,
    /// The provider does not know the model or the path.
    NotFound,
    /// The provider has no capacity, or is still loading the model.
    Overloaded,
    /// Nothing came for longer than the limit.
    Timeout,
    /// The connection could not be made, or broke.
    Network,
    /// What came is not what the protocol says; a cut stream is one of these.
    Protocol,
    /// The provider's content filter ended the answer.
    Filter,
    /// The answer grew over the studio's own limit.
    Limit,
    /// A defect or fault of the studio, such as a full disk.
    Internal,
}

impl FailureClass {
    /// Whether it says something about the provider, and not about the request or the answer.
    #[must_use]
    pub const fn is_the_providers(self) -> bool {
        matches!(
            self,
            Self::Authentication
                | Self::Quota
                | Self::RateLimit
                | Self::NotFound
                | Self::Overloaded
                | Self::Timeout
                | Self::Network
                | Self::Protocol
        )
    }
}

/// Why a run failed, in words a person can act on. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct RunFailure {
    /// What kind of failure.
    pub class: FailureClass,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub action: String,
    /// The provider's HTTP status, if it came to an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// Why the provider stopped writing (protocols §11.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The answer is whole.
    Stop,
    /// The token limit was reached; the answer can be continued.
    Length,
    /// The model wants tools called.
    Tools,
    /// A content filter ended it.
    Filter,
    /// The model declined to answer.
    Refusal,
    /// The provider put a long turn aside; sent back as it is, it goes on.
    Pause,
}
