//! Routing profiles: list.

use axum::{Json, extract::State};
use models::routing_profile::RoutingProfile;

use super::AnyFailure;
use crate::{failure::Answer, state::AppState};

/// The routing profiles, in their order
#[utoipa::path(
    get, path = "/api/chat/ui/profiles", tag = "settings",
    responses((status = 200, description = "All of them", body = Vec<RoutingProfile>), AnyFailure),
)]
pub(super) async fn list(State(state): State<AppState>) -> Answer<Vec<RoutingProfile>> {
    Ok(Json(state.studio().routing_profiles(state.caller()).await?))
}
