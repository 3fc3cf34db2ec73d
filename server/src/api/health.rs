//! Whether the server can work.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::AnyFailure;
use crate::{failure::Answer, state::AppState};

/// What a healthy server says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`; otherwise the answer is an error.
    status: &'static str,
}

/// Whether the server and its database answer
#[utoipa::path(
    get, path = "/health", tag = "operation",
    responses((status = 200, description = "They do", body = Health), AnyFailure),
)]
pub(super) async fn health(State(state): State<AppState>) -> Answer<Health> {
    state.studio().health().await?;
    Ok(Json(Health { status: "ok" }))
}
