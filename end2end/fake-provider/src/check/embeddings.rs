//! The fields of an embeddings request.

use serde_json::Value;

use super::{
    Broken,
    shape::{self, Check, Shape, is_text},
};

/// The most inputs OpenAI takes in one request.
const MOST_INPUTS: usize = 2048;

const FIELDS: &[(&str, Shape)] = &[
    ("model", Shape::Text),
    ("input", Shape::Any),
    ("encoding_format", Shape::OneOf(&["float", "base64"])),
    ("dimensions", Shape::Number(1.0, 100_000.0)),
    ("user", Shape::Text),
];

pub(super) fn check(body: &Value) -> Result<(), Broken> {
    is_text(&body["model"]).or_broken("model", || "`model` is missing or empty".to_owned())?;
    shape::fields(body, FIELDS, "the request")?;
    body.get("encoding_format").is_some().or_broken("encoding-format", || {
        "ask explicitly for an `encoding_format`: servers differ in their default".to_owned()
    })?;
    let fits = match &body["input"] {
        Value::Array(inputs) => {
            (1..=MOST_INPUTS).contains(&inputs.len()) && inputs.iter().all(is_input)
        }
        input => is_text(input),
    };
    fits.or_broken("input", || {
        format!("`input` must be text, tokens, or 1 to {MOST_INPUTS} of them, none empty")
    })
}

fn is_input(input: &Value) -> bool {
    match input {
        Value::Array(tokens) => !tokens.is_empty() && tokens.iter().all(Value::is_u64),
        input => input.is_u64() || is_text(input),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_are_checked() {
        let rule = |input: Value| {
            let body = json!({"model": "m", "encoding_format": "float", "input": input});
            check(&body).err().map(|broken| broken.rule)
        };
        assert_eq!(rule(json!("text")), None);
        assert_eq!(rule(json!(["a", "b"])), None);
        assert_eq!(rule(json!([[1, 2], [3]])), None);
        assert_eq!(rule(json!("")), Some("input"));
        assert_eq!(rule(json!([])), Some("input"));
        assert_eq!(rule(json!(["a", ""])), Some("input"));
        assert_eq!(rule(json!(vec!["a"; MOST_INPUTS + 1])), Some("input"));
    }

    #[test]
    fn the_encoding_must_be_asked_for() {
        let broken = check(&json!({"model": "m", "input": "x"})).unwrap_err();
        assert_eq!(broken.rule, "encoding-format");
    }
}
