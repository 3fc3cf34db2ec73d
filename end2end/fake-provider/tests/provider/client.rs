//! A small client for the tests: sends chat requests and reads what comes back.

use std::{sync::LazyLock, time::Duration};

use fake_provider::{FakeProvider, Options};
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::{Value, json};

/// No test waits longer than this for anything that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn start() -> FakeProvider {
    FakeProvider::start(Options::default()).await.unwrap()
}

/// One client for all tests, because making one is slow; it keeps no connection, because each
/// test has a runtime of its own.
#[expect(clippy::disallowed_methods, reason = "the guarded client belongs to what is tested")]
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    // Built together with the studio, reqwest has TLS and wants to be told whose. A provider that is
    // installed already is the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
    builder.pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap()
});

pub(crate) fn client() -> &'static Client {
    &CLIENT
}

pub(crate) fn chat_body(model: &str, stream: bool) -> Value {
    json!({
        "model": model,
        "messages": [{"role": "user", "content": "Say something."}],
        "stream": stream,
    })
}

pub(crate) fn request(base_url: &str, body: &Value) -> RequestBuilder {
    let accept = if body["stream"] == true { "text/event-stream" } else { "application/json" };
    client().post(format!("{base_url}/chat/completions")).header("accept", accept).json(body)
}

pub(crate) async fn send(provider: &FakeProvider, body: &Value) -> Response {
    request(&provider.base_url(), body).send().await.unwrap()
}

/// The answer to a streamed request, which must come to an orderly end.
pub(crate) async fn streamed(provider: &FakeProvider, model: &str) -> String {
    send(provider, &chat_body(model, true)).await.text().await.unwrap()
}

/// The answer in one piece.
pub(crate) async fn whole(provider: &FakeProvider, model: &str) -> Value {
    send(provider, &chat_body(model, false)).await.json().await.unwrap()
}

/// The JSON of each `data:` line; lines that hold none are left out.
pub(crate) fn frames(stream: &str) -> Vec<Value> {
    let data = stream.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data.trim()).ok()).collect()
}

/// All text deltas joined.
pub(crate) fn text(stream: &str) -> String {
    let frames = frames(stream);
    let deltas = frames.iter().map(|frame| &frame["choices"][0]["delta"]["content"]);
    deltas.filter_map(Value::as_str).collect()
}
