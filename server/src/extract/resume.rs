//! Where a stream of run events goes on.

use axum::extract::FromRequestParts;
use http::request;
use models::error::ErrorCode;
use serde::Deserialize;

use super::QueryFields;
use crate::failure::Failure;

/// The number of the last event the client has; 0 for none.
#[derive(Debug)]
pub(crate) struct ResumeAfter(pub(crate) u64);

/// The query of a stream.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The number of the last event the client has; the `Last-Event-ID` header goes before it.
    after: u64,
}

impl<S: Sync> FromRequestParts<S> for ResumeAfter {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, state: &S) -> Result<Self, Failure> {
        let QueryFields(After { after }) = QueryFields::from_request_parts(parts, state).await?;
        let Some(header) = parts.headers.get("last-event-id") else { return Ok(Self(after)) };
        let number = header.to_str().ok().and_then(|text| text.trim().parse().ok());
        number.map(Self).ok_or_else(|| {
            Failure::new(
                ErrorCode::InvalidRequest,
                "The Last-Event-ID header is not the number of an event.",
                "Send the id of the last event received, or leave the header out to start over.",
            )
        })
    }
}
