//! Conversations: list, create, open, change, delete.

use axum::{Json, extract::State};
use http::StatusCode;
use models::{
    conversation::{
        Conversation, ConversationCursor, ConversationDetail, ConversationPage, ConversationPatch,
        NewConversation,
    },
    error::ErrorCode,
    id::{ConversationId, MessageId},
    timestamp::Timestamp,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::AnyFailure;
use crate::{
    extract::{JsonBody, PathId, QueryFields},
    failure::{Answer, Failure},
    state::AppState,
};

/// Where a page of the list begins; both or neither.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// `updated_at` of the last conversation seen.
    #[param(value_type = Option<i64>)]
    before_updated_at: Option<Timestamp>,
    /// Its identifier.
    before_id: Option<ConversationId>,
}

/// Where a page of messages ends.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BeforeMessage {
    /// The oldest message seen; absent for the newest page.
    before: Option<MessageId>,
}

/// The newest conversations, or those before a given one
#[utoipa::path(
    get, path = "/api/chat/ui/conversations", tag = "conversations",
    params(Before),
    responses((status = 200, description = "A page", body = ConversationPage), AnyFailure),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    QueryFields(before): QueryFields<Before>,
) -> Answer<ConversationPage> {
    let cursor = match (before.before_updated_at, before.before_id) {
        (Some(updated_at), Some(id)) => Some(ConversationCursor { updated_at, id }),
        (None, None) => None,
        _ => {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "before_updated_at and before_id name one place together.",
                "Send both, as “next” of the page before gave them, or neither.",
            ));
        }
    };
    Ok(Json(state.studio().conversations(state.caller(), cursor).await?))
}

/// Create an empty conversation
#[utoipa::path(
    post, path = "/api/chat/ui/conversations", tag = "conversations",
    request_body = NewConversation,
    responses((status = 201, description = "It", body = Conversation), AnyFailure),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    JsonBody(new): JsonBody<NewConversation>,
) -> Result<(StatusCode, Json<Conversation>), Failure> {
    let created = state.studio().create_conversation(state.caller(), new).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// A conversation with its newest messages, or those before a given one
#[utoipa::path(
    get, path = "/api/chat/ui/conversations/{id}", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), BeforeMessage),
    responses((status = 200, description = "It", body = ConversationDetail), AnyFailure),
)]
pub(super) async fn open(
    State(state): State<AppState>,
    PathId(id): PathId<ConversationId>,
    QueryFields(BeforeMessage { before }): QueryFields<BeforeMessage>,
) -> Answer<ConversationDetail> {
    Ok(Json(state.studio().conversation(state.caller(), id, before).await?))
}

/// Change what the body names
#[utoipa::path(
    patch, path = "/api/chat/ui/conversations/{id}", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    request_body = ConversationPatch,
    responses((status = 200, description = "It, changed", body = Conversation), AnyFailure),
)]
pub(super) async fn change(
    State(state): State<AppState>,
    PathId(id): PathId<ConversationId>,
    JsonBody(patch): JsonBody<ConversationPatch>,
) -> Answer<Conversation> {
    Ok(Json(state.studio().change_conversation(state.caller(), id, patch).await?))
}

/// Remove a conversation and everything in it, for good
#[utoipa::path(
    delete, path = "/api/chat/ui/conversations/{id}", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    responses((status = 204, description = "It is gone"), AnyFailure),
)]
pub(super) async fn delete(
    State(state): State<AppState>,
    PathId(id): PathId<ConversationId>,
) -> Result<StatusCode, Failure> {
    state.studio().delete_conversation(state.caller(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
