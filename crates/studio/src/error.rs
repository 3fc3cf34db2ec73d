//! The one error of the business layer: what the caller may see, and what only the log may.

use models::error::{ApiError, ErrorCode};
use store::{Conflict, StoreError};

/// A failure with its public words and, apart from them, its cause for the log.
#[derive(Debug, thiserror::Error)]
#[error("{}", public.message)]
pub struct Error {
    /// What the caller sees.
    pub public: ApiError,
    /// What the log sees besides; printed with its whole chain at the boundary.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure that is fully explained by its public words.
    pub(crate) fn new(
        code: ErrorCode,
        message: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { public: ApiError::new(code, message, action), cause: None }
    }

    pub(crate) fn invalid(message: impl Into<String>, action: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message, action)
    }

    pub(crate) fn too_large(what: &str, limit: usize, unit: &str) -> Self {
        Self::new(
            ErrorCode::TooLarge,
            format!("The {what} is longer than {limit} {unit}."),
            "Shorten it and try again.",
        )
    }

    /// The same failure, naming what would have been accepted.
    pub(crate) fn with_known(mut self, known: Vec<String>) -> Self {
        self.public = self.public.with_known(known);
        self
    }

    /// The same failure with its cause for the log.
    pub(crate) fn because(
        mut self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what } => Self::new(
                ErrorCode::NotFound,
                format!("There is no such {what}."),
                "It may have been deleted. Go back to the list and choose another.",
            ),
            StoreError::Conflict { what } => conflict(what),
            StoreError::Full => Self::new(
                ErrorCode::Unavailable,
                "The disk that holds the database is full.",
                "Free some space and try again; nothing was changed.",
            )
            .because(error),
            StoreError::Busy => Self::new(
                ErrorCode::Unavailable,
                "The database is too busy.",
                "Try again in a moment; nothing was changed.",
            )
            .because(error),
            error => Self::new(
                ErrorCode::Internal,
                "The database failed.",
                "Try again. If it stays, look for this request in the server's log.",
            )
            .because(error),
        }
    }
}

fn conflict(what: Conflict) -> Error {
    let (message, action) = match what {
        Conflict::NameTaken => ("This name is taken.", "Choose another name."),
        Conflict::Stale => (
            "This was changed meanwhile, perhaps in another tab.",
            "Load it again and repeat the change.",
        ),
        Conflict::Running => (
            "An answer is still being written in this conversation.",
            "Wait until it is complete, or stop it first.",
        ),
    };
    Error::new(ErrorCode::Conflict, message, action)
}
