//! OpenAI Chat Completions, and the many servers that imitate it (protocols §1.1 to §1.5).

mod chunk;
mod models;
mod refusals;
mod request;
mod stream;
mod think;
mod tool_calls;

use std::{collections::HashSet, sync::Arc, time::Duration};

use ::models::run::FailureClass;
use async_trait::async_trait;
use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    ChatRequest, Endpoint, EventStream, HttpClient, Limits, ModelCard, Provider, ProviderError,
    answer, body::Body, error_body::ErrorBody, failure, transport::Server,
};

/// Pages of one list of models that are read.
const MOST_PAGES: usize = 50;

/// The adapter. Clones share what was learned about the servers.
#[derive(Debug, Clone)]
pub struct OpenAiChat {
    client: HttpClient,
    limits: Limits,
    memory: Arc<refusals::Memory>,
}

impl OpenAiChat {
    /// An adapter that has learned nothing yet.
    #[must_use]
    pub fn new(client: HttpClient, limits: Limits) -> Self {
        Self { client, limits, memory: Arc::default() }
    }

    /// Reads all pages; the caller bounds the time.
    async fn list(
        &self,
        server: &Server,
        endpoint: &Endpoint,
    ) -> Result<Vec<ModelCard>, ProviderError> {
        let headers = headers(endpoint)?;
        let (mut cards, mut seen) = (Vec::new(), HashSet::new());
        let mut next = Some(below(&endpoint.base_url, &["models"]));
        let mut room = self.limits.size.model_list;
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { break };
            let response = self.client.get(server, url.clone(), headers.clone()).await?;
            if !response.status().is_success() {
                let (mut error, _) = self.refusal(server, response).await;
                if error.status == Some(404) {
                    error.action = format!(
                        "There is no list of models at {}. Check the base URL; it usually ends in \
                         /v1.",
                        url.path()
                    );
                }
                return Err(error);
            }
            let mut body = Body::new(response, server, self.limits.time);
            let (bytes, more) = body.collect(room).await?;
            if more {
                return Err(list_too_large(server, self.limits.size.model_list));
            }
            room -= bytes.len();
            let page = models::page(&bytes, &url).ok_or_else(|| no_list(server, &bytes))?;
            let is_new = models::add(&mut cards, &mut seen, page.cards);
            next = page.next.filter(|_| is_new);
        }
        Ok(cards)
    }

    /// What an answer with an error status says.
    async fn refusal(&self, server: &Server, response: Response) -> (ProviderError, ErrorBody) {
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = Body::new(response, server, self.limits.time);
        let read = body.collect(self.limits.size.error_body);
        // The status alone is worth more than a body that does not come.
        let bytes = match tokio::time::timeout(self.limits.time.list, read).await {
            Ok(Ok((bytes, _))) => bytes,
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let parsed = ErrorBody::parse(&bytes);
        (failure::from_response(server, status.as_u16(), &headers, &parsed), parsed)
    }

    /// Sends the request, and again without a parameter whenever the server refuses one.
    async fn open(
        &self,
        server: &Server,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<Response, ProviderError> {
        let url = below(&endpoint.base_url, &["chat", "completions"]);
        let headers = headers(endpoint)?;
        let wait = self.limits.time.first_byte(server.local);
        let known = self.memory.recall(&endpoint.base_url, &request.model);
        let mut refusals = known.clone();
        loop {
            let body = request::Body::new(&endpoint.base_url, request, &refusals);
            let json = serde_json::to_vec(&body).map_err(|_| unwritable())?;
            let response =
                self.client.post(server, url.clone(), headers.clone(), json, wait).await?;
            if response.status().is_success() {
                if refusals != known {
                    self.memory.keep(&endpoint.base_url, &request.model, refusals);
                }
                return Ok(response);
            }
            let (error, said) = self.refusal(server, response).await;
            // Each round takes one parameter away for good, so this ends.
            let may_be_parameter =
                error.class == FailureClass::BadRequest && matches!(error.status, Some(400 | 422));
            if !may_be_parameter || !refusals.learn(&said, &body.optional_fields()) {
                return Err(error);
            }
            tracing::debug!(
                provider.server = %server.name,
                provider.model = %request.model,
                "The server refused a parameter; asking again without it."
            );
        }
    }
}

#[async_trait]
impl Provider for OpenAiChat {
    async fn models(&self, endpoint: &Endpoint) -> Result<Vec<ModelCard>, ProviderError> {
        let server = Server::new(endpoint);
        let wait = self.limits.time.list;
        let list = self.list(&server, endpoint);
        let outcome = match tokio::time::timeout(wait, list).await {
            Ok(outcome) => outcome,
            Err(_) => Err(list_too_slow(&server, wait)),
        };
        outcome.map_err(|error| error.without_key(endpoint.key.as_ref()))
    }

    async fn stream(
        &self,
        endpoint: &Endpoint,
        request: &ChatRequest,
    ) -> Result<EventStream, ProviderError> {
        let server = Server::new(endpoint);
        let response = self
            .open(&server, endpoint, request)
            .await
            .map_err(|error| error.without_key(endpoint.key.as_ref()))?;
        let request_id = response
            .headers()
            .get("x-request-id")
            .and_then(|id| id.to_str().ok())
            .map(|id| id.chars().take(128).collect());
        if response.status() == StatusCode::OK && is_html(response.headers()) {
            return Err(answer::web_page(&server));
        }
        let translator = stream::Translator::new(server.clone(), request_id);
        let body = Body::new(response, &server, self.limits.time);
        Ok(answer::stream(body, server, self.limits.size, translator))
    }
}

fn headers(endpoint: &Endpoint) -> Result<HeaderMap, ProviderError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream, application/json"));
    if let Some(key) = &endpoint.key {
        let (name, value) = key_header(&endpoint.base_url, key)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn key_header(
    base_url: &Url,
    key: &SecretString,
) -> Result<(HeaderName, HeaderValue), ProviderError> {
    let key = key.expose_secret().trim();
    let azure = base_url.domain().is_some_and(request::is_azure);
    let (name, value) = if azure {
        (HeaderName::from_static("api-key"), HeaderValue::from_str(key))
    } else {
        (AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {key}")))
    };
    let mut value = value.map_err(|_| {
        ProviderError::new(
            FailureClass::Authentication,
            "The key contains characters that no key has.",
            "Enter the key again, without line breaks.",
        )
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The address of a path below the base.
fn below(base_url: &Url, path: &[&str]) -> Url {
    let mut url = base_url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
}

fn unwritable() -> ProviderError {
    ProviderError::new(
        FailureClass::Internal,
        "The request could not be written as JSON.",
        "Check that no parameter is infinite or not a number.",
    )
}

fn list_too_slow(server: &Server, wait: Duration) -> ProviderError {
    ProviderError::new(
        FailureClass::Timeout,
        format!("{} did not list its models within {} s.", server.name, wait.as_secs()),
        "It may be busy or loading a model. Try again, or check the address.",
    )
    .retryable()
}

fn list_too_large(server: &Server, limit: usize) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent a list of models of more than {} MB.", server.name, limit >> 20),
        "Check the base URL.",
    )
}

/// A success that is no list of models.
fn no_list(server: &Server, body: &[u8]) -> ProviderError {
    if body.trim_ascii_start().starts_with(b"<") {
        return answer::web_page(server);
    }
    let error = serde_json::from_slice(body).ok().and_then(|json| ErrorBody::from_value(&json));
    error.map_or_else(
        || {
            ProviderError::new(
                FailureClass::Protocol,
                format!("{} answered, but not with a list of models.", server.name),
                "Check the base URL; it usually ends in /v1.",
            )
        },
        |error| failure::in_band(server, &error),
    )
}
