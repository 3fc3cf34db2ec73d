//! Ollama's own protocol (protocols §4): NDJSON, and a context whose length the client chooses.

mod context;
mod line;
mod request;
pub(crate) mod shown;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use models::{provider::ProviderKind, run::FailureClass};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use url::Url;

use self::shown::Shown;
use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, add_key, below, json_headers},
    per_model::PerModel,
    transport::Server,
};

const BASE_URL_HINT: &str = "it is the server's address without /v1 or /api";

/// The adapter. Its base URL is the server's root, such as `http://127.0.0.1:11434`. Clones share what
/// was learned about the servers.
///
/// Every request names the length of the context, since Ollama would otherwise choose one by the
/// graphics memory and cut longer conversations without a word. A change of that length loads the
/// model anew, so it only ever grows, and only when the conversation needs it.
#[derive(Debug, Clone)]
pub struct Ollama {
    caller: Caller,
    notes: Arc<PerModel<Notes>>,
}

/// What is remembered of a model on a server.
#[derive(Debug, Clone, Copy, Default)]
struct Notes {
    /// What the server said of it, once it did.
    shown: Option<Shown>,
    /// The length of the context it was last loaded with by this adapter, in tokens.
    used: Option<u32>,
}

impl Ollama {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { caller: Caller::new(client, limits), notes: Arc::default() }
    }

    /// What is known of a model, asking the server the first time. Never an error: without an answer
    /// there is merely less to go by, and the chat request will tell what is wrong.
    async fn notes(&self, server: &Server, endpoint: &Endpoint, model: &str) -> Notes {
        let mut notes = self.notes.recall(&endpoint.base_url, model);
        if notes.shown.is_none()
            && let Some(shown) = shown::show(&self.caller, server, endpoint, model).await
        {
            notes.shown = Some(shown);
            self.notes.change(&endpoint.base_url, model, |known| known.shown = notes.shown);
        }
        notes
    }

    /// Remembers the length of the context a model is now loaded with. Only a person's own choice
    /// makes it smaller.
    fn loaded(&self, base_url: &Url, request: &ChatRequest, context_length: u32) {
        let chosen = request.parameters.context_length;
        self.notes.change(base_url, &request.model, |known| {
            known.used = chosen.or(known.used.max(Some(context_length)));
        });
    }
}

#[async_trait]
impl Provider for Ollama {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Ollama
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = server(endpoint);
        let url = below(&endpoint.base_url, &["api", "chat"]);
        let headers = headers(endpoint, "application/x-ndjson, application/json")?;
        let notes = self.notes(&server, endpoint, &request.model).await;
        let shown = notes.shown.unwrap_or_default();
        let context_length = request.parameters.context_length.unwrap_or_else(|| {
            context::length(context::needed(request), notes.used.or(shown.set), shown.most)
        });
        let request_id = "x-request-id";
        let call = Call { server: &server, endpoint, request, url, headers, request_id };
        let opened = self
            .caller
            .open(call, |refusals| {
                request::Body::new(request, context_length, shown.thinks_by_word, refusals)
                    .attempt()
            })
            .await;
        // A conversation that is too long is refused by a model that has been loaded; after another
        // failure, such as too little memory, the next attempt shall not insist on the length.
        let error = opened.as_ref().err();
        if error.is_none_or(|error| error.class == FailureClass::Context) {
            self.loaded(&endpoint.base_url, request, context_length);
        }
        let mut opened = opened?;
        let translator = stream::Translator::new(server.clone(), opened.request_id.take());
        Ok(self.caller.events(opened, server, Framing::Lines, translator))
    }
}

fn server(endpoint: &Endpoint) -> Server {
    Server::new(endpoint).with_base_url_hint(BASE_URL_HINT)
}

/// Ollama itself wants no key, but a proxy in front of it may.
fn headers(endpoint: &Endpoint, accept: &'static str) -> Result<HeaderMap, ProviderError> {
    let mut headers = json_headers(accept);
    if let Some(key) = &endpoint.key {
        add_key(&mut headers, AUTHORIZATION, "Bearer ", key)?;
    }
    Ok(headers)
}
