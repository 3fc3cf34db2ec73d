//! Routing profiles: how a message becomes an answer.

use serde::{Deserialize, Serialize};

use crate::id::RoutingProfileId;

/// The routing profile every installation starts with.
pub const DIRECT_LLM: &str = "direct_llm";

/// A routing profile: data; its kind names the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct RoutingProfile {
    /// The row.
    pub id: RoutingProfileId,
    /// The name on the wire, such as `direct_llm`; unique among its owner's.
    pub slug: String,
    /// The display name.
    pub name: String,
    /// What it does, as a sentence.
    pub description: String,
    /// The code that executes it.
    pub kind: RoutingKind,
}

/// The code that executes a routing profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoutingKind {
    /// Straight to a provider.
    DirectLlm,
}

impl RoutingKind {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DirectLlm => "direct_llm",
        }
    }
}

impl std::str::FromStr for RoutingKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::DirectLlm]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("“{text}” is no routing kind"))
    }
}
