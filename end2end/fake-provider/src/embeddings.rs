//! `POST /v1/embeddings`: vectors made of hashed words, so that similar texts are near.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    chat, check, errors,
    exchange::{Received, ServerState},
    model_name::ModelName,
    protocol::{self, Asked},
};

/// Numbers in a vector unless asked otherwise.
pub(crate) const DIMENSIONS: usize = 64;

/// The models of this endpoint and what is odd about them.
pub(crate) const MODELS: &[(&str, &str)] = &[
    ("embed", "Vectors in the encoding asked for."),
    ("embed-base64", "Always base64, asked for or not."),
    ("embed-shuffled", "The vectors come in reverse order: sort by `index`."),
    ("embed-missing", "One vector fewer than inputs."),
    ("embed-uneven", "The last vector is shorter than the others."),
];

/// Also plays the chat scenarios that answer with an error, such as `flaky-1`.
pub(crate) fn answer(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    let body = match check::embeddings(&received.headers, body) {
        Ok(body) => body,
        Err(broken) => {
            let message = &broken.message;
            return errors::check_failed(&state.recorder, received.number, broken.rule, message);
        }
    };
    let model = body["model"].as_str().unwrap_or_default();
    if MODELS.iter().any(|(name, _)| *name == model) {
        return Answer::json(200, &vectors(model, &body));
    }
    let Ok(name) = ModelName::parse(model) else {
        return errors::model_not_found(model);
    };
    let earlier = state.recorder.played_before(model);
    let asked = Asked::by(body);
    let played = protocol::play(&chat::PROTOCOL, &name, &asked, &received.headers, earlier);
    match played.status.is_success() {
        true if name.scenario.starts_with("flaky") => {
            Answer::json(200, &vectors("embed", &asked.body))
        }
        true => errors::typical(501),
        false => played,
    }
}

fn vectors(model: &str, body: &Value) -> Value {
    let inputs = inputs(&body["input"]);
    let dimensions = body["dimensions"].as_u64().and_then(|number| number.try_into().ok());
    let base64 = model == "embed-base64" || body["encoding_format"] == "base64";
    let last = inputs.len() - 1;
    let mut data: Vec<Value> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let mut vector = vector(input, dimensions.unwrap_or(DIMENSIONS));
        if model == "embed-uneven" && index == last {
            vector.pop();
        }
        let embedding = if base64 { json!(encoded(&vector)) } else { json!(vector) };
        data.push(json!({"object": "embedding", "index": index, "embedding": embedding}));
    }
    match model {
        "embed-shuffled" => data.reverse(),
        "embed-missing" => data.truncate(last),
        _ => {}
    }
    let tokens: usize = inputs.iter().map(|input| input.len().div_ceil(4)).sum();
    let usage = json!({"prompt_tokens": tokens, "total_tokens": tokens});
    json!({"object": "list", "data": data, "model": model, "usage": usage})
}

/// The inputs as texts; tokens count as words. An array of numbers is one input.
pub(crate) fn inputs(input: &Value) -> Vec<String> {
    match input {
        Value::Array(inputs) if inputs.iter().all(|input| !input.is_u64()) => inputs
            .iter()
            .map(|input| input.as_str().map_or_else(|| input.to_string(), str::to_owned))
            .collect(),
        Value::String(text) => vec![text.clone()],
        tokens => vec![tokens.to_string()],
    }
}

/// The unit vector of a text.
pub(crate) fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dimensions];
    for word in text.to_lowercase().split(|character: char| !character.is_alphanumeric()) {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % dimensions as u64).unwrap_or_default();
        vector[place] += 1.0;
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / length).collect()
}

/// Little-endian 32-bit floats in base64.
fn encoded(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearness(left: &str, right: &str) -> f32 {
        let (left, right) = (vector(left, 256), vector(right, 256));
        left.iter().zip(&right).map(|(left, right)| left * right).sum()
    }

    #[test]
    fn similar_texts_are_near() {
        let close = nearness("the red boat", "a red boat");
        assert!(close > nearness("the red boat", "quarterly tax report"));
        assert!((nearness("the red boat", "The red, boat") - 1.0).abs() < 0.3);
    }

    #[test]
    fn an_array_of_numbers_is_one_input() {
        assert_eq!(inputs(&json!([1, 2, 3])).len(), 1);
        assert_eq!(inputs(&json!([[1, 2], [3]])).len(), 2);
        assert_eq!(inputs(&json!(["a", "b", "c"])).len(), 3);
    }
}
