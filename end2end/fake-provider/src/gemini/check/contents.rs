//! The turns of a request: who speaks when, what each part is, and calls with their responses.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::check::{
    Broken,
    shape::{self, Check, Shape, is_function_name, is_text},
};

const CONTENT: &[(&str, Shape)] =
    &[("role", Shape::OneOf(&["user", "model"])), ("parts", Shape::Array)];

const PART: &[(&str, Shape)] = &[
    ("text", Shape::Any),
    ("inlineData", Shape::Object),
    ("fileData", Shape::Object),
    ("functionCall", Shape::Object),
    ("functionResponse", Shape::Object),
    ("thought", Shape::Bool),
    ("thoughtSignature", Shape::Text),
];

/// Of these a part has exactly one.
const KINDS: &[&str] = &["text", "inlineData", "fileData", "functionCall", "functionResponse"];

const CALL: &[(&str, Shape)] =
    &[("id", Shape::Text), ("name", Shape::Text), ("args", Shape::Object)];

const RESPONSE: &[(&str, Shape)] =
    &[("id", Shape::Text), ("name", Shape::Text), ("response", Shape::Object)];

/// Instructions are texts and nothing else.
pub(super) fn system(instruction: &Value) -> Result<(), Broken> {
    if instruction.is_null() {
        return Ok(());
    }
    let parts = instruction["parts"].as_array().map_or(&[][..], Vec::as_slice);
    (!parts.is_empty() && parts.iter().all(|part| is_text(&part["text"])))
        .or_broken("system", || "`systemInstruction` must be parts of text".to_owned())
}

pub(super) fn check(contents: &Value) -> Result<(), Broken> {
    let contents = contents.as_array().map_or(&[][..], Vec::as_slice);
    (!contents.is_empty()).or_broken("contents", || "`contents` is missing or empty".to_owned())?;
    let mut before: Option<&Value> = None;
    for (index, content) in contents.iter().enumerate() {
        let place = format!("contents[{index}]");
        shape::fields(content, CONTENT, &place)?;
        let role = content["role"].as_str().unwrap_or_default();
        let due = match before {
            None => role == "user",
            Some(before) => before["role"] != role,
        };
        due.or_broken("role-order", || {
            format!("{place}: turns alternate, and the user's comes first; this one is {role:?}")
        })?;
        let parts = parts(content);
        (!parts.is_empty()).or_broken("parts", || format!("{place} has no parts"))?;
        parts.iter().try_for_each(|part| self::part(part, role, &place))?;
        if role == "user" {
            responses(before.map_or(&[], self::parts), parts, &place)?;
        }
        before = Some(content);
    }
    let open = before.filter(|last| last["role"] == "model").map_or(&[][..], parts);
    (!open.iter().any(|part| part.get("functionCall").is_some()))
        .or_broken("function-response", || {
            "`contents` ends before the responses to the last calls".to_owned()
        })
}

pub(super) fn parts(content: &Value) -> &[Value] {
    content["parts"].as_array().map_or(&[], Vec::as_slice)
}

fn part(part: &Value, role: &str, place: &str) -> Result<(), Broken> {
    shape::fields(part, PART, place)?;
    let kinds: Vec<&str> = KINDS.iter().copied().filter(|kind| part.get(kind).is_some()).collect();
    let [kind] = kinds[..] else {
        let message = format!("{place}: a part is one of {}, not {kinds:?}", KINDS.join(", "));
        return Err(Broken::new("parts", message));
    };
    let good = match kind {
        "text" => is_text(&part["text"]) || part.get("thoughtSignature").is_some(),
        "inlineData" => {
            let data = part["inlineData"]["data"].as_str().unwrap_or_default();
            is_text(&part["inlineData"]["mimeType"])
                && STANDARD.decode(data).is_ok_and(|bytes| !bytes.is_empty())
        }
        "fileData" => is_text(&part["fileData"]["fileUri"]),
        "functionCall" => {
            shape::fields(&part[kind], CALL, place)?;
            is_function_name(&part[kind]["name"]) && part[kind]["args"].is_object()
        }
        _ => {
            shape::fields(&part[kind], RESPONSE, place)?;
            is_function_name(&part[kind]["name"]) && part[kind]["response"].is_object()
        }
    };
    good.or_broken("parts", || {
        let shown: String = part.to_string().chars().take(200).collect();
        format!("{place}: {shown} is no whole {kind}")
    })?;
    let models_own = kind == "functionCall"
        || part.get("thought").is_some()
        || part.get("thoughtSignature").is_some();
    let allowed = if role == "model" {
        matches!(kind, "text" | "functionCall" | "inlineData")
    } else {
        !models_own
    };
    allowed.or_broken("parts", || format!("{place}: {kind} does not belong to the role {role}"))
}

/// One response for each call of the turn before, in its order, before anything else.
fn responses(before: &[Value], parts: &[Value], place: &str) -> Result<(), Broken> {
    let calls: Vec<&Value> = before.iter().filter_map(|part| part.get("functionCall")).collect();
    let given: Vec<&Value> = parts.iter().map_while(|part| part.get("functionResponse")).collect();
    let all = parts.iter().filter(|part| part.get("functionResponse").is_some()).count();
    (all == given.len()).or_broken("function-response", || {
        format!("{place}: responses come before everything else of their turn")
    })?;
    (calls.len() == given.len()).or_broken("function-response", || {
        format!("{place}: {} responses to {} calls", given.len(), calls.len())
    })?;
    calls.iter().zip(given).try_for_each(|(call, response)| {
        (call["name"] == response["name"] && call["id"] == response["id"])
            .or_broken("function-response", || {
                format!("{place}: {response} does not answer {call}, which is its turn")
            })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(contents: &Value) -> Option<&'static str> {
        check(contents).err().map(|broken| broken.rule)
    }

    fn user(text: &str) -> Value {
        json!({"role": "user", "parts": [{"text": text}]})
    }

    fn calls(names: &[&str]) -> Value {
        let call = |name: &&str| json!({"functionCall": {"name": name, "args": {}}});
        json!({"role": "model", "parts": names.iter().map(call).collect::<Vec<_>>()})
    }

    fn response(name: &str) -> Value {
        json!({"functionResponse": {"name": name, "response": {"result": 1}}})
    }

    #[test]
    fn good_turns_pass() {
        for contents in [
            json!([user("a")]),
            json!([user("a"), {"role": "model", "parts": [
                {"text": "b"}, {"text": "", "thoughtSignature": "s"},
            ]}, user("c")]),
            json!([user("a"), calls(&["f", "g"]),
                {"role": "user", "parts": [response("f"), response("g"), {"text": "go on"}]}]),
            json!([{"role": "user", "parts": [
                {"text": "see"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            ]}]),
        ] {
            assert_eq!(check(&contents), Ok(()), "{contents}");
        }
    }

    #[test]
    fn bad_turns_are_refused() {
        for (contents, expected) in [
            (json!([]), "contents"),
            (json!([{"role": "system", "parts": [{"text": "a"}]}]), "field-value"),
            (json!([{"role": "model", "parts": [{"text": "a"}]}]), "role-order"),
            (json!([user("a"), user("b")]), "role-order"),
            (json!([{"role": "user", "parts": []}]), "parts"),
            (json!([user("")]), "parts"),
            (json!([{"role": "user", "parts": [{"text": "a", "mood": 1}]}]), "unknown-field"),
            (json!([{"role": "user", "parts": [{"text": "a", "thought": true}]}]), "parts"),
            (
                json!([{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "?"}}]}]),
                "parts",
            ),
            (
                json!([user("a"), {"role": "model", "parts": [{"functionCall": {"name": "f", "args": "{}"}}]}]),
                "field-value",
            ),
            (json!([user("a"), calls(&["f"])]), "function-response"),
            (json!([user("a"), calls(&["f"]), user("b")]), "function-response"),
            (
                json!([user("a"), calls(&["f", "g"]), {"role": "user", "parts": [response("g"), response("f")]}]),
                "function-response",
            ),
            (
                json!([user("a"), calls(&["f"]), {"role": "user", "parts": [response("f"), response("f")]}]),
                "function-response",
            ),
            (json!([{"role": "user", "parts": [response("f")]}]), "function-response"),
        ] {
            assert_eq!(rule(&contents), Some(expected), "{contents}");
        }
    }
}
