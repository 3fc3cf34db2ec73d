//! What a handler fails with: the words for the client, and the cause for the log.

use std::{error::Error, sync::Arc};

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use models::error::{ApiError, ErrorCode};

/// A failure on its way to the boundary, which writes the body, names the request and logs once.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) public: ApiError,
    pub(crate) cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(
        code: ErrorCode,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { public: ApiError::new(code, message, action), cause: None }
    }

    pub(crate) fn with_cause(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// No route has this path.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::new(
            ErrorCode::NotFound,
            format!("There is nothing at {path}."),
            "See /api/docs for the addresses that exist.",
        )
    }

    /// The causes from the outermost to the root, as one line.
    pub(crate) fn chain(&self) -> String {
        let mut next = self.cause.as_deref().map(|cause| cause as &dyn Error);
        let mut causes = Vec::new();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes.join(": ")
    }
}

impl From<ApiError> for Failure {
    fn from(public: ApiError) -> Self {
        Self { public, cause: None }
    }
}

impl From<studio::Error> for Failure {
    fn from(error: studio::Error) -> Self {
        Self { public: error.public, cause: error.cause.map(Arc::from) }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.public.code.status());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a JSON handler answers.
pub(crate) type Answer<T> = Result<axum::Json<T>, Failure>;
