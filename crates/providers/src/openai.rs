//! What OpenAI's two protocols share: headers and the list of models.

use std::collections::HashSet;

use models::detection::ListedModel;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};

use crate::{
    Endpoint, ProviderError,
    caller::{Caller, add_key, below, json_headers, no_list},
    openai_chat::{
        dialect::Dialect,
        models::{add, page},
    },
    transport::Server,
};

/// Pages of one list of models that are read.
const MOST_PAGES: usize = 50;

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
    caller.in_time(&server, pages(caller, &server, endpoint)).await
}

async fn pages(
    caller: &Caller,
    server: &Server,
    endpoint: &Endpoint,
) -> Result<Vec<ListedModel>, ProviderError> {
    let headers = headers(endpoint)?;
    let (mut listed, mut seen) = (Vec::new(), HashSet::new());
    let mut next = Some(below(&endpoint.base_url, &["models"]));
    let mut room = caller.limits.size.model_list;
    for _ in 0..MOST_PAGES {
        let Some(url) = next else { break };
        let bytes = caller.page(server, url.clone(), headers.clone(), &mut room).await?;
        let page = page(&bytes, &url).ok_or_else(|| no_list(server, &bytes))?;
        let is_new = add(&mut listed, &mut seen, page.models);
        next = page.next.filter(|_| is_new);
    }
    Ok(listed)
}
