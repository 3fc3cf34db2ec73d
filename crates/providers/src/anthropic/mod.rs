//! Anthropic Messages, and the servers that imitate it (protocols §2).

mod content;
mod models;
mod request;
mod stream;
mod thinking;
mod turn;
mod wire;

use ::models::{detection::ListedModel, provider::ProviderKind};
use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, add_key, below, json_headers},
    model_list,
    transport::Server,
};

/// The only version of the protocol there is.
const VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");
/// Models asked for on one page; the most the protocol allows.
const PAGE: &str = "1000";

/// The adapter. Clones share what was learned about the servers.
#[derive(Debug, Clone)]
pub struct Anthropic {
    caller: Caller,
}

impl Anthropic {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { caller: Caller::new(client, limits) }
    }
}

#[async_trait]
impl Provider for Anthropic {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Anthropic
    }

    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<ListedModel>, ProviderError> {
        let server = Server::new(endpoint);
        let headers = headers(endpoint)?;
        let mut first = below(&endpoint.base_url, &["models"]);
        first.query_pairs_mut().append_pair("limit", PAGE);
        let list = model_list::read(&self.caller, &server, first, &headers, models::page);
        self.caller.in_time(&server, list).await
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = Server::new(endpoint);
        let url = below(&endpoint.base_url, &["messages"]);
        let headers = headers(endpoint)?;
        let request_id = "request-id";
        let call = Call { server: &server, endpoint, request, url, headers, request_id };
        let mut opened = self
            .caller
            .open(call, |refusals| request::Body::new(request, refusals).attempt())
            .await?;
        let translator = stream::Translator::new(server.clone(), opened.request_id.take());
        Ok(self.caller.events(opened, server, Framing::Events, translator))
    }
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = json_headers("text/event-stream, application/json");
    headers.insert(HeaderName::from_static("anthropic-version"), VERSION);
    if let Some(key) = &endpoint.key {
        add_key(&mut headers, HeaderName::from_static("x-api-key"), "", key)?;
    }
    Ok(headers)
}
