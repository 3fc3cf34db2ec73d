//! The table of this protocol's scenarios; where one means the same as with chat, it has its name.

mod endings;
mod errors;
mod faults;
mod frames;
mod pace;
mod rejections;
mod texts;
mod thinking;
mod tools;
mod usage;

use serde_json::Value;

use super::message_stream::say;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{self, Tables},
};

pub(crate) const TABLES: Tables = &[
    texts::TABLE,
    pace::TABLE,
    scenarios::pace::WITHOUT_ANSWER,
    thinking::TABLE,
    tools::TABLE,
    usage::TABLE,
    endings::TABLE,
    frames::TABLE,
    faults::TABLE,
    scenarios::faults::WITHOUT_STREAM,
    errors::TABLE,
    scenarios::errors::BODIES,
    rejections::TABLE,
];

/// The text of a message, or of its first block that has one.
fn text_of(message: &Value) -> Option<&str> {
    match &message["content"] {
        Value::Array(blocks) => blocks.iter().find_map(|block| block["text"].as_str()),
        content => content.as_str(),
    }
}

/// Quotes what the tools said, if the client now wants it used.
fn answered(call: &Call) -> Option<Answer> {
    let blocks = call.messages().last()?["content"].as_array()?;
    let results: Vec<String> = blocks
        .iter()
        .filter(|block| block["type"] == "tool_result")
        .map(|block| {
            let failed = if block["is_error"] == true { "(failed) " } else { "" };
            format!("{failed}{}", block["content"].as_str().unwrap_or_default())
        })
        .collect();
    (!results.is_empty()).then(|| say(call, &format!("The tools said: {}", results.join("; "))))
}

/// The tool to call: as the model name says, else the first on offer, else one nobody offered.
fn tool<'a>(call: &'a Call) -> &'a str {
    call.parameters
        .text("tool")
        .or_else(|| call.body["tools"][0]["name"].as_str())
        .unwrap_or("get_time")
}
