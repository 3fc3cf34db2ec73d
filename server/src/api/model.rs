//! Models: list.

use axum::{Json, extract::State};
use models::model::Model;

use super::AnyFailure;
use crate::{failure::Answer, state::AppState};

/// The models of every provider, as last listed
#[utoipa::path(
    get, path = "/api/chat/ui/models", tag = "settings",
    responses((status = 200, description = "By provider and name", body = Vec<Model>), AnyFailure),
)]
pub(super) async fn list(State(state): State<AppState>) -> Answer<Vec<Model>> {
    Ok(Json(state.studio().models(state.caller()).await?))
}
