//! One request from arrival to answer: record, authorise, play, respond.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, Response, StatusCode, Uri},
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    answer::Answer,
    anthropic, errors, gemini,
    model_name::percent_decoded,
    ollama::Contexts,
    open_streams::OpenStreams,
    record::Recorder,
    server::Options,
    wire::{self, Hangup},
};

/// The headers that carry a key as it is, each in its own protocol; the checks say which belongs where.
pub(crate) const KEY_HEADERS: [&str; 3] = ["api-key", "x-api-key", "x-goog-api-key"];

/// Whether a request brought a key, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SentKey {
    None,
    /// The one that is wanted; where none is configured, any that does not begin with `wrong`.
    Right,
    Wrong,
}

/// What all requests of one server share.
pub(crate) struct ServerState {
    pub(crate) recorder: Recorder,
    pub(crate) chats: Arc<OpenStreams>,
    /// Lists and embeddings under way; kept apart so that tests count chats alone.
    pub(crate) others: Arc<OpenStreams>,
    /// Told whenever anything above changes.
    pub(crate) changes: watch::Sender<()>,
    pub(crate) extra_models: Vec<String>,
    /// What Ollama's models are loaded with.
    pub(crate) contexts: Contexts,
    /// The kind of server that stands at the root instead of the provider.
    pub(crate) at_root: Option<String>,
    key: Option<String>,
    body_limit: usize,
}

/// A request that was recorded and may be answered.
pub(crate) struct Received {
    pub(crate) number: u64,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    /// Absent where it was larger than the limit.
    pub(crate) body: Option<Bytes>,
}

impl ServerState {
    pub(crate) fn new(options: Options) -> Self {
        let changes = watch::Sender::new(());
        Self {
            recorder: Recorder::new(options.requests_kept, changes.clone()),
            chats: Arc::new(OpenStreams::new(changes.clone())),
            others: Arc::new(OpenStreams::new(changes.clone())),
            changes,
            extra_models: options.extra_models,
            contexts: Contexts::default(),
            at_root: options.server,
            key: options.key,
            body_limit: options.body_limit,
        }
    }

    /// Answers one request, as `play` says unless it lacks the key or is too large.
    pub(crate) async fn exchange(
        &self,
        streams: &Arc<OpenStreams>,
        request: Request,
        play: impl FnOnce(&Self, &Received, &[u8]) -> Answer,
    ) -> Response<Body> {
        let authorised = |state: &Self, received: &Received, body: &[u8]| {
            if state.key.is_none() || state.sent_key(&received.headers) == SentKey::Right {
                play(state, received, body)
            } else {
                error(received, 401)
            }
        };
        self.open_exchange(streams, request, authorised).await
    }

    /// The same for answers that see to the key themselves.
    pub(crate) async fn open_exchange(
        &self,
        streams: &Arc<OpenStreams>,
        request: Request,
        play: impl FnOnce(&Self, &Received, &[u8]) -> Answer,
    ) -> Response<Body> {
        let received = self.receive(request).await;
        let open_stream = streams.open(received.number, &received.label());
        let answer = match &received.body {
            None => error(&received, 413),
            Some(body) => play(self, &received, body),
        };
        let request_id = format!("fake-{}", received.number);
        let answer = answer.header("x-request-id", &request_id).header("openai-processing-ms", "1");
        let response = wire::respond(answer, open_stream).await;
        if response.extensions().get::<Hangup>().is_none() {
            self.recorder.answered(received.number, response.status().as_u16());
        }
        response
    }

    /// Whether requests must carry a key.
    pub(crate) fn wants_key(&self) -> bool {
        self.key.is_some()
    }

    pub(crate) fn reset(&self) {
        self.recorder.reset();
        self.chats.reset();
        self.contexts.reset();
    }

    async fn receive(&self, request: Request) -> Received {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, self.body_limit).await.ok();
        let recorded = body.as_deref().unwrap_or_default();
        let number = self.recorder.request(&head.method, &head.uri, &head.headers, recorded);
        Received { number, uri: head.uri, headers: head.headers, body }
    }

    pub(crate) fn sent_key(&self, headers: &HeaderMap) -> SentKey {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = text("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let mut sent = KEY_HEADERS.iter().filter_map(|name| text(name)).chain(bearer).peekable();
        if sent.peek().is_none() {
            return SentKey::None;
        }
        let right = |sent: &str| match &self.key {
            Some(key) => sent == key,
            None => !sent.starts_with("wrong"),
        };
        if sent.any(right) { SentKey::Right } else { SentKey::Wrong }
    }
}

/// The error in the words of the protocol that was spoken.
fn error(received: &Received, status: u16) -> Answer {
    let path = received.uri.path();
    match status {
        _ if path.starts_with(anthropic::PREFIX) => anthropic::error(received, status),
        _ if path.starts_with(gemini::PREFIX) => gemini::error(status),
        401 => errors::unauthorized(),
        _ => errors::typical(status),
    }
}

impl Received {
    /// The model name asked for, else the path.
    fn label(&self) -> String {
        let body = self.body.as_deref().unwrap_or_default();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        model_of(&self.uri, &body).unwrap_or_else(|| self.uri.path().to_owned())
    }
}

/// The model a request is for: named in its body, or in its path as Gemini does it,
/// `…/models/{model}:{method}`.
pub(crate) fn model_of(uri: &Uri, body: &Value) -> Option<String> {
    if let Some(model) = body["model"].as_str() {
        return Some(model.to_owned());
    }
    let (_, rest) = uri.path().split_once("/models/")?;
    let (model, _) = rest.rsplit_once(':')?;
    Some(percent_decoded(model))
}

/// The answer for any path that is not served.
pub(crate) fn unknown_path(received: &Received) -> Answer {
    let message = format!("Invalid URL ({})", received.uri.path());
    let status = StatusCode::NOT_FOUND.as_u16();
    Answer::json(status, &errors::object(&message, "not_found_error", json!(status)))
}
