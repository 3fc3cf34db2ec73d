//! Messages: asking again and going on.

use axum::{Json, extract::State};
use http::StatusCode;
use models::{conversation::SendReceipt, id::MessageId};

use super::AnyFailure;
use crate::{extract::PathId, failure::Failure, state::AppState};

/// Answer the same question again, as a sibling of this answer
#[utoipa::path(
    post, path = "/api/chat/ui/messages/{id}/retry", tag = "messages",
    params(("id" = MessageId, Path, description = "The assistant's message")),
    responses((status = 202, description = "The new run", body = SendReceipt), AnyFailure),
)]
pub(super) async fn retry(
    State(state): State<AppState>,
    PathId(id): PathId<MessageId>,
) -> Result<(StatusCode, Json<SendReceipt>), Failure> {
    let receipt = state.studio().retry(state.caller(), id).await?;
    Ok((StatusCode::ACCEPTED, Json(receipt)))
}

/// Go on writing an answer that was stopped, cut or interrupted
#[utoipa::path(
    post, path = "/api/chat/ui/messages/{id}/continue", tag = "messages",
    operation_id = "continue",
    params(("id" = MessageId, Path, description = "The assistant's message")),
    responses((status = 202, description = "The new run", body = SendReceipt), AnyFailure),
)]
pub(super) async fn continue_answer(
    State(state): State<AppState>,
    PathId(id): PathId<MessageId>,
) -> Result<(StatusCode, Json<SendReceipt>), Failure> {
    let receipt = state.studio().continue_answer(state.caller(), id).await?;
    Ok((StatusCode::ACCEPTED, Json(receipt)))
}
