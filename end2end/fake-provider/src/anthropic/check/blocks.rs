//! The blocks of content: which role may send which, and what each must hold.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    super::signature::{sealed, sign},
    is_blank,
};
use crate::{
    check::{
        Broken,
        shape::{self, Check, Shape, is_function_name, is_text},
    },
    model_name::ModelName,
};

const MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/// Scenarios of servers that sign no thoughts.
const UNSIGNED: [&str; 2] = ["reasoning-unsigned", "imitator-llamacpp"];

const TEXT: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("text", Shape::Any),
    ("citations", Shape::Array),
    ("cache_control", Shape::Object),
];
const IMAGE: &[(&str, Shape)] =
    &[("type", Shape::Text), ("source", Shape::Object), ("cache_control", Shape::Object)];
const CALL: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("id", Shape::Text),
    ("name", Shape::Text),
    ("input", Shape::Object),
    ("cache_control", Shape::Object),
];
const RESULT: &[(&str, Shape)] = &[
    ("type", Shape::Text),
    ("tool_use_id", Shape::Text),
    ("content", Shape::Any),
    ("is_error", Shape::Bool),
    ("cache_control", Shape::Object),
];
const THOUGHT: &[(&str, Shape)] =
    &[("type", Shape::Text), ("thinking", Shape::Any), ("signature", Shape::Any)];
const SEALED: &[(&str, Shape)] = &[("type", Shape::Text), ("data", Shape::Text)];

/// A message's content as blocks; a plain text is one block.
pub(super) fn of(message: &Value) -> Vec<Value> {
    match &message["content"] {
        Value::Array(blocks) => blocks.clone(),
        Value::String(text) => vec![json!({"type": "text", "text": text})],
        _ => Vec::new(),
    }
}

/// The instructions: a text, or blocks of text.
pub(super) fn system(system: &Value) -> Result<(), Broken> {
    if system.is_null() {
        return Ok(());
    }
    let blocks = of(&json!({"content": system}));
    (!blocks.is_empty()).or_broken("system", || "`system` is empty or no text".to_owned())?;
    for block in &blocks {
        (block["type"] == "text").or_broken("system", || "`system` takes text only".to_owned())?;
        text(block, "system")?;
    }
    Ok(())
}

/// One block of a message of this role to this model.
pub(super) fn check(block: &Value, role: &str, model: &str, place: &str) -> Result<(), Broken> {
    match (role, block["type"].as_str().unwrap_or_default()) {
        (_, "text") => text(block, place),
        ("user", "image") => image(block, place),
        ("user", "tool_result") => result(block, place),
        ("assistant", "tool_use") => {
            shape::fields(block, CALL, place)?;
            (is_identifier(&block["id"])
                && is_function_name(&block["name"])
                && block["input"].is_object())
            .or_broken("tool-use", || {
                format!("{place}: a tool_use needs id, name and input as an object")
            })
        }
        ("assistant", "thinking") => thought(block, model, place),
        ("assistant", "redacted_thinking") => {
            shape::fields(block, SEALED, place)?;
            (block["data"] == sealed(model))
                .or_broken("thinking-changed", || format!("{place}: this was never sealed here"))
        }
        // What the fake's own scenarios say beside the usual.
        ("assistant", "server_tool_use" | "web_search_tool_result") => Ok(()),
        (_, kind) => Err(Broken::new(
            "content",
            format!("{place}: {kind:?} is no block for the role {role}"),
        )),
    }
}

/// Letters, digits, `_` and `-`.
fn is_identifier(id: &Value) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    id.as_str().is_some_and(|id| !id.is_empty() && id.bytes().all(allowed))
}

fn text(block: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(block, TEXT, place)?;
    block["text"]
        .as_str()
        .is_some_and(|text| !is_blank(text))
        .or_broken("blank-text", || format!("{place}: a text block is empty or white space"))
}

fn image(block: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(block, IMAGE, place)?;
    let source = &block["source"];
    let good = match source["type"].as_str() {
        Some("base64") => {
            source["media_type"].as_str().is_some_and(|kind| MEDIA_TYPES.contains(&kind))
                && source["data"]
                    .as_str()
                    .and_then(|data| STANDARD.decode(data).ok())
                    .is_some_and(|bytes| !bytes.is_empty())
        }
        Some("url") => is_text(&source["url"]),
        Some("file") => is_text(&source["file_id"]),
        _ => false,
    };
    good.or_broken("image", || {
        format!("{place}: an image needs base64 data and one of {}", MEDIA_TYPES.join(", "))
    })
}

fn result(block: &Value, place: &str) -> Result<(), Broken> {
    shape::fields(block, RESULT, place)?;
    is_identifier(&block["tool_use_id"])
        .or_broken("tool-result", || format!("{place}: tool_use_id is missing"))?;
    let content = &block["content"];
    (content.is_null() || content.is_string() || content.is_array())
        .or_broken("tool-result", || format!("{place}: content is no text and no blocks"))?;
    for inner in content.as_array().into_iter().flatten() {
        match inner["type"].as_str() {
            Some("text") => text(inner, place)?,
            Some("image") => image(inner, place)?,
            kind => {
                return Err(Broken::new("content", format!("{place}: {kind:?} within a result")));
            }
        }
    }
    let said_something = content.as_str().is_some_and(|text| !is_blank(text))
        || content.as_array().is_some_and(|blocks| !blocks.is_empty());
    (block["is_error"] != true || said_something)
        .or_broken("tool-result", || format!("{place}: a failed result must say why"))
}

fn thought(block: &Value, model: &str, place: &str) -> Result<(), Broken> {
    shape::fields(block, THOUGHT, place)?;
    let thinking = block["thinking"].as_str();
    let signature = block["signature"].as_str().unwrap_or_default();
    let unsigned = signature.is_empty() && UNSIGNED.contains(&ModelName::scenario_of(model));
    thinking
        .is_some_and(|thinking| unsigned || signature == sign(model, thinking))
        .or_broken("thinking-changed", || {
            format!("{place}: thought and signature are not as this model gave them")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(role: &str, block: &Value) -> Option<&'static str> {
        check(block, role, "m", "here").err().map(|broken| broken.rule)
    }

    fn image_of(kind: &str, data: &str) -> Value {
        json!({"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}})
    }

    #[test]
    fn blocks_belong_to_roles() {
        let call = json!({"type": "tool_use", "id": "a", "name": "f", "input": {}});
        assert_eq!(rule("assistant", &call), None);
        assert_eq!(rule("user", &call), Some("content"));
        let result = json!({"type": "tool_result", "tool_use_id": "a", "content": ""});
        assert_eq!(rule("user", &result), None);
        assert_eq!(rule("assistant", &result), Some("content"));
        assert_eq!(rule("user", &json!({"type": "text", "text": " \n"})), Some("blank-text"));
        assert_eq!(rule("user", &image_of("image/png", "aGk=")), None);
        assert_eq!(rule("user", &image_of("image/tiff", "aGk=")), Some("image"));
        assert_eq!(rule("user", &image_of("image/png", "?")), Some("image"));
    }

    #[test]
    fn thoughts_must_come_back_as_they_were() {
        let thought = |text: &str, signature: &str| json!({"type": "thinking", "thinking": text, "signature": signature});
        assert_eq!(rule("assistant", &thought("x", &sign("m", "x"))), None);
        assert_eq!(rule("assistant", &thought("y", &sign("m", "x"))), Some("thinking-changed"));
        assert_eq!(rule("assistant", &thought("x", "")), Some("thinking-changed"));
        let sealed_block = |data: &str| json!({"type": "redacted_thinking", "data": data});
        assert_eq!(rule("assistant", &sealed_block(&sealed("m"))), None);
        assert_eq!(rule("assistant", &sealed_block(&sealed("n"))), Some("thinking-changed"));
    }

    #[test]
    fn calls_and_results_are_whole() {
        let call = json!({"type": "tool_use", "id": "a.b", "name": "f", "input": {}});
        assert_eq!(rule("assistant", &call), Some("tool-use"));
        let call = json!({"type": "tool_use", "id": "a", "name": "f", "input": "{}"});
        assert_eq!(rule("assistant", &call), Some("field-value"));
        let failed = json!({"type": "tool_result", "tool_use_id": "a", "is_error": true});
        assert_eq!(rule("user", &failed), Some("tool-result"));
    }
}
