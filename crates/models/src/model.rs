//! Models: what a provider can run.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ModelId, ProviderId},
    provider::ProviderKind,
    timestamp::Timestamp,
};

/// A model of one provider, as the selector shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Model {
    /// The model.
    pub id: ModelId,
    /// The provider that serves it.
    pub provider_id: ProviderId,
    /// The provider's display name.
    pub provider: String,
    /// The protocol.
    pub kind: ProviderKind,
    /// The identifier at the provider, to the letter.
    pub name: String,
    /// Tokens of context, where the provider told.
    pub context_length: Option<u32>,
    /// When the provider last listed it.
    pub seen_at: Timestamp,
    /// Whether new conversations use it.
    pub is_default: bool,
}
