//! What the fake handed out beside the text of a turn must come back unchanged.

use serde_json::Value;

use super::{
    Broken,
    shape::{self, Check, Shape, is_text},
};
use crate::seal;

const DETAILS: &[(&str, Shape)] = &[
    ("type", Shape::OneOf(&["reasoning.text", "reasoning.summary", "reasoning.encrypted"])),
    ("text", Shape::Text),
    ("summary", Shape::Text),
    ("data", Shape::Text),
    ("signature", Shape::Text),
    ("format", Shape::Text),
    ("id", Shape::Text),
    ("index", Shape::Integer),
];

/// Checks OpenRouter's blocks: whole, in order, and with the seals they were given.
pub(super) fn reasoning_details(message: &Value, place: &str) -> Result<(), Broken> {
    let Some(details) = message["reasoning_details"].as_array() else {
        return Ok(());
    };
    let rule = "reasoning-details";
    (message["role"] == "assistant" && !details.is_empty()).or_broken(rule, || {
        format!("{place}: `reasoning_details` belong to the assistant that gave them")
    })?;
    for (position, block) in details.iter().enumerate() {
        let place = format!("{place}.reasoning_details[{position}]");
        shape::fields(block, DETAILS, &place)?;
        (block["index"] == position)
            .or_broken(rule, || format!("{place} has the index {}", block["index"]))?;
        let text = |field: &str| block[field].as_str().unwrap_or_default();
        let intact = match text("type") {
            "reasoning.text" => text("signature") == seal::of(text("text")),
            "reasoning.summary" => seal::is_intact(text("summary")),
            _ => seal::is_intact(text("data")),
        };
        intact.or_broken(rule, || format!("{place} is not what was given: {block}"))?;
    }
    Ok(())
}

/// Checks Google's extension of a message or a call: the signature it was given, and nothing else.
pub(super) fn extra_content(holder: &Value, place: &str) -> Result<(), Broken> {
    let Some(extension) = holder.get("extra_content") else {
        return Ok(());
    };
    let signature = extension["google"]["thought_signature"].as_str().unwrap_or_default();
    seal::is_intact(signature).or_broken("thought-signature", || {
        format!("{place}: the signature is not what was given: {extension}")
    })
}

/// Whether a content part is one of Mistral's thoughts, closed as it must be to go back.
pub(super) fn is_thought(part: &Value) -> bool {
    let texts = part["thinking"].as_array().map_or(&[][..], Vec::as_slice);
    part["closed"] == true
        && !texts.is_empty()
        && texts.iter().all(|piece| piece["type"] == "text" && is_text(&piece["text"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(result: Result<(), Broken>) -> Option<&'static str> {
        result.err().map(|broken| broken.rule)
    }

    fn thought(text: &str, signature: &str, index: u64) -> Value {
        json!({"type": "reasoning.text", "text": text, "signature": signature, "index": index})
    }

    #[test]
    fn reasoning_details_must_be_whole_and_in_order() {
        let check = |details: Value| {
            let message = json!({"role": "assistant", "reasoning_details": details});
            rule(reasoning_details(&message, "m"))
        };
        let sealed = json!({"type": "reasoning.encrypted", "data": seal::sealed("x"), "index": 1});
        assert_eq!(check(json!([thought("a", &seal::of("a"), 0), sealed])), None);
        assert_eq!(check(json!([])), Some("reasoning-details"));
        assert_eq!(check(json!([sealed])), Some("reasoning-details"));
        assert_eq!(check(json!([thought("ab", &seal::of("a"), 0)])), Some("reasoning-details"));
        assert_eq!(check(json!([{"type": "thinking", "index": 0}])), Some("field-value"));
        let user = json!({"role": "user", "reasoning_details": [thought("a", &seal::of("a"), 0)]});
        assert_eq!(rule(reasoning_details(&user, "m")), Some("reasoning-details"));
    }

    #[test]
    fn an_extension_must_hold_an_intact_signature() {
        let with = |signature: &str| {
            let holder = json!({"extra_content": {"google": {"thought_signature": signature}}});
            rule(extra_content(&holder, "m"))
        };
        assert_eq!(with(&seal::sealed("x")), None);
        assert_eq!(with("x"), Some("thought-signature"));
        assert_eq!(rule(extra_content(&json!({}), "m")), None);
    }
}
