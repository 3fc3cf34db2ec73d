//! What is wrong with answers that came but are none, the same for every protocol.

use models::run::FailureClass;

use crate::{error::ProviderError, transport::Server};

/// The server ended the answer without finishing it, and said so: `what` it did.
pub(crate) fn gave_up(server: &Server, what: &str) -> ProviderError {
    ProviderError::new(
        FailureClass::Overloaded,
        format!("{} {what}.", server.name),
        "Try again in a moment, or choose another model.",
    )
    .retryable()
}

/// A part of the answer is not what the protocol says.
pub(crate) fn unreadable(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent a part of the answer that cannot be read.", server.name),
        "Try again. If it happens every time, the server does not speak this protocol.",
    )
}

/// Tool calls without a name, or more than can be told apart.
pub(crate) fn confused_calls(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent tool calls that make no sense.", server.name),
        "Try again, or choose a model that is good with tools.",
    )
}

/// A success that is something else.
pub(crate) fn no_answer(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} answered, but not with a chat answer.", server.name),
        format!("Check the base URL; {}.", server.base_url_hint),
    )
}

/// The answer began and ended, but its finish is missing. Proxies close the stream in good order even
/// when the server behind them broke off, so only the protocol's own finish counts.
pub(crate) fn unfinished(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} stopped before the answer was finished.", server.name),
        "Continue the answer, or try again.",
    )
    .retryable()
}

/// Nothing of an answer came.
pub(crate) fn empty(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} ended the answer without a word.", server.name),
        "Try again. If it happens every time, check the base URL and the server's log.",
    )
    .retryable()
}
