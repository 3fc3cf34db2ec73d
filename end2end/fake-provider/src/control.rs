//! The `/_fake` paths: what tests ask the fake about, and the trap for keys that go astray.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    routing::{any, get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    embeddings,
    exchange::{KEY_HEADERS, ServerState},
    gemini, models,
    open_streams::OpenReport,
    protocol,
    record::{RecordedRequest, Violation},
    scenarios::{self, Tables},
    servers,
};

pub(crate) fn router() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/requests", get(requests))
        .route("/violations", get(violations))
        .route("/open", get(open))
        .route("/scenarios", get(all_scenarios))
        .route("/reset", post(reset))
        .route("/trap", any(trap))
}

/// The trap's address on this server under its other host name, which is another origin.
pub(crate) fn trap_elsewhere(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let other = if name == "localhost" { "127.0.0.1" } else { "localhost" };
    format!("http://{other}:{port}/_fake/trap")
}

/// Which requests to show; all fields may be left out.
#[derive(Deserialize)]
struct RequestFilter {
    model: Option<String>,
    #[serde(default)]
    after: u64,
}

async fn requests(
    State(state): State<Arc<ServerState>>,
    Query(filter): Query<RequestFilter>,
) -> Json<Vec<RecordedRequest>> {
    let wanted = |request: &RecordedRequest| {
        request.number > filter.after && (filter.model.is_none() || request.model == filter.model)
    };
    Json(state.recorder.requests().into_iter().filter(wanted).collect())
}

async fn violations(State(state): State<Arc<ServerState>>) -> Json<Vec<Violation>> {
    Json(state.recorder.violations())
}

async fn open(State(state): State<Arc<ServerState>>) -> Json<OpenReport> {
    Json(state.chats.report())
}

async fn reset(State(state): State<Arc<ServerState>>) -> StatusCode {
    state.reset();
    StatusCode::NO_CONTENT
}

async fn all_scenarios() -> Json<Value> {
    let pair = |(name, about): (&str, &str)| json!({"name": name, "about": about});
    let embeddings: Vec<Value> = embeddings::MODELS.iter().copied().map(pair).collect();
    let lists: Vec<Value> =
        models::VARIANTS.iter().map(|list| pair((list.name, list.about))).collect();
    let gemini_lists: Vec<Value> = gemini::lists().map(pair).collect();
    let servers: Vec<Value> = servers::all().map(|kind| pair((kind.name, kind.about))).collect();
    let mut all = json!({
        "embeddings": embeddings,
        "lists": lists,
        "gemini_lists": gemini_lists,
        "servers": servers,
    });
    for (name, protocol) in protocol::ALL {
        all[name] = table(protocol.tables);
    }
    Json(all)
}

fn table(tables: Tables) -> Value {
    scenarios::all(tables)
        .map(|entry| json!({"name": entry.name, "about": entry.about, "listed": entry.listed}))
        .collect()
}

/// Whoever follows a redirect here with a key has given it to a stranger.
async fn trap(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> (StatusCode, &'static str) {
    let headers = request.headers();
    let number = state.recorder.request(request.method(), request.uri(), headers, &[]);
    let has = |name: &str| headers.contains_key(name);
    if has(header::AUTHORIZATION.as_str()) || KEY_HEADERS.into_iter().any(has) {
        let message = "the key was sent to another origin after a redirect";
        state.recorder.violation(number, "key-leaked", message);
    }
    (StatusCode::OK, "This is the trap.")
}
