//! Google Gemini's protocol: scenarios, checks and model lists of its own on the shared machinery.

mod check;
mod errors;
mod models;
mod part_stream;
pub(crate) mod scenarios;
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

pub(crate) use self::{errors::wrong_key, models::lists};
use crate::{
    answer::Answer,
    call::Call,
    chat, errors as shared_errors,
    exchange::{self, Received, ServerState, model_of},
    fold,
    gemini::whole::Whole,
    model_name::ModelName,
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
    let failed = |rule: &str, message: &str| {
        shared_errors::check_failed(&state.recorder, received.number, rule, message)
    };
    let model = model_of(&received.uri, &serde_json::Value::Null).unwrap_or_default();
    let wants_stream = match method(&received.uri) {
        "streamGenerateContent" => true,
        "generateContent" => false,
        _ => return exchange::unknown_path(received),
    };
    let body = match check::generate(received, &model, wants_stream, body) {
        Ok(body) => body,
        Err(broken) => return failed(broken.rule, &broken.message),
    };
    if scenarios::find(ModelName::scenario_of(&model)).is_none() {
        return errors::model_not_found(&model);
    }
    let name = match ModelName::parse(&model) {
        Ok(name) => name,
        Err(error) => return failed("model-name", &format!("model name {model:?}: {error}")),
    };
    let earlier = state.recorder.played_before(&model);
    let Some((scenario, suffix)) = scenarios::find(name.due(earlier)) else {
        return errors::model_not_found(&model);
    };
    let call = Call {
        model: &model,
        wants_stream,
        body: &body,
        headers: &received.headers,
        parameters: &name.parameters,
        suffix,
        earlier,
    };
    let answer = chat::paced((scenario.play)(&call), &name.parameters);
    if wants_stream { answer } else { fold::fold::<Whole>(answer) }
}

/// What follows the last colon of the path.
fn method(uri: &Uri) -> &str {
    uri.path().rsplit_once(':').map_or("", |(_, method)| method)
}
