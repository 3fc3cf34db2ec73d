//! Posting to a server function what its form would post without script.

use gloo_net::http::{Request, Response};
use serde::de::DeserializeOwned;
use web_sys::{AbortSignal, UrlSearchParams};

use crate::error::StudioError;

/// How long an answer is waited for, in milliseconds.
const LONGEST_WAIT: u32 = 30_000;

/// Posts `fields` to the server function at `url` and gives its answer, a JSON text. One piece of code
/// for all of them, where calling each would cost the browser two kilobytes.
pub(crate) async fn post(
    url: &'static str,
    fields: Vec<(&'static str, String)>,
) -> Result<String, StudioError> {
    let answer = request(url, fields).await.map_err(|_| StudioError::no_answer())?;
    let body = answer.text().await.map_err(|_| StudioError::no_answer())?;
    if answer.ok() {
        return Ok(body);
    }
    Err(serde_json::from_slice(body.as_bytes()).unwrap_or_else(|_| StudioError::not_understood()))
}

/// The same, with the answer read as what it is.
pub(crate) async fn ask<T: DeserializeOwned>(
    url: &'static str,
    fields: Vec<(&'static str, String)>,
) -> Result<T, StudioError> {
    let answer = post(url, fields).await?;
    serde_json::from_slice(answer.as_bytes()).map_err(|_| StudioError::not_understood())
}

async fn request(
    url: &str,
    fields: Vec<(&'static str, String)>,
) -> Result<Response, gloo_net::Error> {
    let form = UrlSearchParams::new()
        .map_err(|_| gloo_net::Error::GlooError("the form cannot be made".to_owned()))?;
    for (name, value) in fields {
        form.append(name, &value);
    }
    Request::post(url)
        .header("Accept", "application/json")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(LONGEST_WAIT)))
        .body(form)?
        .send()
        .await
}
