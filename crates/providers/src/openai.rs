//! What OpenAI's two protocols share: headers and the list of models.

use models::detection::ListedModel;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};

use crate::{
    Endpoint, ProviderError,
    caller::{Caller, add_key, below, json_headers},
    model_list,
    openai_chat::{dialect::Dialect, models::page},
    transport::Server,
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

/// Lists the models, all pages within the time of one list.
pub(crate) async fn list(
    caller: &Caller,
    endpoint: &Endpoint,
) -> Result<Vec<ListedModel>, ProviderError> {
    let server = Server::new(endpoint);
    let headers = headers(endpoint)?;
    let first = below(&endpoint.base_url, &["models"]);
    let pages = model_list::read(caller, &server, first, &headers, page);
    caller.in_time(&server, pages).await
}
