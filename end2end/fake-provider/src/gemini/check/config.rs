//! The settings of a generation.

use serde_json::Value;

use crate::check::{
    Broken,
    shape::{self, Check, Shape, is_text},
};

const FIELDS: &[(&str, Shape)] = &[
    ("temperature", Shape::Number(0.0, 2.0)),
    ("topP", Shape::Number(0.0, 1.0)),
    ("topK", Shape::Number(1.0, 1_000_000.0)),
    ("candidateCount", Shape::Number(1.0, 8.0)),
    ("maxOutputTokens", Shape::Number(1.0, 10_000_000.0)),
    ("stopSequences", Shape::Array),
    ("seed", Shape::Integer),
    ("presencePenalty", Shape::Number(-2.0, 2.0)),
    ("frequencyPenalty", Shape::Number(-2.0, 2.0)),
    ("responseMimeType", Shape::OneOf(&["text/plain", "application/json", "text/x.enum"])),
    ("responseSchema", Shape::Object),
    ("responseJsonSchema", Shape::Object),
    ("responseLogprobs", Shape::Bool),
    ("logprobs", Shape::Integer),
    ("responseModalities", Shape::Array),
    ("mediaResolution", Shape::Text),
    ("speechConfig", Shape::Object),
    ("imageConfig", Shape::Object),
    ("thinkingConfig", Shape::Object),
];

const THINKING: &[(&str, Shape)] = &[
    ("includeThoughts", Shape::Bool),
    ("thinkingBudget", Shape::Integer),
    ("thinkingLevel", Shape::OneOf(&["minimal", "low", "medium", "high"])),
];

pub(super) fn check(config: &Value) -> Result<(), Broken> {
    shape::fields(config, FIELDS, "generationConfig")?;
    shape::fields(&config["thinkingConfig"], THINKING, "thinkingConfig")?;
    let has = |field: &str| config.get(field).is_some();
    let thinking = &config["thinkingConfig"];
    (thinking.get("thinkingBudget").is_none() || thinking.get("thinkingLevel").is_none())
        .or_broken("thinking", || {
            "`thinkingBudget` and `thinkingLevel` exclude each other".to_owned()
        })?;
    // Sixty-four bits fit into the schema of the request, but not into the server's own field.
    config["seed"]
        .as_i64()
        .is_none_or(|seed| i32::try_from(seed).is_ok())
        .or_broken("field-value", || {
            format!("generationConfig: the seed {} has more than 32 bits", config["seed"])
        })?;
    if let Some(stops) = config["stopSequences"].as_array() {
        ((1..=5).contains(&stops.len()) && stops.iter().all(is_text))
            .or_broken("field-value", || {
                "`stopSequences` must be one to five texts, none empty".to_owned()
            })?;
    }
    (!has("responseSchema") || !has("responseJsonSchema")).or_broken("response-schema", || {
        "`responseSchema` and `responseJsonSchema` exclude each other".to_owned()
    })?;
    let needs_json = has("responseSchema") || has("responseJsonSchema");
    (!needs_json || config["responseMimeType"] == "application/json")
        .or_broken("response-schema", || {
            "a schema needs the `responseMimeType` application/json".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_checked() {
        for (config, rule) in [
            (json!({"temperature": 0.5, "topK": 40, "seed": -1, "stopSequences": ["a"]}), None),
            (json!({"responseMimeType": "application/json", "responseJsonSchema": {}}), None),
            (json!({"thinkingConfig": {"includeThoughts": true, "thinkingLevel": "low"}}), None),
            (json!({"max_tokens": 4}), Some("unknown-field")),
            (json!({"topP": null}), Some("null-field")),
            (json!({"temperature": 3}), Some("field-value")),
            (json!({"seed": 5_000_000_000_u64}), Some("field-value")),
            (json!({"stopSequences": []}), Some("field-value")),
            (json!({"thinkingConfig": {"thinkingLevel": "extreme"}}), Some("field-value")),
            (
                json!({"thinkingConfig": {"thinkingLevel": "low", "thinkingBudget": 0}}),
                Some("thinking"),
            ),
            (json!({"responseJsonSchema": {}}), Some("response-schema")),
        ] {
            assert_eq!(check(&config).err().map(|broken| broken.rule), rule, "{config}");
        }
    }
}
