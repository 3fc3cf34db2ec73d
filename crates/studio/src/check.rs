//! What texts a person gives must look like, checked before anything is stored.

use models::{
    limits::{
        DESCRIPTION_CHARACTERS, IDEMPOTENCY_KEY_BYTES, MESSAGE_BYTES, NAME_CHARACTERS,
        TITLE_CHARACTERS,
    },
    parameters::{Parameters, ResponseFormat},
};

use crate::Error;

/// Most texts that end an answer; more are refused by providers.
const MOST_STOPS: usize = 4;
/// Longest text or word of a parameter, in bytes.
const PARAMETER_BYTES: usize = 200;
/// Longest schema of an answer, in bytes.
const SCHEMA_BYTES: usize = 64 * 1024;

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

/// Settings of a generation: each within the range its doc comment gives, texts neither empty nor
/// endless.
pub(crate) fn parameters(parameters: Parameters) -> Result<Parameters, Error> {
    in_range(parameters.temperature, "temperature", 0.0, 2.0)?;
    in_range(parameters.top_p, "top_p", 0.0, 1.0)?;
    in_range(parameters.presence_penalty, "presence_penalty", -2.0, 2.0)?;
    in_range(parameters.frequency_penalty, "frequency_penalty", -2.0, 2.0)?;
    for (count, what) in [
        (parameters.top_k, "top_k"),
        (parameters.max_tokens, "max_tokens"),
        (parameters.context_length, "context_length"),
    ] {
        if count == Some(0) {
            return Err(out_of_range(what, "at least 1"));
        }
    }
    let stop = parameters.stop.as_deref().unwrap_or_default();
    let is_odd = |text: &String| text.is_empty() || text.len() > PARAMETER_BYTES;
    if stop.len() > MOST_STOPS || stop.iter().any(is_odd) {
        return Err(out_of_range("stop", "at most four texts of 1 to 200 bytes"));
    }
    for (word, what) in
        [(&parameters.reasoning_effort, "reasoning_effort"), (&parameters.keep_alive, "keep_alive")]
    {
        let is_word = |word: &String| {
            (1..=PARAMETER_BYTES).contains(&word.len())
                && word.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !word.as_ref().is_none_or(is_word) {
            return Err(out_of_range(what, "one word"));
        }
    }
    if let Some(ResponseFormat::JsonSchema { schema }) = &parameters.response_format {
        let json: Option<serde_json::Value> = serde_json::from_str(schema).ok();
        if schema.len() > SCHEMA_BYTES || !json.is_some_and(|json| json.is_object()) {
            return Err(out_of_range(
                "response_format",
                "a JSON Schema that is an object, up to 64 KiB",
            ));
        }
    }
    Ok(parameters)
}

fn in_range(value: Option<f64>, what: &str, least: f64, most: f64) -> Result<(), Error> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(out_of_range(what, &format!("between {least} and {most}")))
        }
        _ => Ok(()),
    }
}

fn out_of_range(what: &str, range: &str) -> Error {
    Error::invalid(
        format!("The parameter {what} is out of range."),
        format!("It must be {range}, or be left out."),
    )
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
    fn parameters_have_ranges() {
        let none = Parameters::default;
        for odd in [
            Parameters { temperature: Some(2.1), ..none() },
            Parameters { temperature: Some(f64::NAN), ..none() },
            Parameters { top_p: Some(-0.1), ..none() },
            Parameters { max_tokens: Some(0), ..none() },
            Parameters { stop: Some(vec![String::new()]), ..none() },
            Parameters { stop: Some(vec!["x".to_owned(); 5]), ..none() },
            Parameters { reasoning_effort: Some("very much".to_owned()), ..none() },
            Parameters {
                response_format: Some(ResponseFormat::JsonSchema { schema: "[]".to_owned() }),
                ..none()
            },
        ] {
            assert!(parameters(odd.clone()).is_err(), "{odd:?}");
        }
        let good = Parameters {
            temperature: Some(0.0),
            stop: Some(vec!["\n".to_owned()]),
            reasoning_effort: Some("high".to_owned()),
            ..none()
        };
        assert_eq!(parameters(good.clone()).unwrap(), good);
    }

    #[test]
    fn names_are_one_trimmed_line() {
        assert_eq!(name("  Local \u{1f600} ", "name").unwrap(), "Local \u{1f600}");
        assert!(name("a\nb", "name").is_err());
        assert!(name("", "name").is_err());
        assert!(name(&"n".repeat(NAME_CHARACTERS + 1), "name").is_err());
    }
}
