//! Metrics: the summary.

use axum::{Json, extract::State};
use models::metric::MetricSummary;
use serde::Deserialize;
use utoipa::IntoParams;

use super::AnyFailure;
use crate::{extract::QueryFields, failure::Answer, state::AppState};

/// The span to sum.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// Hours back from now, 1 to 8 760.
    hours: u32,
}

impl Default for Span {
    fn default() -> Self {
        Self { hours: 24 }
    }
}

/// Answers of the last hours in numbers
#[utoipa::path(
    get, path = "/api/chat/ui/metrics", tag = "operation",
    params(Span),
    responses((status = 200, description = "The sums", body = MetricSummary), AnyFailure),
)]
pub(super) async fn summary(
    State(state): State<AppState>,
    QueryFields(Span { hours }): QueryFields<Span>,
) -> Answer<MetricSummary> {
    Ok(Json(state.studio().metrics(state.caller(), hours).await?))
}
