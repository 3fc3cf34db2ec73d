//! What OpenAI's two protocols share: their headers.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};

use crate::{
    Endpoint, ProviderError,
    caller::{add_key, json_headers},
    openai_chat::dialect::Dialect,
};

/// The headers of every request, with the key where the server looks for it.
pub(crate) fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = json_headers("text/event-stream, application/json");
    if let Some(key) = &endpoint.key {
        let (name, prefix) = if Dialect::of(&endpoint.base_url) == Dialect::Azure {
            (HeaderName::from_static("api-key"), "")
        } else {
            (AUTHORIZATION, "Bearer ")
        };
        add_key(&mut headers, name, prefix, key)?;
    }
    Ok(headers)
}
