//! Google Gemini (protocols §3).
//!
//! A model is listed as `models/x` on the wire and asked for at the path `models/x:…`; here it is
//! called `x`, and the path adds the prefix again. Names from another collection, such as
//! `tunedModels/x`, keep their prefix.

mod chunk;
mod contents;
mod request;
mod stream;
mod turn;

use async_trait::async_trait;
use models::provider::ProviderKind;
use reqwest::header::{HeaderMap, HeaderName};
use url::Url;

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, Provider, ProviderError,
    answer::Framing,
    caller::{Call, Caller, add_key, below, json_headers},
    transport::Server,
};

/// The collection that most models are in.
const MODELS: &str = "models";
/// The collection of models that a customer has trained further.
const TUNED_MODELS: &str = "tunedModels";

/// The adapter. Clones share what was learned about the servers.
#[derive(Debug, Clone)]
pub struct Gemini {
    caller: Caller,
}

impl Gemini {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { caller: Caller::new(client, limits) }
    }
}

#[async_trait]
impl Provider for Gemini {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Gemini
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = server(endpoint);
        let url = address(&endpoint.base_url, &request.model);
        let headers = headers(endpoint)?;
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

fn server(endpoint: &Endpoint) -> Server {
    Server::new(endpoint).with_base_url_hint("it usually ends in /v1beta")
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = json_headers("text/event-stream, application/json");
    if let Some(key) = &endpoint.key {
        add_key(&mut headers, HeaderName::from_static("x-goog-api-key"), "", key)?;
    }
    Ok(headers)
}

/// Where a model answers. Without `alt=sse` the stream would be one JSON array.
fn address(base_url: &Url, model: &str) -> Url {
    let (collection, name) = match model.split_once('/') {
        Some((collection @ (MODELS | TUNED_MODELS), name)) => (collection, name),
        _ => (MODELS, model),
    };
    let mut url = below(base_url, &[collection, &format!("{name}:streamGenerateContent")]);
    url.set_query(Some("alt=sse"));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_its_path() {
        let base_url = Url::parse("https://generativelanguage.googleapis.com/v1beta").unwrap();
        for (model, path) in [
            ("gemini-3-pro", "/v1beta/models/gemini-3-pro:streamGenerateContent"),
            ("models/gemini-3-pro", "/v1beta/models/gemini-3-pro:streamGenerateContent"),
            ("tunedModels/mine", "/v1beta/tunedModels/mine:streamGenerateContent"),
            ("a/b c?d", "/v1beta/models/a%2Fb%20c%3Fd:streamGenerateContent"),
            ("say:text=a%20b", "/v1beta/models/say:text=a%2520b:streamGenerateContent"),
        ] {
            let url = address(&base_url, model);
            assert_eq!((url.path(), url.query()), (path, Some("alt=sse")), "{model}");
        }
    }
}
