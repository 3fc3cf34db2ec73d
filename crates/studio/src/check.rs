//! What texts a person gives must look like, checked before anything is stored.

use models::limits::{
    DESCRIPTION_CHARACTERS, IDEMPOTENCY_KEY_BYTES, MESSAGE_BYTES, NAME_CHARACTERS, TITLE_CHARACTERS,
};

use crate::Error;

/// A name or title without space around it: not empty, on one line, within `NAME_CHARACTERS`.
pub(crate) fn name(text: &str, what: &str) -> Result<String, Error> {
    one_line(text, what, NAME_CHARACTERS)
}

/// A conversation's title, within `TITLE_CHARACTERS`.
pub(crate) fn title(text: &str) -> Result<String, Error> {
    one_line(text, "title", TITLE_CHARACTERS)
}

/// A description, which may be empty.
pub(crate) fn description(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_CHARACTERS {
        return Err(Error::too_large("description", DESCRIPTION_CHARACTERS, "characters"));
    }
    Ok(text.to_owned())
}

/// A person's message: kept to the letter, but not empty and within `MESSAGE_BYTES`.
pub(crate) fn message(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid("The message is empty.", "Write something and send it again."));
    }
    if text.len() > MESSAGE_BYTES {
        return Err(Error::too_large("message", MESSAGE_BYTES, "bytes"));
    }
    Ok(())
}

/// An idempotency key, where there is one.
pub(crate) fn idempotency_key(key: Option<&str>) -> Result<(), Error> {
    match key {
        Some(key) if key.is_empty() || key.len() > IDEMPOTENCY_KEY_BYTES => Err(Error::invalid(
            "The idempotency key is empty or too long.",
            format!("Use 1 to {IDEMPOTENCY_KEY_BYTES} bytes, different for each message."),
        )),
        _ => Ok(()),
    }
}

fn one_line(text: &str, what: &str, limit: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(format!("The {what} is empty."), format!("Give a {what}.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(
            format!("The {what} has line breaks or control characters."),
            "Write it on one line.",
        ));
    }
    if text.chars().count() > limit {
        return Err(Error::too_large(what, limit, "characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use models::error::ErrorCode;

    use super::*;

    #[test]
    fn messages_are_neither_empty_nor_endless() {
        let empty = message(" \n\t").unwrap_err().public;
        assert_eq!(
            (empty.code, empty.message.as_str()),
            (ErrorCode::InvalidRequest, "The message is empty.")
        );
        let long = message(&"x".repeat(MESSAGE_BYTES + 1)).unwrap_err().public;
        assert_eq!(long.code, ErrorCode::TooLarge);
        assert!(message(&"x".repeat(MESSAGE_BYTES)).is_ok());
    }

    #[test]
    fn names_are_one_trimmed_line() {
        assert_eq!(name("  Local \u{1f600} ", "name").unwrap(), "Local \u{1f600}");
        assert!(name("a\nb", "name").is_err());
        assert!(name("", "name").is_err());
        assert!(name(&"n".repeat(NAME_CHARACTERS + 1), "name").is_err());
    }
}
