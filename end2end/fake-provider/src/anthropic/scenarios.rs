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

use super::message_stream::say;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Tables, shared},
};

pub(super) const ALL: Tables = Tables::new(&[
    shared::TEXTS,
    texts::TABLE,
    shared::PACE,
    pace::TABLE,
    thinking::TABLE,
    tools::TABLE,
    usage::TABLE,
    endings::TABLE,
    shared::FRAMES,
    frames::TABLE,
    shared::FAULTS,
    faults::TABLE,
    errors::TABLE,
    shared::ERROR_BODIES,
    rejections::TABLE,
]);

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
