//! Anthropic Messages, and the servers that imitate it (protocols §2).

mod content;
mod request;
mod stream;
mod thinking;
mod turn;
mod wire;

use async_trait::async_trait;
use models::provider::ProviderKind;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, add_key, below, json_headers},
    transport::Server,
};

/// The only version of the protocol there is.
const VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");
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
