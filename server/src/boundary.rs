//! The outer edge of every request: its identifier, its span, its error body, its headers, its log line.

use axum::{
    Json,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue};
use models::error::ErrorCode;
use tracing::Instrument;
use uuid::Uuid;

use crate::{failure::Failure, security::headers};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest identifier taken over from a client.
const REQUEST_ID_BYTES: usize = 64;

/// Runs a request inside its span and finishes the response.
pub(crate) async fn boundary(mut request: Request, next: Next) -> Response {
    let request_id = request_id(&request);
    // Handlers, pages and server functions read the identifier from the header.
    request.headers_mut().insert(REQUEST_ID, request_id.clone());
    let id = request_id.to_str().unwrap_or_default().to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = id,
        http.method = %request.method(),
        http.path = request.uri().path(),
    );
    async move {
        let mut response = next.run(request).await;
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            log(&failure);
            response = with_body(response, failure, &id);
        }
        headers::complete(&mut response);
        response.headers_mut().insert(REQUEST_ID, request_id);
        response
    }
    .instrument(span)
    .await
}

/// The words of a panic, for the log alone.
#[derive(Debug, thiserror::Error)]
#[error("the handler panicked: {0}")]
struct Panicked(String);

/// What a panic in a handler becomes.
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Failure::new(
        ErrorCode::Internal,
        "Chat Studio made a mistake.",
        "Try again. If it happens again, report it with the request id.",
    )
    .with_cause(Panicked(words.to_owned()))
    .into_response()
}

/// The client's identifier where it is short and plain, so that it can stand in logs; else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let given = request.headers().get(REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        (1..=REQUEST_ID_BYTES).contains(&bytes.len()) && bytes.iter().all(plain)
    });
    given.cloned().unwrap_or_else(|| {
        let id = Uuid::now_v7().to_string();
        HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    })
}

fn log(failure: &Failure) {
    let status = failure.public.code.status();
    let (message, cause) = (&failure.public.message, failure.chain());
    if status >= 500 {
        tracing::error!(http.status = status, error.cause = cause, "{message}");
    } else {
        tracing::info!(http.status = status, error.cause = cause, "{message}");
    }
}

/// Keeps the status and headers such as `Allow` of `response` and writes the one error shape.
fn with_body(response: Response, failure: Failure, id: &str) -> Response {
    let mut public = failure.public;
    id.clone_into(&mut public.request_id);
    let (parts, _) = response.into_parts();
    let mut written = (parts.status, Json(public)).into_response();
    for (name, value) in &parts.headers {
        if name != http::header::CONTENT_LENGTH && name != http::header::CONTENT_TYPE {
            written.headers_mut().append(name, value.clone());
        }
    }
    written
}
