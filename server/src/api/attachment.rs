//! Attachments: files that are given first and sent with a message afterwards.

use std::fmt::Write;

use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use models::{attachment::Attachment, error::ErrorCode, id::AttachmentId};
use serde::Deserialize;

use super::AnyFailure;
use crate::{
    extract::{PathId, QueryFields},
    failure::Failure,
    security::{body::too_large, headers::SANDBOX},
    state::AppState,
};

/// An attachment never changes, and is its owner's alone.
const CACHING: &str = "private, max-age=31536000, immutable";

/// What the file is called.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Named {
    /// The file's name; folders in front of it are left out.
    name: String,
}

/// Take in a file, to be sent with a message
///
/// The body is the file as it is. What it is decides its content: a PNG, JPEG, WebP or GIF image, or
/// a text in UTF-8. Images over the limit are made smaller. A file that is not sent is removed after
/// a day.
#[utoipa::path(
    post, path = "/api/chat/ui/attachments", tag = "attachments",
    params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "What was taken in", body = Attachment), AnyFailure),
)]
pub(super) async fn upload(
    State(state): State<AppState>,
    QueryFields(Named { name }): QueryFields<Named>,
    request: Request,
) -> Result<(StatusCode, Json<Attachment>), Failure> {
    let config = state.config();
    let limit = config.upload_bytes();
    let _slot = state.studio().intake_slot().await?;
    let read = to_bytes(request.into_body(), limit);
    let content = tokio::time::timeout(config.http.body_time(), read)
        .await
        .map_err(|_| {
            let seconds = config.http.body_seconds;
            Failure::new(
                ErrorCode::Timeout,
                format!("The file took longer than {seconds} seconds to arrive."),
                "Send it again over a faster connection.",
            )
        })?
        .map_err(|error| too_large(limit).with_cause(error))?;
    let taken = state.studio().attach(state.caller(), &name, content.into()).await?;
    Ok((StatusCode::CREATED, Json(taken)))
}

/// Read an attachment's content
///
/// Images are shown where they stand; every other file is for saving only.
#[utoipa::path(
    get, path = "/api/chat/ui/attachments/{id}", tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The attachment")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        AnyFailure,
    ),
)]
pub(super) async fn read(
    State(state): State<AppState>,
    PathId(id): PathId<AttachmentId>,
) -> Result<Response, Failure> {
    let (info, content) = state.studio().attachment(state.caller(), id).await?;
    let is_image = info.width.is_some();
    let media_type = if is_image { info.media_type.as_str() } else { "text/plain; charset=utf-8" };
    let headers = [
        (CONTENT_TYPE, media_type),
        (CONTENT_DISPOSITION, &disposition(is_image, &info.name)),
        (CONTENT_SECURITY_POLICY, SANDBOX),
        (CACHE_CONTROL, CACHING),
    ];
    Ok((headers, content).into_response())
}

/// Remove an attachment that was not sent
#[utoipa::path(
    delete, path = "/api/chat/ui/attachments/{id}", tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The attachment")),
    responses((status = 204, description = "It is gone"), AnyFailure),
)]
pub(super) async fn remove(
    State(state): State<AppState>,
    PathId(id): PathId<AttachmentId>,
) -> Result<StatusCode, Failure> {
    state.studio().remove_attachment(state.caller(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The name as RFC 6266 wants it: every byte that is not plain is written in hexadecimal.
fn disposition(is_image: bool, name: &str) -> String {
    let mut header = String::from(if is_image { "inline" } else { "attachment" });
    header.push_str("; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            header.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            let _ = write!(header, "%{byte:02X}");
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_header() {
        assert_eq!(
            disposition(true, "a \"ü\"\r\n.png"),
            "inline; filename*=UTF-8''a%20%22%C3%BC%22%0D%0A.png"
        );
        assert_eq!(disposition(false, "x.html"), "attachment; filename*=UTF-8''x.html");
    }
}
