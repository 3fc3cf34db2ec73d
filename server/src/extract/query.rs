//! The part of the address after `?`.

use axum::extract::{FromRequestParts, Query};
use http::request;
use models::error::ErrorCode;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The query's fields as a typed value.
#[derive(Debug)]
pub(crate) struct QueryFields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for QueryFields<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Failure> {
        let Query(fields) = Query::try_from_uri(&parts.uri).map_err(|rejection| {
            let cause = std::error::Error::source(&rejection).map(ToString::to_string);
            let cause = cause.unwrap_or_else(|| rejection.body_text());
            Failure::new(
                ErrorCode::InvalidRequest,
                format!("The query of the address does not fit: {cause}."),
                "Correct what stands after the question mark; /api/docs lists what may.",
            )
        })?;
        Ok(Self(fields))
    }
}
