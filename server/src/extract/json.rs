//! JSON bodies.

use std::error::Error;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use models::error::ErrorCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::{failure::Failure, security::body::too_large, state::AppState};

/// A body of type `application/json` that fits `T` to the last field.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::new(
                ErrorCode::UnsupportedMediaType,
                "The body is not declared as JSON.",
                "Send the header “Content-Type: application/json”.",
            ));
        }
        let http = &state.config().http;
        let bytes = tokio::time::timeout(http.body_time(), Bytes::from_request(request, state))
            .await
            .map_err(|_| {
                Failure::new(
                    ErrorCode::Timeout,
                    format!("The body took longer than {} seconds to arrive.", http.body_seconds),
                    "Send it again over a faster connection.",
                )
            })?
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => too_large(http.body_bytes),
                _ => broken(&rejection).with_cause(rejection),
            })?;
        // Serde would take a list for an object's fields in their order.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(unfit("a list stands where an object is expected"));
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            misfit(error.inner(), &path)
        })?;
        json.end().map_err(|error| misfit(&error, "."))?;
        Ok(Self(value))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

fn broken(error: &impl Error) -> Failure {
    Failure::new(
        ErrorCode::InvalidRequest,
        format!("The body could not be read: {error}."),
        "Send it again.",
    )
}

/// serde_json's words end with the line and column; `path` is `.` for the whole document.
fn misfit(error: &serde_json::Error, path: &str) -> Failure {
    let refused =
        |message: String, action: &str| Failure::new(ErrorCode::InvalidRequest, message, action);
    match error.classify() {
        Category::Data if path == "." => unfit(&error.to_string()),
        Category::Data => unfit(&format!("{path}: {error}")),
        Category::Eof => refused(
            format!("The JSON ends too early: {error}."),
            "Send one whole JSON document, {} at least.",
        ),
        Category::Syntax | Category::Io => {
            refused(format!("The body is not JSON: {error}."), "Correct it at the place named.")
        }
    }
}

fn unfit(how: &str) -> Failure {
    Failure::new(
        ErrorCode::InvalidRequest,
        format!("The JSON does not fit this address: {how}."),
        "Correct the field; /api/docs shows the shape.",
    )
}
