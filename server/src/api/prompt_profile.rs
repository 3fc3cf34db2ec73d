//! Prompt profiles: list, create, replace, delete.

use axum::{Json, extract::State};
use http::StatusCode;
use models::{
    id::PromptProfileId,
    prompt_profile::{PromptProfile, PromptProfileInput},
};

use super::AnyFailure;
use crate::{
    extract::{JsonBody, PathId},
    failure::{Answer, Failure},
    state::AppState,
};

/// The prompt profiles, by name
#[utoipa::path(
    get, path = "/api/chat/ui/prompt-profiles", tag = "settings",
    responses((status = 200, description = "All of them", body = Vec<PromptProfile>), AnyFailure),
)]
pub(super) async fn list(State(state): State<AppState>) -> Answer<Vec<PromptProfile>> {
    Ok(Json(state.studio().prompt_profiles(state.caller()).await?))
}

/// Create a prompt profile
#[utoipa::path(
    post, path = "/api/chat/ui/prompt-profiles", tag = "settings",
    request_body = PromptProfileInput,
    responses((status = 201, description = "It", body = PromptProfile), AnyFailure),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    JsonBody(input): JsonBody<PromptProfileInput>,
) -> Result<(StatusCode, Json<PromptProfile>), Failure> {
    let created = state.studio().create_prompt_profile(state.caller(), input).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// Replace a prompt profile
#[utoipa::path(
    put, path = "/api/chat/ui/prompt-profiles/{id}", tag = "settings",
    params(("id" = PromptProfileId, Path, description = "The prompt profile")),
    request_body = PromptProfileInput,
    responses((status = 200, description = "It, replaced", body = PromptProfile), AnyFailure),
)]
pub(super) async fn replace(
    State(state): State<AppState>,
    PathId(id): PathId<PromptProfileId>,
    JsonBody(input): JsonBody<PromptProfileInput>,
) -> Answer<PromptProfile> {
    Ok(Json(state.studio().replace_prompt_profile(state.caller(), id, input).await?))
}

/// Delete a prompt profile; conversations that used it go on without one
#[utoipa::path(
    delete, path = "/api/chat/ui/prompt-profiles/{id}", tag = "settings",
    params(("id" = PromptProfileId, Path, description = "The prompt profile")),
    responses((status = 204, description = "It is gone"), AnyFailure),
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    PathId(id): PathId<PromptProfileId>,
) -> Result<StatusCode, Failure> {
    state.studio().delete_prompt_profile(state.caller(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
