//! Asks one server questions within limits, and keeps what came of each.

use std::time::Duration;

use models::{detection::Probe, run::FailureClass};
use reqwest::{
    Response, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, SERVER},
};
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::limits::{DetectLimits, ReachLimits};
use crate::{
    Endpoint, HttpClient, ProviderError, TimeLimits,
    body::Body,
    caller::{add_key, json_headers},
    error_body::ErrorBody,
    transport::{self, Server},
};

/// How the key goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyHeader {
    /// Not at all.
    None,
    /// `Authorization: Bearer`.
    Bearer,
    /// Azure's `api-key`.
    ApiKey,
    /// Anthropic's `x-api-key`, with the version it demands beside it.
    Anthropic,
    /// Google's `x-goog-api-key`.
    Google,
}

/// One server that is being asked.
#[derive(Debug)]
pub(super) struct Inquiry<'a> {
    client: &'a HttpClient,
    pub(super) limits: &'a DetectLimits,
    pub(super) server: Server,
    reach: ReachLimits,
}

/// What came of one question.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    /// The path asked for, below the origin.
    pub(super) path: String,
    /// The status; absent when no answer came.
    pub(super) status: Option<u16>,
    /// Whether a header says that this is llama.cpp.
    pub(super) llama_cpp: bool,
    /// Whether a header says that this is LiteLLM.
    pub(super) litellm: bool,
    /// The origin it redirects to, where that is another one.
    pub(super) redirect: Option<String>,
    /// The seconds it asks to wait.
    pub(super) retry_after: Option<u64>,
    /// Whether it is a web page.
    pub(super) html: bool,
    /// The body, if it came whole.
    pub(super) body: Option<Vec<u8>>,
    /// Why there is no answer, or no whole one.
    pub(super) error: Option<ProviderError>,
    pub(super) milliseconds: u32,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(
        client: &'a HttpClient,
        limits: &'a DetectLimits,
        root: &Url,
        key: Option<&SecretString>,
    ) -> Self {
        let endpoint = Endpoint { base_url: root.clone(), key: key.cloned() };
        let server = Server::new(&endpoint);
        let reach = if server.local { limits.local } else { limits.remote };
        Self { client, limits, server, reach }
    }

    pub(super) fn has_key(&self) -> bool {
        self.server.key.is_some()
    }

    /// Whether anybody is there at all.
    pub(super) async fn knock(&self, root: &Url) -> Result<(), ProviderError> {
        self.client.knock(&self.server, root, self.reach.connect).await
    }

    /// When questions put now must be answered.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.reach.total
    }

    /// Asks for a page and takes up to `room` bytes of it.
    pub(super) async fn get(
        &self,
        url: Url,
        key: KeyHeader,
        room: usize,
        deadline: Instant,
    ) -> Answer {
        let headers = match self.headers(key) {
            Ok(headers) => headers,
            Err(error) => return Answer { error: Some(error), ..Answer::to(&url) },
        };
        let (answer, started) = (Answer::to(&url), Instant::now());
        let request = self.client.get(&self.server, url, headers);
        let response = timeout_at(deadline, request).await;
        self.read(answer, started, response.ok(), room, deadline).await
    }

    /// Asks with a body.
    pub(super) async fn post(
        &self,
        url: Url,
        key: KeyHeader,
        body: &Value,
        deadline: Instant,
    ) -> Answer {
        let mut headers = match self.headers(key) {
            Ok(headers) => headers,
            Err(error) => return Answer { error: Some(error), ..Answer::to(&url) },
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let (answer, started) = (Answer::to(&url), Instant::now());
        let wait = deadline.saturating_duration_since(started);
        let body = body.to_string().into_bytes();
        let response = self.client.post(&self.server, url, headers, body, wait).await;
        self.read(answer, started, Some(response), self.limits.probe_body, deadline).await
    }

    fn headers(&self, key: KeyHeader) -> Result<HeaderMap, ProviderError> {
        let mut headers = json_headers("application/json, text/plain;q=0.5");
        headers.remove(CONTENT_TYPE);
        if key == KeyHeader::Anthropic {
            headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
        }
        let (name, prefix) = match key {
            KeyHeader::None => return Ok(headers),
            KeyHeader::Bearer => (AUTHORIZATION, "Bearer "),
            KeyHeader::ApiKey => (HeaderName::from_static("api-key"), ""),
            KeyHeader::Anthropic => (HeaderName::from_static("x-api-key"), ""),
            KeyHeader::Google => (HeaderName::from_static("x-goog-api-key"), ""),
        };
        if let Some(key) = &self.server.key {
            add_key(&mut headers, name, prefix, key)?;
        }
        Ok(headers)
    }

    async fn read(
        &self,
        mut answer: Answer,
        started: Instant,
        response: Option<Result<Response, ProviderError>>,
        room: usize,
        deadline: Instant,
    ) -> Answer {
        match response {
            Some(Ok(response)) => {
                answer.heard(&response, started.elapsed());
                self.read_body(&mut answer, response, room, deadline).await;
            }
            Some(Err(error)) => answer.error = Some(error),
            None => answer.error = Some(transport::silent(&self.server, self.reach.total)),
        }
        answer.milliseconds = milliseconds(started.elapsed());
        answer
    }

    async fn read_body(
        &self,
        answer: &mut Answer,
        response: Response,
        room: usize,
        deadline: Instant,
    ) {
        let mut body = Body::new(response, &self.server, TimeLimits::default());
        match timeout_at(deadline, body.collect(room)).await {
            Ok(Ok((bytes, false))) => {
                answer.html |= bytes.trim_ascii_start().starts_with(b"<");
                answer.body = Some(bytes);
            }
            Ok(Ok((_, true))) => answer.error = Some(too_large(&self.server, room)),
            Ok(Err(error)) => answer.error = Some(broken_off(&self.server, &error)),
            Err(_) => answer.error = Some(unfinished(&self.server, self.reach.total)),
        }
    }
}

impl Answer {
    fn to(url: &Url) -> Self {
        Self { path: url.path().to_owned(), ..Self::default() }
    }

    fn heard(&mut self, response: &Response, after: Duration) {
        let header = |name: HeaderName| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        self.status = Some(response.status().as_u16());
        self.milliseconds = milliseconds(after);
        self.llama_cpp = header(SERVER) == "llama.cpp";
        self.litellm =
            response.headers().keys().any(|name| name.as_str().starts_with("x-litellm-"));
        self.retry_after = header(HeaderName::from_static("retry-after")).parse().ok();
        self.html = header(CONTENT_TYPE).to_ascii_lowercase().starts_with("text/html");
        if response.status().is_redirection() {
            // Redirects within the origin have been followed.
            let target = response.url().join(header(LOCATION)).ok();
            self.redirect = target.map(|url| url.origin().ascii_serialization());
        }
    }

    /// Whether it says that all is well, which alone proves nothing.
    pub(super) fn is_success(&self) -> bool {
        self.status
            .and_then(|status| StatusCode::from_u16(status).ok())
            .is_some_and(|status| status.is_success())
    }

    /// The body of a success.
    pub(super) fn success(&self) -> Option<&[u8]> {
        self.body.as_deref().filter(|_| self.is_success())
    }

    /// The body of a success as JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.success()?).ok()
    }

    /// What an error answer says; it is looked at, never shown.
    pub(super) fn said(&self) -> ErrorBody {
        match &self.body {
            Some(body) if !self.is_success() => ErrorBody::parse(body),
            _ => ErrorBody::default(),
        }
    }

    pub(super) fn to_probe(&self) -> Probe {
        Probe { path: self.path.clone(), status: self.status, milliseconds: self.milliseconds }
    }
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn broken_off(server: &Server, error: &ProviderError) -> ProviderError {
    ProviderError::new(
        error.class,
        format!("{} broke its answer off.", server.name),
        "Try again. If it happens every time, look at that server's log.",
    )
    .retryable()
}

fn unfinished(server: &Server, wait: Duration) -> ProviderError {
    ProviderError::new(
        FailureClass::Timeout,
        format!("{} did not finish its answer within {} s.", server.name, wait.as_secs_f64()),
        "It may be busy, or behind a slow proxy. Try again.",
    )
    .retryable()
}

fn too_large(server: &Server, room: usize) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent a list of models of more than {} MB.", server.name, room >> 20),
        "Check the address.",
    )
}
