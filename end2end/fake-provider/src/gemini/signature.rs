//! Thought signatures: deterministic, so that a signed part is known again without a memory.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The signature this model gives to this part.
pub(super) fn of(model: &str, part: &Value) -> String {
    let mut hasher = DefaultHasher::new();
    (model, part["text"].as_str()).hash(&mut hasher);
    // Field by field, because clients may write them in any order.
    part["functionCall"]["name"].as_str().hash(&mut hasher);
    let arguments = part["functionCall"]["args"].as_object().into_iter().flatten();
    let mut arguments: Vec<_> = arguments.map(|(key, value)| (key, value.to_string())).collect();
    arguments.sort();
    arguments.hash(&mut hasher);
    STANDARD.encode(format!("fake-thought-signature-{:016x}", hasher.finish()))
}

/// The part with its signature.
pub(super) fn signed(model: &str, mut part: Value) -> Value {
    part["thoughtSignature"] = Value::from(of(model, &part));
    part
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_signature_belongs_to_one_model_and_one_part() {
        let part = json!({"functionCall": {"name": "f", "args": {"a": 1, "b": 2}}});
        let same = json!({"functionCall": {"args": {"b": 2, "a": 1}, "name": "f"}});
        let other = json!({"functionCall": {"name": "f", "args": {"a": 1, "b": 3}}});
        assert_eq!(of("m", &part), of("m", &same));
        assert_eq!(of("m", &signed("m", part.clone())), of("m", &part));
        assert_ne!(of("m", &part), of("m", &other));
        assert_ne!(of("m", &part), of("n", &part));
        assert_ne!(of("m", &json!({"text": ""})), of("m", &json!({"text": "x"})));
    }
}
