//! The one error shape of the HTTP API and of the server functions.

use serde::{Deserialize, Serialize};

/// What kind of thing went wrong; decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong: 400.
    InvalidRequest,
    /// The request came from another site, or asked for another host: 403.
    Forbidden,
    /// Nothing with this identifier belongs to the caller: 404.
    NotFound,
    /// The path exists, but not for this method: 405.
    MethodNotAllowed,
    /// The thing changed or is busy meanwhile: 409.
    Conflict,
    /// The body or a field is longer than its limit: 413.
    TooLarge,
    /// The body is not of the media type this address takes: 415.
    UnsupportedMediaType,
    /// Too much is under way already: 429.
    Busy,
    /// The provider could not be reached or refused: 502.
    Provider,
    /// Something took longer than its limit: 504.
    Timeout,
    /// The server cannot work at the moment, such as a full disk: 503.
    Unavailable,
    /// A defect of Chat Studio: 500.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with this code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Busy => 429,
            Self::Internal => 500,
            Self::Provider => 502,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }
}

/// A failure as a person or a program outside sees it. Holds no secret and no internal detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[error("{message} {action}")]
pub struct ApiError {
    /// What kind of failure this is.
    pub code: ErrorCode,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub action: String,
    /// The request this belongs to, as in the log and the `x-request-id` header; empty in the browser.
    #[serde(default)]
    pub request_id: String,
    /// Identifiers that would have been accepted, where the request named an unknown one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
}

impl ApiError {
    /// An error without a request identifier, which the server's boundary fills in.
    pub fn new(code: ErrorCode, message: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            action: action.into(),
            request_id: String::new(),
            known: Vec::new(),
        }
    }

    /// The same error, naming what would have been accepted.
    #[must_use]
    pub fn with_known(mut self, known: Vec<String>) -> Self {
        self.known = known;
        self
    }
}
