//! What the LLM Config page asks of the server. Keys go in and never come out.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use models::provider::ProviderInput;
use models::{
    id::{ModelId, ProviderId},
    model::Model,
    provider::{Provider, ProviderKind, ProviderTest},
};
use serde::{Deserialize, Serialize};

use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::{caller, fail, redirect_plain_form};

/// Where a form without script goes once its change is stored.
#[cfg(feature = "ssr")]
const PAGE: &str = "/llm-config";

/// All that the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LlmConfig {
    /// By name, without the built-in Guide.
    pub providers: Vec<Provider>,
    /// By provider and name, the Guide's included; exactly one is the default.
    pub models: Vec<Model>,
}

impl LlmConfig {
    /// The provider with this identifier.
    pub(crate) fn provider(&self, id: ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The models of a provider; without one, those of the built-in Guide.
    pub(crate) fn models_of(&self, provider: Option<ProviderId>) -> Vec<Model> {
        let belongs = |model: &&Model| match provider {
            Some(id) => model.provider_id == id,
            None => model.kind == ProviderKind::Guide,
        };
        self.models.iter().filter(belongs).cloned().collect()
    }

    /// The model that new conversations use.
    pub(crate) fn default_model(&self) -> Option<ModelId> {
        self.models.iter().find(|model| model.is_default).map(|model| model.id)
    }
}

/// The caller's providers and their models. Never waits for a provider.
#[server(prefix = "/api/ui", endpoint = "llm-config")]
pub(crate) async fn load_llm_config() -> Result<LlmConfig, StudioError> {
    let (studio, caller) = caller();
    let providers = studio.providers(&caller).await.map_err(fail)?;
    let models = studio.models(&caller).await.map_err(fail)?;
    Ok(LlmConfig { providers, models })
}

/// Adds a provider and asks it for its models; an empty key is none.
#[server(prefix = "/api/ui", endpoint = "providers/add")]
pub(crate) async fn add_provider(
    name: String,
    base_url: String,
    key: String,
) -> Result<Provider, StudioError> {
    let (studio, caller) = caller();
    let input = ProviderInput { name, base_url, key: Some(key), remove_key: false };
    let added = studio.create_provider(&caller, input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(added)
}

/// Changes a provider; an empty key keeps the stored one.
#[server(prefix = "/api/ui", endpoint = "providers/replace")]
pub(crate) async fn replace_provider(
    provider: ProviderId,
    name: String,
    base_url: String,
    key: String,
    // A box that is not ticked is not posted.
    #[server(default)] remove_key: bool,
) -> Result<Provider, StudioError> {
    let (studio, caller) = caller();
    let input = ProviderInput { name, base_url, key: Some(key), remove_key };
    let replaced = studio.replace_provider(&caller, provider, input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(replaced)
}

/// Removes a provider with its key and its models.
#[server(prefix = "/api/ui", endpoint = "providers/remove")]
pub(crate) async fn remove_provider(provider: ProviderId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.delete_provider(&caller, provider).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(())
}

/// Asks a provider for its models. Without script the outcome is read from what was stored, and only
/// the time travels in the address.
#[server(prefix = "/api/ui", endpoint = "providers/test")]
pub(crate) async fn test_provider(provider: ProviderId) -> Result<ProviderTest, StudioError> {
    let (studio, caller) = caller();
    let test = studio.test_provider(&caller, provider).await.map_err(fail)?;
    redirect_plain_form(&format!("{PAGE}?tested={provider}&ms={}", test.latency_ms));
    Ok(test)
}

/// Makes a model the one that new conversations use.
#[server(prefix = "/api/ui", endpoint = "models/default")]
pub(crate) async fn set_default_model(model: ModelId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.set_default_model(&caller, model).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(())
}
