//! How a provider fares.

use serde::{Deserialize, Serialize};

use crate::{run::FailureClass, timestamp::Timestamp};

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckSource {
    /// An answer that a person wanted.
    Use,
    /// A list of models.
    Listing,
    /// A connection test.
    Test,
}

/// One observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ProviderCheck {
    /// What was observed.
    pub source: CheckSource,
    /// When.
    pub at: Timestamp,
    /// Milliseconds to the first output, or to the list; absent when none came.
    pub latency_ms: Option<u32>,
    /// What went wrong; absent when nothing did.
    pub failure: Option<FailureClass>,
}
