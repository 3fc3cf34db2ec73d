//! What the LLM Config page asks of the server. Keys go in and never come out.

use leptos::prelude::*;
use models::{
    detection::PendingDetection,
    error::{ApiError, ErrorCode},
    health::ProviderCheck,
    id::{DetectionId, ModelId, ProviderId},
    model::{Model, ModelEdit, ModelPage},
    provider::{Provider, ProviderTest},
};
#[cfg(feature = "ssr")]
use models::{
    model::ModelQuery,
    provider::{ProviderInput, ProviderKind},
};
use serde::{Deserialize, Serialize};

use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::{caller, fail, redirect_plain_form, refused};

/// Where a form without script goes once its change is stored.
#[cfg(feature = "ssr")]
const PAGE: &str = "/llm-config";
/// Models on one page of a provider's list.
pub(crate) const MODELS_SHOWN: u32 = 50;

/// All that the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LlmConfig {
    /// By name, without the built-in Guide.
    pub providers: Vec<ListedProvider>,
    /// What was found and waits to be saved, oldest first.
    pub waiting: Vec<PendingDetection>,
    /// What new conversations use: the model's and its provider's name.
    pub default: Option<(String, String)>,
}

/// A provider with what its card shows besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListedProvider {
    /// The provider.
    pub provider: Provider,
    /// How it fared, oldest first.
    pub checks: Vec<ProviderCheck>,
    /// The outcome of its last connection test since the server started.
    pub test: Option<ProviderTest>,
}

/// A page of a provider's models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProviderModels {
    /// The provider.
    pub provider: Provider,
    /// Some of its models.
    pub page: ModelPage,
}

impl LlmConfig {
    /// The provider with this identifier.
    pub(crate) fn provider(&self, id: ProviderId) -> Option<&ListedProvider> {
        self.providers.iter().find(|listed| listed.provider.id == id)
    }
}

/// The caller's providers, and what waits to be saved. Never waits for a provider.
#[server(prefix = "/api/ui", endpoint = "llm-config")]
pub(crate) async fn load_llm_config() -> Result<LlmConfig, StudioError> {
    /// Observations that a card's plot shows.
    const CHECKS: u32 = 48;

    let (studio, caller) = caller();
    let mut providers = Vec::new();
    for provider in studio.providers(&caller).await.map_err(fail)? {
        let checks = studio.provider_checks(&caller, provider.id, CHECKS).await.map_err(fail)?;
        let test = studio.last_test(provider.id);
        providers.push(ListedProvider { provider, checks, test });
    }
    let default = studio.default_model(&caller).await.map_err(fail)?;
    Ok(LlmConfig {
        providers,
        waiting: studio.pending_detections(&caller),
        default: default.map(|model| (model.label().to_owned(), model.provider)),
    })
}

/// Adds a provider and asks it for its models; an empty key is none, an empty kind is found out.
#[server(prefix = "/api/ui", endpoint = "providers/add")]
pub(crate) async fn add_provider(
    name: String,
    base_url: String,
    key: String,
    #[server(default)] kind: String,
) -> Result<Provider, StudioError> {
    let (studio, caller) = caller();
    let input = input(name, base_url, key, &kind, false);
    let added = studio.create_provider(&caller, input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(added)
}

/// Changes a provider; an empty key keeps the stored one, an empty kind is found out.
#[server(prefix = "/api/ui", endpoint = "providers/replace")]
pub(crate) async fn replace_provider(
    provider: ProviderId,
    name: String,
    base_url: String,
    key: String,
    #[server(default)] kind: String,
    // A box that is not ticked is not posted.
    #[server(default)] remove_key: bool,
) -> Result<Provider, StudioError> {
    let (studio, caller) = caller();
    let input = input(name, base_url, key, &kind, remove_key);
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

/// Finds out what is at an address; the page shows it, and nothing is stored.
#[server(prefix = "/api/ui", endpoint = "providers/detect")]
pub(crate) async fn detect_address(
    #[server(default)] name: String,
    base_url: String,
    #[server(default)] key: String,
    // The form has it for saving; what is found out needs no word about it.
    #[server(default)] kind: String,
) -> Result<PendingDetection, StudioError> {
    let (studio, caller) = caller();
    let input = input(name, base_url, key, &kind, false);
    let found = studio.detect(&caller, &input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(found)
}

/// Asks a provider again what it has; the page shows what saving it would change.
#[server(prefix = "/api/ui", endpoint = "providers/detect-again")]
pub(crate) async fn detect_again(provider: ProviderId) -> Result<PendingDetection, StudioError> {
    let (studio, caller) = caller();
    let found = studio.detect_again(&caller, provider).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(found)
}

/// Looks for model servers on the computer that Chat Studio runs on; gives how many were found and how
/// many ports were silent.
#[server(prefix = "/api/ui", endpoint = "providers/scan")]
pub(crate) async fn scan() -> Result<(u32, u32), StudioError> {
    let (studio, caller) = caller();
    let scan = studio.scan(&caller).await.map_err(fail)?;
    let found = u32::try_from(scan.found.len()).unwrap_or(u32::MAX);
    redirect_plain_form(&format!("{PAGE}?found={found}&silent={}", scan.silent));
    Ok((found, scan.silent))
}

/// Stores what was found.
#[server(prefix = "/api/ui", endpoint = "detections/save")]
pub(crate) async fn save_detection(
    detection: DetectionId,
    #[server(default)] name: String,
) -> Result<Provider, StudioError> {
    let (studio, caller) = caller();
    let saved = studio.save_detection(&caller, detection, &name).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(saved)
}

/// Forgets what was found.
#[server(prefix = "/api/ui", endpoint = "detections/dismiss")]
pub(crate) async fn dismiss_detection(detection: DetectionId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.dismiss_detection(&caller, detection);
    redirect_plain_form(PAGE);
    Ok(())
}

/// Tries a provider with real, tiny requests.
#[server(prefix = "/api/ui", endpoint = "providers/test")]
pub(crate) async fn test_provider(provider: ProviderId) -> Result<ProviderTest, StudioError> {
    let (studio, caller) = caller();
    let test = studio.test_provider(&caller, provider).await.map_err(fail)?;
    redirect_plain_form(&format!("{PAGE}#provider-{provider}"));
    Ok(test)
}

/// Adds what an exported file holds; gives a sentence about what was added.
#[server(prefix = "/api/ui", endpoint = "configuration/import")]
pub(crate) async fn import_configuration(text: String) -> Result<String, StudioError> {
    let (studio, caller) = caller();
    let file = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    let summary = studio.import_configuration(&caller, file).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    let keys =
        if summary.added.is_empty() { "" } else { " Enter the keys of those that want one." };
    Ok(format!(
        "Added {} providers, kept {}, and took over what was said of {} models.{keys}",
        summary.added.len(),
        summary.kept.len(),
        summary.models,
    ))
}

/// Some of a provider's models.
#[server(prefix = "/api/ui", endpoint = "models/of-provider")]
pub(crate) async fn load_provider_models(
    provider: ProviderId,
    text: String,
    skip: u32,
) -> Result<ProviderModels, StudioError> {
    let (studio, caller) = caller();
    let query =
        ModelQuery { text, provider: Some(provider), selectable: false, limit: MODELS_SHOWN, skip };
    let page = studio.find_models(&caller, &query).await.map_err(fail)?;
    let provider = studio.provider(&caller, provider).await.map_err(fail)?;
    Ok(ProviderModels { provider, page })
}

/// A model, and what the owner has said of it.
#[server(prefix = "/api/ui", endpoint = "models/one")]
pub(crate) async fn load_model(model: ModelId) -> Result<(Model, ModelEdit), StudioError> {
    let (studio, caller) = caller();
    studio.model(&caller, model).await.map_err(fail)
}

/// Stores what the owner says of a model.
#[server(prefix = "/api/ui", endpoint = "models/edit")]
pub(crate) async fn edit_model(
    model: ModelId,
    // The form's fields by name; what is empty is left to the server's word.
    #[server(flatten)] form: super::model_form::ModelForm,
) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    let edit = form.read()?;
    studio.edit_model(&caller, model, edit).await.map_err(fail)?;
    let (model, _) = studio.model(&caller, model).await.map_err(fail)?;
    redirect_plain_form(&format!("{PAGE}/models?provider={}", model.provider_id));
    Ok(())
}

/// Makes a model one that can be picked, or none.
#[server(prefix = "/api/ui", endpoint = "models/enable")]
pub(crate) async fn enable_model(model: ModelId, enabled: bool) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.enable_model(&caller, model, enabled).await.map_err(fail)?;
    back_to_models(&studio, &caller, model).await
}

/// Puts a model among those at the top, or takes it away from there.
#[server(prefix = "/api/ui", endpoint = "models/favour")]
pub(crate) async fn favour_model(model: ModelId, favourite: bool) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.favour_model(&caller, model, favourite).await.map_err(fail)?;
    back_to_models(&studio, &caller, model).await
}

/// Makes a model the one that new conversations use.
#[server(prefix = "/api/ui", endpoint = "models/default")]
pub(crate) async fn set_default_model(model: ModelId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.set_default_model(&caller, model).await.map_err(fail)?;
    back_to_models(&studio, &caller, model).await
}

#[cfg(feature = "ssr")]
async fn back_to_models(
    studio: &studio::Studio,
    caller: &studio::Caller,
    model: ModelId,
) -> Result<(), StudioError> {
    let (model, _) = studio.model(caller, model).await.map_err(fail)?;
    redirect_plain_form(&format!("{PAGE}/models?provider={}", model.provider_id));
    Ok(())
}

/// The address of the page names nothing.
pub(crate) fn nameless(what: &str) -> StudioError {
    StudioError(ApiError::new(
        ErrorCode::NotFound,
        format!("This address names no {what}."),
        "Go back to the providers and choose one there.",
    ))
}

/// What was pasted is no exported file.
#[cfg(feature = "ssr")]
fn unreadable(error: &serde_json::Error) -> StudioError {
    let message = format!("This is no exported configuration: {error}.");
    refused(ErrorCode::InvalidRequest, message, "Paste the whole content of the file.")
}

#[cfg(feature = "ssr")]
fn input(
    name: String,
    base_url: String,
    key: String,
    kind: &str,
    remove_key: bool,
) -> ProviderInput {
    // A word that is no protocol can only come from a form of another version: find out instead.
    let kind = kind.parse::<ProviderKind>().ok();
    ProviderInput { kind, name, base_url, key: Some(key), remove_key }
}
