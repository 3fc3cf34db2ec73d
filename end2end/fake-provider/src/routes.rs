//! The route table.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::Response,
    routing::{any, get, post},
};

use crate::{
    anthropic, chat, control, embeddings,
    exchange::{self, Received, ServerState},
    gemini, models, ollama, openai_responses, protocol, servers,
};

pub(crate) fn router(state: Arc<ServerState>) -> Router {
    if state.at_root.is_some() {
        return Router::new()
            .nest("/_fake", control::router())
            .fallback(server_at_root)
            .with_state(state);
    }
    Router::new()
        // The provider itself.
        .route("/v1/chat/completions", post(chat_completions))
        .route("/v1/responses", post(responses))
        .route("/v1/models", get(list_models))
        .route("/v1/embeddings", post(create_embeddings))
        // The same with a troublesome model list.
        .route("/lists/{variant}/v1/chat/completions", post(list_chat_completions))
        .route("/lists/{variant}/v1/models", get(list_troublesome_models))
        .route("/lists/{variant}/v1/embeddings", post(create_embeddings))
        // Other protocols.
        .route("/anthropic/v1/messages", post(anthropic_messages))
        .route("/anthropic/v1/models", get(anthropic_models))
        .merge(gemini::router())
        .merge(ollama::router())
        // Servers to detect.
        .route("/servers/{kind}", any(server_of_kind))
        .route("/servers/{kind}/", any(server_of_kind))
        .route("/servers/{kind}/{*path}", any(server_of_kind))
        // What tests ask.
        .nest("/_fake", control::router())
        .fallback(unknown_path)
        .with_state(state)
}

async fn chat_completions(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    let play = |state: &_, received: &_, body: &_| {
        protocol::answer(&chat::PROTOCOL, state, received, body, |_| false)
    };
    state.exchange(&state.chats, request, play).await
}

async fn responses(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |state: &_, received: &_, body: &_| {
        let protocol = &openai_responses::PROTOCOL;
        protocol::answer(protocol, state, received, body, |_| false)
    };
    state.exchange(&state.chats, request, play).await
}

async fn list_chat_completions(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    let play = |state: &_, received: &_, body: &_| {
        protocol::answer(&chat::PROTOCOL, state, received, body, |_| true)
    };
    state.exchange(&state.chats, request, play).await
}

async fn list_models(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |state: &ServerState, _: &_, _: &_| models::all(&state.extra_models);
    state.exchange(&state.others, request, play).await
}

async fn list_troublesome_models(
    State(state): State<Arc<ServerState>>,
    Path(variant): Path<String>,
    request: Request,
) -> Response<Body> {
    let play = |_: &_, received: &_, _: &_| {
        models::troublesome(&variant, received).unwrap_or_else(|| exchange::unknown_path(received))
    };
    state.exchange(&state.others, request, play).await
}

async fn create_embeddings(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    state.exchange(&state.others, request, embeddings::answer).await
}

async fn anthropic_messages(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    state.exchange(&state.chats, request, anthropic::answer).await
}

async fn anthropic_models(
    State(state): State<Arc<ServerState>>,
    request: Request,
) -> Response<Body> {
    let play = |state: &_, received: &_, _: &_| anthropic::models(state, received);
    state.exchange(&state.others, request, play).await
}

async fn server_of_kind(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let below = path.trim_start_matches("/servers/");
    let (kind, path) = match below.split_once('/') {
        Some((kind, path)) => (kind, format!("/{path}")),
        None => (below, "/".to_owned()),
    };
    let play = |state: &_, received: &_, _: &_| {
        servers::answer(state, kind, &path, received)
            .unwrap_or_else(|| exchange::unknown_path(received))
    };
    state.open_exchange(&state.others, request, play).await
}

async fn server_at_root(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let kind = state.at_root.clone().unwrap_or_default();
    let play = |state: &_, received: &Received, _: &_| {
        servers::answer(state, &kind, received.uri.path(), received)
            .unwrap_or_else(|| exchange::unknown_path(received))
    };
    state.open_exchange(&state.others, request, play).await
}

async fn unknown_path(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |_: &_, received: &_, _: &_| exchange::unknown_path(received);
    state.exchange(&state.others, request, play).await
}
