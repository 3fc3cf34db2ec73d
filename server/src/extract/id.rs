//! The `{id}` of a path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request;
use models::{error::ErrorCode, id::InvalidId};

use crate::failure::Failure;

/// The identifier named `id` in the route's path.
#[derive(Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for PathId<T>
where
    T: FromStr<Err = InvalidId>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, state: &S) -> Result<Self, Failure> {
        let refused = |message: String| {
            Failure::new(
                ErrorCode::InvalidRequest,
                message,
                "Use an identifier that this API has given out.",
            )
        };
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|rejection| refused(rejection.body_text()))?;
        let text = params.iter().find(|(name, _)| *name == "id").map_or("", |(_, text)| text);
        text.parse().map(Self).map_err(|error: InvalidId| refused(format!("{error}.")))
    }
}
