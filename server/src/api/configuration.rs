//! The configuration as a file: out without keys, and in again.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header::CONTENT_DISPOSITION},
    response::{IntoResponse, Response},
};
use models::configuration::{Configuration, ImportSummary};

use super::AnyFailure;
use crate::{
    extract::JsonBody,
    failure::{Answer, Failure},
    state::AppState,
};

/// Providers and the owner's word on their models, without any key
#[utoipa::path(
    get, path = "/api/chat/ui/configuration", tag = "settings",
    responses((status = 200, description = "The file", body = Configuration), AnyFailure),
)]
pub(super) async fn export(State(state): State<AppState>) -> Result<Response, Failure> {
    let file = state.studio().export_configuration(state.caller()).await?;
    let name = HeaderValue::from_static("attachment; filename=\"chat-studio-configuration.json\"");
    Ok(([(CONTENT_DISPOSITION, name)], Json(file)).into_response())
}

/// Adds the providers of a file that are not there, and the owner's word on models
#[utoipa::path(
    post, path = "/api/chat/ui/configuration", tag = "settings",
    request_body = Configuration,
    responses((status = 200, description = "What was added", body = ImportSummary), AnyFailure),
)]
pub(super) async fn import(
    State(state): State<AppState>,
    JsonBody(file): JsonBody<Configuration>,
) -> Answer<ImportSummary> {
    Ok(Json(state.studio().import_configuration(state.caller(), file).await?))
}
