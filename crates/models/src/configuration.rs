//! The configuration as a file: providers and what the owner says of their models, never a key.

use serde::{Deserialize, Serialize};

use crate::{
    detection::ServerKind, facts::ModelFacts, parameters::Parameters, provider::ProviderKind,
};

/// The form of the file; another number is another form.
pub const CONFIGURATION_VERSION: u32 = 1;

/// Everything the LLM Config page holds but the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// [`CONFIGURATION_VERSION`].
    pub version: u32,
    /// By name.
    pub providers: Vec<ConfiguredProvider>,
    /// What new conversations use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_model: Option<ConfiguredDefault>,
}

/// A provider without its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfiguredProvider {
    /// Unique among the owner's.
    pub name: String,
    /// The protocol.
    pub kind: ProviderKind,
    /// The address below which the protocol's paths lie.
    pub base_url: String,
    /// The software, where it could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerKind>,
    /// Only those of which the owner has said something.
    #[serde(default)]
    pub models: Vec<ConfiguredModel>,
}

/// What the owner says of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfiguredModel {
    /// The identifier at the provider, to the letter.
    pub name: String,
    /// The name shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether it can be picked.
    pub enabled: bool,
    /// Whether it stands at the top.
    pub favourite: bool,
    /// What the owner knows better than the server.
    #[serde(default)]
    pub facts: ModelFacts,
    /// Sent with every request that does not say otherwise.
    #[serde(default)]
    pub parameters: Parameters,
}

/// The default model by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfiguredDefault {
    /// The provider's name.
    pub provider: String,
    /// The model's identifier at it.
    pub model: String,
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ImportSummary {
    /// Providers that were added; each wants its key, if it has one.
    pub added: Vec<String>,
    /// Providers that were there already and kept their address and key.
    pub kept: Vec<String>,
    /// Models that got the owner's word from the file.
    pub models: u32,
}
