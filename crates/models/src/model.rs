//! Models: what a provider can run.

use serde::{Deserialize, Serialize};

use crate::{
    facts::ModelFacts,
    id::{ModelId, ProviderId},
    parameters::Parameters,
    provider::ProviderKind,
    timestamp::Timestamp,
};

/// A model of one provider.
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
    /// What to call it: the owner's word, else the server's; absent when both say nothing.
    pub display_name: Option<String>,
    /// What is known of it, the owner's word first.
    pub facts: ModelFacts,
    /// Sent with every request of a conversation that does not say otherwise.
    #[serde(default)]
    pub parameters: Parameters,
    /// Whether it can be picked.
    pub enabled: bool,
    /// Whether the owner wants it at the top.
    pub favourite: bool,
    /// Whether the provider still listed it when it was last asked.
    pub listed: bool,
    /// When the provider last listed it.
    pub seen_at: Timestamp,
    /// When an answer was last asked of it.
    pub last_used_at: Option<Timestamp>,
    /// Whether new conversations use it.
    pub is_default: bool,
}

impl Model {
    /// What people read: the display name, else the identifier.
    #[must_use]
    pub fn label(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }
}

/// What the owner says of a model. Facts here win over what its server lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ModelEdit {
    /// At most 120 characters; empty or absent takes the server's word.
    pub display_name: Option<String>,
    /// Only what the owner knows better.
    pub facts: ModelFacts,
    /// Sent with every request of a conversation that does not say otherwise.
    pub parameters: Parameters,
}

/// Which models to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelQuery {
    /// Words that must all stand in the identifier, the display name or the provider's name; case does
    /// not matter.
    pub text: String,
    /// Only this provider's.
    pub provider: Option<ProviderId>,
    /// Only those that can be picked: enabled and still listed.
    pub selectable: bool,
    /// At most this many; 0 for all.
    pub limit: u32,
    /// So many of the first ones are left out; only with a limit.
    pub skip: u32,
}

/// Some of the models, favourites and recently used ones first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelPage {
    /// The models asked for.
    pub models: Vec<Model>,
    /// How many there are in all.
    pub total: u32,
}
