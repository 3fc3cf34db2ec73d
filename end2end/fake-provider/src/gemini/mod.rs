//! Google Gemini's protocol: scenarios, checks and model lists of its own on the shared machinery.

mod check;
mod errors;
mod models;
mod part_stream;
mod scenarios;
mod signature;
mod whole;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{Response, Uri},
    routing::{get, post},
};
use serde_json::Value;

pub(crate) use self::models::lists;
use crate::{
    answer::Answer,
    check::Broken,
    errors as shared_errors,
    exchange::{self, Received, ServerState, model_of},
    fold,
    protocol::{self, Asked, Protocol},
};

/// The methods of a model, behind the last colon of the path.
const STREAMED: &str = "streamGenerateContent";
const WHOLE: &str = "generateContent";

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: |_, received, body| checked(received, body),
    tables: scenarios::ALL,
    conversation: "contents",
    say: part_stream::say,
    render: fold::unless_streamed::<whole::Whole>,
    model_not_found: errors::model_not_found,
    check_failed: shared_errors::check_failed,
};

/// What all paths of the protocol begin with.
pub(crate) const PREFIX: &str = "/gemini/";

pub(crate) fn router() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/gemini/v1beta/models", get(list_models))
        .route("/gemini/v1beta/models/{call}", post(generate))
        .route("/gemini/lists/{variant}/v1beta/models", get(list_troublesome_models))
}

async fn generate(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    state.exchange(&state.chats, request, answer).await
}

async fn list_models(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |state: &ServerState, received: &Received, _: &[u8]| {
        listed(state, received, |received| models::all(&state.extra_models, &received.uri))
    };
    state.exchange(&state.others, request, play).await
}

async fn list_troublesome_models(
    State(state): State<Arc<ServerState>>,
    Path(variant): Path<String>,
    request: Request,
) -> Response<Body> {
    let play = |state: &ServerState, received: &Received, _: &[u8]| {
        listed(state, received, |received| {
            models::troublesome(&variant, received)
                .unwrap_or_else(|| exchange::unknown_path(received))
        })
    };
    state.exchange(&state.others, request, play).await
}

fn listed(
    state: &ServerState,
    received: &Received,
    list: impl FnOnce(&Received) -> Answer,
) -> Answer {
    match check::key(&received.headers, &received.uri) {
        Ok(()) => list(received),
        Err(broken) => shared_errors::check_failed(
            &state.recorder,
            received.number,
            broken.rule,
            &broken.message,
        ),
    }
}

/// Plays the scenario that the model in the path names.
fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    match method(&received.uri) {
        STREAMED | WHOLE => protocol::answer(&PROTOCOL, state, received, body, |_| false),
        _ => exchange::unknown_path(received),
    }
}

fn checked(received: &Received, body: &[u8]) -> Result<Asked, Broken> {
    let model = model_of(&received.uri, &Value::Null).unwrap_or_default();
    let wants_stream = method(&received.uri) == STREAMED;
    let body = check::generate(received, &model, wants_stream, body)?;
    Ok(Asked { model, wants_stream, body })
}

/// The error of this status, for requests that are refused unread.
pub(crate) fn error(status: u16) -> Answer {
    if status == 401 { errors::wrong_key() } else { errors::typical(status) }
}

/// What follows the last colon of the path.
fn method(uri: &Uri) -> &str {
    uri.path().rsplit_once(':').map_or("", |(_, method)| method)
}
