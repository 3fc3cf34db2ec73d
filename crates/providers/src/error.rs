//! What goes wrong with a provider, in words a person can act on.

use std::time::Duration;

use models::run::{FailureClass, RunFailure};
use secrecy::{ExposeSecret, SecretString};

/// The shortest key that is hidden where a server echoes it. What is shorter is a placeholder for
/// servers that want any key at all, and hiding it would only garble words.
const SHORTEST_SECRET: usize = 6;

/// A failed request or answer. Holds no secret and no control character of the server's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What kind of failure.
    pub class: FailureClass,
    /// The server's HTTP status, if it came to an answer.
    pub status: Option<u16>,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do about it, as a sentence.
    pub action: String,
    /// How long the server asks to wait, if at most a minute.
    pub retry_after: Option<Duration>,
    /// Whether the same request may succeed later. Only ever retry before the first output was shown.
    pub retryable: bool,
}

impl ProviderError {
    /// An error without a status that is not worth a second attempt.
    pub fn new(class: FailureClass, message: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            class,
            status: None,
            message: message.into(),
            action: action.into(),
            retry_after: None,
            retryable: false,
        }
    }

    /// The same error, worth a second attempt.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// The failure as a run stores and shows it.
    #[must_use]
    pub fn to_failure(&self) -> RunFailure {
        RunFailure {
            class: self.class,
            message: self.message.clone(),
            action: self.action.clone(),
            status: self.status,
        }
    }

    /// Takes the key out, should the server have echoed it.
    pub(crate) fn without_key(mut self, key: Option<&SecretString>) -> Self {
        if let Some(key) = key {
            self.message = hide_key(&self.message, key.expose_secret());
            self.action = hide_key(&self.action, key.expose_secret());
        }
        self
    }
}

impl From<&ProviderError> for RunFailure {
    fn from(error: &ProviderError) -> Self {
        error.to_failure()
    }
}

/// Hides a key wherever it stands in a text.
pub(crate) fn hide_key(text: &str, key: &str) -> String {
    let key = key.trim();
    if key.len() < SHORTEST_SECRET {
        return text.to_owned();
    }
    text.replace(key, "•••")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echoed_key_is_hidden_and_a_placeholder_is_left() {
        let error = ProviderError::new(FailureClass::Authentication, "No: sk-secret-1.", "Use x.");
        let hidden = error.clone().without_key(Some(&SecretString::from("sk-secret-1")));
        assert_eq!(hidden.message, "No: •••.");
        assert_eq!(error.clone().without_key(Some(&SecretString::from("x"))), error);
    }

    #[test]
    fn a_failure_carries_class_words_and_status() {
        let mut error = ProviderError::new(FailureClass::Quota, "Empty.", "Pay.");
        error.status = Some(402);
        let failure = error.to_failure();
        assert_eq!((failure.class, failure.status), (FailureClass::Quota, Some(402)));
        assert_eq!((failure.message.as_str(), failure.action.as_str()), ("Empty.", "Pay."));
    }
}
