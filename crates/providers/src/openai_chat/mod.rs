//! OpenAI Chat Completions, and the many servers that imitate it (protocols §1.1 to §1.5).

mod chunk;
mod models;
mod request;
mod stream;
mod think;
mod tool_calls;

use std::collections::HashSet;

use ::models::{detection::ListedModel, parameters::Parameter, provider::ProviderKind};
use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Caller, MOST_PAGES, add, add_key, below, json_headers, no_list},
    transport::Server,
};

/// The adapter. Clones share what was learned about the servers.
#[derive(Debug, Clone)]
pub struct OpenAiChat {
    caller: Caller,
}

impl OpenAiChat {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { caller: Caller::new(client, limits) }
    }

    /// Reads all pages; the caller bounds the time.
    async fn list(
        &self,
        server: &Server,
        endpoint: &Endpoint,
    ) -> Result<Vec<ListedModel>, ProviderError> {
        let headers = headers(endpoint)?;
        let (mut listed, mut seen) = (Vec::new(), HashSet::new());
        let mut next = Some(below(&endpoint.base_url, &["models"]));
        let mut room = self.caller.limits.size.model_list;
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { break };
            let bytes = self.caller.page(server, url.clone(), headers.clone(), &mut room).await?;
            let page = models::page(&bytes, &url).ok_or_else(|| no_list(server, &bytes))?;
            let is_new = add(&mut listed, &mut seen, page.models);
            next = page.next.filter(|_| is_new);
        }
        Ok(listed)
    }
}

#[async_trait]
impl Provider for OpenAiChat {
    fn kind(&self) -> ProviderKind {
        ProviderKind::OpenaiChat
    }

    fn parameters(&self) -> &'static [Parameter] {
        request::PARAMETERS
    }

    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<ListedModel>, ProviderError> {
        let server = Server::new(endpoint);
        self.caller.in_time(&server, self.list(&server, endpoint)).await
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = Server::new(endpoint);
        let url = below(&endpoint.base_url, &["chat", "completions"]);
        let headers = headers(endpoint)?;
        let mut opened = self
            .caller
            .open(&server, endpoint, url, &headers, request, "x-request-id", |refusals| {
                request::Body::new(&endpoint.base_url, request, refusals).attempt()
            })
            .await?;
        let translator = stream::Translator::new(server.clone(), opened.request_id.take());
        Ok(self.caller.events(opened, server, Framing::Events, translator))
    }
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = json_headers("text/event-stream, application/json");
    if let Some(key) = &endpoint.key {
        let azure = endpoint.base_url.domain().is_some_and(request::is_azure);
        let (name, prefix) = if azure {
            (HeaderName::from_static("api-key"), "")
        } else {
            (AUTHORIZATION, "Bearer ")
        };
        add_key(&mut headers, name, prefix, key)?;
    }
    Ok(headers)
}
