//! OpenAI Chat Completions, and the many servers that imitate it (protocols §1.1 to §1.5).

mod chunk;
pub(crate) mod dialect;
mod message;
mod request;
mod state;
mod stream;
mod text;
pub(crate) mod tool_calls;
mod written_calls;

use async_trait::async_trait;
use models::provider::ProviderKind;

use self::dialect::Dialect;
use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, below},
    openai,
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
}

#[async_trait]
impl Provider for OpenAiChat {
    fn kind(&self) -> ProviderKind {
        ProviderKind::OpenaiChat
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = Server::new(endpoint);
        let url = below(&endpoint.base_url, &["chat", "completions"]);
        let (headers, dialect) = (openai::headers(endpoint)?, Dialect::of(&endpoint.base_url));
        let request_id = "x-request-id";
        let call = Call { server: &server, endpoint, request, url, headers, request_id };
        let mut opened = self
            .caller
            .open(call, |refusals| request::Body::new(dialect, request, refusals).attempt())
            .await?;
        let request_id = opened.request_id.take();
        let translator = stream::Translator::new(server.clone(), request_id, request);
        Ok(self.caller.events(opened, server, Framing::Events, translator))
    }
}
