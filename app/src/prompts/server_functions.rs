//! What the Prompts page asks of the server.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use models::prompt_profile::PromptProfileInput;
use models::{id::PromptProfileId, prompt_profile::PromptProfile};

use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::{caller, fail, redirect_plain_form};

/// Where a form without script goes once its change is stored.
#[cfg(feature = "ssr")]
const PAGE: &str = "/prompts";

/// The caller's prompt profiles by name.
#[server(prefix = "/api/ui", endpoint = "prompts")]
pub(crate) async fn list_prompts() -> Result<Vec<PromptProfile>, StudioError> {
    let (studio, caller) = caller();
    studio.prompt_profiles(&caller).await.map_err(fail)
}

/// Stores a new prompt profile.
#[server(prefix = "/api/ui", endpoint = "prompts/create")]
pub(crate) async fn create_prompt(
    name: String,
    description: String,
    system_prompt: String,
) -> Result<PromptProfile, StudioError> {
    let (studio, caller) = caller();
    let input = input(name, description, &system_prompt, None);
    let created = studio.create_prompt_profile(&caller, input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(created)
}

/// Replaces a prompt profile, unless it has another version than the one the form was filled from.
#[server(prefix = "/api/ui", endpoint = "prompts/replace")]
pub(crate) async fn replace_prompt(
    profile: PromptProfileId,
    version: i64,
    name: String,
    description: String,
    system_prompt: String,
) -> Result<PromptProfile, StudioError> {
    let (studio, caller) = caller();
    let input = input(name, description, &system_prompt, Some(version));
    let replaced = studio.replace_prompt_profile(&caller, profile, input).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(replaced)
}

/// Deletes a prompt profile.
#[server(prefix = "/api/ui", endpoint = "prompts/delete")]
pub(crate) async fn delete_prompt(profile: PromptProfileId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.delete_prompt_profile(&caller, profile).await.map_err(fail)?;
    redirect_plain_form(PAGE);
    Ok(())
}

/// Browsers post every line break of a form as two characters; a script sends one.
#[cfg(feature = "ssr")]
fn input(
    name: String,
    description: String,
    system_prompt: &str,
    version: Option<i64>,
) -> PromptProfileInput {
    let system_prompt = system_prompt.replace("\r\n", "\n");
    PromptProfileInput { name, description, system_prompt, version }
}
