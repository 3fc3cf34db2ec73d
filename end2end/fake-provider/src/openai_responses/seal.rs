//! Seals reasoning, so that a change to it shows when it comes back.

use serde_json::Value;

/// Before the seal in the identifiers of calls that follow sealed reasoning.
const SEALED_CALL: &str = "call_sealed_";
/// Hexadecimal digits of a seal.
const DIGITS: usize = 16;

/// The seal of a model's thoughts, the same each time.
pub(super) fn seal(model: &str, summary: &Value) -> String {
    crate::seal::of(&format!("{model}\n{summary}"))
}

/// What `encrypted_content` holds.
pub(super) fn encrypted(seal: &str) -> String {
    format!("gAAAA{seal}==")
}

/// The identifier of a call that must not come back without the reasoning before it.
pub(super) fn call_id(seal: &str, letter: char) -> String {
    format!("{SEALED_CALL}{seal}_{letter}")
}

/// The seal of the reasoning that a call was issued after, if there was any.
pub(super) fn of_call(call_id: &str) -> Option<&str> {
    call_id.strip_prefix(SEALED_CALL)?.get(..DIGITS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_seal_tells_models_and_thoughts_apart() {
        let summary = json!([{"type": "summary_text", "text": "a"}]);
        assert_eq!(seal("m", &summary), seal("m", &summary));
        assert_ne!(seal("m", &summary), seal("n", &summary));
        assert_ne!(seal("m", &summary), seal("m", &json!([])));
        let seal = seal("m", &summary);
        assert_eq!(of_call(&call_id(&seal, 'b')), Some(seal.as_str()));
        assert_eq!(of_call("call_a"), None);
    }
}
