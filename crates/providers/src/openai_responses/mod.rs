//! OpenAI Responses, without anything kept at the server (protocols §1.6).

mod items;
mod request;
mod stream;
mod wire;

use async_trait::async_trait;
use models::provider::ProviderKind;

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, below},
    openai,
    transport::Server,
};

/// The adapter. Clones share what was learned about the servers.
#[derive(Debug, Clone)]
pub struct OpenAiResponses {
    caller: Caller,
}

impl OpenAiResponses {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { caller: Caller::new(client, limits) }
    }
}

#[async_trait]
impl Provider for OpenAiResponses {
    fn kind(&self) -> ProviderKind {
        ProviderKind::OpenaiResponses
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = Server::new(endpoint);
        let url = below(&endpoint.base_url, &["responses"]);
        let headers = openai::headers(endpoint)?;
        let request_id = "x-request-id";
        let call = Call { server: &server, endpoint, request, url, headers, request_id };
        let mut opened = self
            .caller
            .open(call, |refusals| request::Body::new(request, refusals).attempt())
            .await?;
        let translator = stream::Translator::new(server.clone(), opened.request_id.take());
        Ok(self.caller.events(opened, server, Framing::Events, translator))
    }
}
