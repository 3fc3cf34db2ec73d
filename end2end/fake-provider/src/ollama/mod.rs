//! Ollama's own protocol below `/ollama` (protocols §4).
//!
//! Scenarios are chosen by the model's name as for Chat Completions, and most of them *are* those,
//! put into lines; `GET /_fake/scenarios` lists them under `ollama`. The models of [`models`] can be
//! chatted with too and answer `plain`. Only streams are offered: `"stream": false` is a failed check.
//!
//! Beside the shape of requests, the checks watch `options.num_ctx`: it must be there, and it must not
//! change needlessly, since Ollama then loads the model anew; see [`Contexts`].

mod chat;
mod check;
mod contexts;
mod embed;
mod lines;
mod models;
mod scenarios;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::Response,
    routing::{get, post},
};
use serde_json::json;

pub(crate) use self::{chat::PROTOCOL, contexts::Contexts};
use crate::{answer::Answer, exchange::ServerState};

pub(crate) fn router() -> Router<Arc<ServerState>> {
    Router::new()
        .route("/ollama", get(root))
        .route("/ollama/", get(root))
        .route("/ollama/api/version", get(version))
        .route("/ollama/api/tags", get(tags))
        .route("/ollama/api/ps", get(loaded))
        .route("/ollama/api/show", post(show))
        .route("/ollama/api/chat", post(create_chat))
        .route("/ollama/api/embed", post(create_embeddings))
}

async fn root(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play =
        |_: &_, _: &_, _: &_| Answer::whole(200, "text/plain; charset=utf-8", "Ollama is running");
    state.exchange(&state.others, request, play).await
}

async fn version(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |_: &_, _: &_, _: &_| Answer::json(200, &json!({"version": "0.33.0"}));
    state.exchange(&state.others, request, play).await
}

async fn tags(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |state: &ServerState, _: &_, _: &_| models::tags(&state.extra_models);
    state.exchange(&state.others, request, play).await
}

async fn loaded(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |_: &_, _: &_, _: &_| models::loaded();
    state.exchange(&state.others, request, play).await
}

async fn show(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    state.exchange(&state.others, request, models::show).await
}

async fn create_chat(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    state.exchange(&state.chats, request, chat::answer).await
}

async fn create_embeddings(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    state.exchange(&state.others, request, embed::answer).await
}
