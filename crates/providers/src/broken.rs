//! What is wrong with answers that came but are none, the same for every protocol.

use models::run::FailureClass;
use serde_json::Value;

use crate::{
    answer::Progress,
    error::ProviderError,
    error_body::ErrorBody,
    failure,
    transport::{self, Server},
};

/// A frame that is no part of the answer as the protocol writes it: an error in another shape, another
/// event, or a broken part. `keys` are the fields by which such a part is known. A broken one must not
/// be skipped, or an answer with a hole would look whole.
pub(crate) fn odd_frame(
    server: &Server,
    name: &[u8],
    data: &[u8],
    keys: &[&str],
) -> Result<Progress, ProviderError> {
    let value = serde_json::from_slice::<Value>(data).ok();
    let is_part =
        value.as_ref().is_some_and(|value| keys.iter().any(|key| value.get(key).is_some()));
    let error = value.filter(|_| !is_part).and_then(|value| ErrorBody::from_value(&value));
    match error {
        Some(body) => Err(failure::in_band(server, &body)),
        None if name.is_empty() || is_part => Err(unreadable(server)),
        None => Ok(Progress::Nothing),
    }
}

/// A whole body that is no answer: an error, something else, or one that was cut off.
pub(crate) fn odd_body(server: &Server, body: &[u8]) -> ProviderError {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => ErrorBody::from_value(&value)
            .map_or_else(|| no_answer(server), |body| failure::in_band(server, &body)),
        Err(_) => transport::cut(server),
    }
}

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
