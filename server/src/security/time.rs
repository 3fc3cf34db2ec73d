//! Ends requests that take too long.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use models::error::ErrorCode;

use crate::{failure::Failure, state::AppState};

/// Answers 504 when no response has begun within the limit.
pub(crate) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let patience = state.config().http.request_time();
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(
            ErrorCode::Timeout,
            format!("The request took longer than {} seconds.", patience.as_secs()),
            "Try again; if it stays slow, look into the server's log.",
        )
        .into_response(),
    }
}
