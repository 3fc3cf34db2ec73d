//! The route table.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::Response,
    routing::{get, post},
};

use crate::{
    anthropic, chat, control, embeddings,
    exchange::{self, ServerState},
    gemini, models, ollama, openai_responses, protocol,
};

pub(crate) fn router(state: Arc<ServerState>) -> Router {
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

async fn unknown_path(State(state): State<Arc<ServerState>>, request: Request) -> Response<Body> {
    let play = |_: &_, received: &_, _: &_| exchange::unknown_path(received);
    state.exchange(&state.others, request, play).await
}
