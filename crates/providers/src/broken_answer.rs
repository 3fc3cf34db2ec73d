//! The ways an answer can break off or make no sense, the same words for every protocol.

use models::run::FailureClass;

use crate::{error::ProviderError, transport::Server};

/// A part of the answer that must not be skipped, or an answer with a hole would look whole.
pub(crate) fn unreadable(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent a part of the answer that cannot be read.", server.name),
        "Try again. If it happens every time, the server does not speak this protocol.",
    )
}

/// Tool calls without a name, or too many of them.
pub(crate) fn confused_calls(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent tool calls that make no sense.", server.name),
        "Try again, or choose a model that is good with tools.",
    )
}

/// A success that is nothing this protocol knows.
pub(crate) fn no_answer(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} answered, but not with a chat answer.", server.name),
        "Check the base URL; it usually ends in /v1.",
    )
}

/// The bytes ended in good order, but the server never said that the answer was done.
pub(crate) fn unfinished(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} stopped before the answer was finished.", server.name),
        "Continue the answer, or try again.",
    )
    .retryable()
}

/// An answer that ended before it began.
pub(crate) fn empty(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} ended the answer without a word.", server.name),
        "Try again. If it happens every time, check the base URL and the server's log.",
    )
    .retryable()
}

/// The server ended the answer on purpose, for a reason that has no message.
pub(crate) fn gave_up(server: &Server, what: &str) -> ProviderError {
    ProviderError::new(
        FailureClass::Overloaded,
        format!("{} {what}.", server.name),
        "Try again in a moment, or choose another model.",
    )
    .retryable()
}
