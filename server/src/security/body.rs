//! Refuses bodies over the limit before anything reads them.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use http::header::{CONTENT_LENGTH, EXPECT};
use models::error::ErrorCode;

use crate::{failure::Failure, state::AppState};

/// Where files are given, which may be larger than anything else.
const UPLOAD: &str = "/api/chat/ui/attachments";

/// How many times the limit is read and thrown away so that the client sees the answer: closing a
/// connection with unread data makes many clients report a broken connection instead.
const DRAINED: usize = 16;

/// Answers 413 to a body that announces too much; the extractors stop at bodies that do not say.
pub(crate) async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let config = state.config();
    let limit = match request.uri().path() {
        UPLOAD => config.upload_bytes(),
        _ => config.http.body_bytes,
    };
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_none_or(|bytes| bytes <= limit) {
        return next.run(request).await;
    }
    if !request.headers().contains_key(EXPECT) {
        let patience = config.http.body_time();
        // Whether the client finished or was too slow makes no difference to the answer.
        let _ = tokio::time::timeout(patience, drain(request.into_body(), limit)).await;
    }
    too_large(limit).into_response()
}

/// What a body over `limit` bytes is answered with.
pub(crate) fn too_large(limit: usize) -> Failure {
    Failure::new(
        ErrorCode::TooLarge,
        format!("The request is larger than {limit} bytes."),
        "Send less at a time, or raise http.body_bytes in studio.toml.",
    )
}

async fn drain(body: Body, limit: usize) {
    let mut left = limit.saturating_mul(DRAINED);
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}
