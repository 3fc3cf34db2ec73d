//! The one error of the server functions: the public half of a failure of the business layer.

use std::fmt;

use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use models::error::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};

/// A failure as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StudioError(pub ApiError);

impl StudioError {
    /// What happened and what to do about it, in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{} {}", self.0.message, self.0.action).trim().to_owned()
    }

    /// The server could not be reached.
    pub(crate) fn no_answer() -> Self {
        Self(ApiError::new(
            ErrorCode::Unavailable,
            "Chat Studio did not answer.",
            "Check that it is running, then try again.",
        ))
    }

    /// What the server said makes no sense here.
    pub(crate) fn not_understood() -> Self {
        Self(ApiError::new(
            ErrorCode::Internal,
            "The answer of Chat Studio was not understood.",
            "Reload the page: it may be older than the server.",
        ))
    }
}

impl fmt::Display for StudioError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for StudioError {}

impl FromServerFnError for StudioError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::no_answer(),
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                Self(ApiError::new(
                    ErrorCode::InvalidRequest,
                    format!("The form was not understood: {detail}."),
                    "Reload the page and try again.",
                ))
            }
            _ => Self::not_understood(),
        }
    }
}
