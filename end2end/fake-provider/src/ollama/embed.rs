//! `POST /ollama/api/embed`: the same vectors as the other protocol's.

use serde_json::{Value, json};

use super::{chat::not_found, check};
use crate::{
    answer::Answer,
    embeddings::{DIMENSIONS, inputs, vector},
    errors,
    exchange::{Received, ServerState},
};

/// The model that makes embeddings, beside the one in the list.
const MODELS: [&str; 2] = ["embed", super::models::EMBEDDING_MODEL];

pub(super) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    let body = match check::embed(&received.headers, body) {
        Ok(body) => body,
        Err(broken) => {
            let message = &broken.message;
            return errors::check_failed(&state.recorder, received.number, broken.rule, message);
        }
    };
    let model = body["model"].as_str().unwrap_or_default();
    if MODELS.contains(&model) {
        Answer::json(200, &vectors(model, &body))
    } else {
        not_found(model)
    }
}

fn vectors(model: &str, body: &Value) -> Value {
    let inputs = inputs(&body["input"]);
    let dimensions = body["dimensions"].as_u64().and_then(|number| number.try_into().ok());
    let embeddings: Vec<_> =
        inputs.iter().map(|input| vector(input, dimensions.unwrap_or(DIMENSIONS))).collect();
    let tokens: usize = inputs.iter().map(|input| input.len().div_ceil(4)).sum();
    json!({
        "model": model,
        "embeddings": embeddings,
        "total_duration": 2_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": tokens,
    })
}
