//! Thought signatures that come back: none changed, none moved, none lost (protocols §3).

use serde_json::Value;

use super::contents::parts;
use crate::{
    check::{Broken, shape::Check},
    gemini::{scenarios, signature},
    model_name::ModelName,
};

pub(super) fn check(contents: &Value, model: &str) -> Result<(), Broken> {
    let contents = contents.as_array().map_or(&[][..], Vec::as_slice);
    let signs = scenarios::signs_calls(ModelName::scenario_of(model));
    let begun = contents.iter().rposition(is_question).unwrap_or_default();
    for (index, content) in contents.iter().enumerate() {
        let place = format!("contents[{index}]");
        parts(content).iter().try_for_each(|part| genuine(part, model, &place))?;
        let mut calls = parts(content).iter().filter(|part| part.get("functionCall").is_some());
        // Only the loop of calls that is under way is looked at, and of parallel calls the first.
        if let Some(first) = calls.next()
            && signs
            && index > begun
        {
            first.get("thoughtSignature").is_some().or_broken("signature", || {
                format!("{place}: the first function call lacks its thought_signature")
            })?;
            calls
                .all(|call| call.get("thoughtSignature").is_none())
                .or_broken("signature", || {
                    format!("{place}: only the first of parallel calls was signed")
                })?;
        }
    }
    Ok(())
}

/// Whether something else than responses was said to the model.
fn is_question(content: &Value) -> bool {
    content["role"] == "user"
        && !parts(content).iter().any(|part| part.get("functionResponse").is_some())
}

fn genuine(part: &Value, model: &str, place: &str) -> Result<(), Broken> {
    let Some(given) = part.get("thoughtSignature") else { return Ok(()) };
    (*given == signature::of(model, part)).or_broken("signature", || {
        format!("{place}: that thought_signature is another part's or another model's")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MODEL: &str = "signed-parallel";

    fn rule(parts: &Value, model: &str) -> Option<&'static str> {
        let contents = json!([
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": parts},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
        ]);
        check(&contents, model).err().map(|broken| broken.rule)
    }

    #[test]
    fn signatures_come_back_as_they_were_given() {
        let call = json!({"functionCall": {"name": "f", "args": {"a": 1}}});
        let changed = json!({"functionCall": {"name": "f", "args": {"a": 2}}});
        let signed = signature::signed(MODEL, call.clone());
        assert_eq!(rule(&json!([signed, call]), MODEL), None);
        assert_eq!(rule(&json!([call, signed]), MODEL), Some("signature"));
        assert_eq!(rule(&json!([signed, signed]), MODEL), Some("signature"));
        assert_eq!(rule(&json!([call]), MODEL), Some("signature"));
        assert_eq!(rule(&json!([call]), "tool-one-piece"), None);
        assert_eq!(rule(&json!([signed]), "signed-tool"), Some("signature"));
        let mut moved = changed;
        moved["thoughtSignature"] = signed["thoughtSignature"].clone();
        assert_eq!(rule(&json!([moved]), MODEL), Some("signature"));
    }

    #[test]
    fn earlier_loops_may_lack_theirs() {
        let call = json!({"functionCall": {"name": "f", "args": {}}});
        let contents = json!([
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": [call]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
            {"role": "model", "parts": [{"text": "b"}]},
            {"role": "user", "parts": [{"text": "c"}]},
        ]);
        assert_eq!(check(&contents, MODEL), Ok(()));
    }
}
