//! How the models' values are written into columns and read back.

use models::timestamp::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;

/// A value as JSON text.
pub(crate) fn to_json<T: Serialize + ?Sized>(
    column: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::unreadable(column, error))
}

/// A value from JSON text.
pub(crate) fn from_json<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::unreadable(column, error))
}

/// An enum's word on the wire, which is its word in the database as well.
pub(crate) fn to_word<T: Serialize>(
    column: &'static str,
    value: Option<T>,
) -> Result<Option<String>, StoreError> {
    let Some(value) = value else { return Ok(None) };
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(Some(word)),
        Ok(other) => Err(StoreError::unreadable(column, format_args!("{other} is no word"))),
        Err(error) => Err(StoreError::unreadable(column, error)),
    }
}

/// An enum from its word.
pub(crate) fn from_word<T: DeserializeOwned>(
    column: &'static str,
    word: Option<String>,
) -> Result<Option<T>, StoreError> {
    word.map(|word| serde_json::from_value(serde_json::Value::String(word)))
        .transpose()
        .map_err(|error| StoreError::unreadable(column, error))
}

/// A value that has its own parser.
pub(crate) fn parse<T>(column: &'static str, text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| StoreError::unreadable(column, error))
}

/// A count for a signed column; what no column can hold is stored as the largest it can.
pub(crate) fn to_signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count from a signed column; a negative one, which nothing writes, is read as zero.
pub(crate) fn to_unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A moment that may be absent.
pub(crate) fn moment(value: Option<i64>) -> Option<Timestamp> {
    value.map(Timestamp)
}
