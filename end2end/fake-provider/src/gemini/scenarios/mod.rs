//! The table of scenarios for Gemini. A name means the same as among the chat scenarios.

mod errors;
mod faults;
mod finishes;
mod frames;
mod pace;
mod reasoning;
mod rejections;
mod texts;
mod tools;
mod usage;

use crate::scenarios::{Tables, shared};

pub(super) const ALL: Tables = Tables::new(&[
    shared::TEXTS,
    texts::TABLE,
    shared::PACE,
    pace::TABLE,
    reasoning::TABLE,
    tools::TABLE,
    usage::TABLE,
    finishes::TABLE,
    shared::FRAMES,
    frames::TABLE,
    shared::FAULTS,
    faults::TABLE,
    errors::TABLE,
    rejections::TABLE,
])
.with_chat(&["error-empty", "error-html", "error-huge", "error-shape-nonsense", "error-text"]);

/// Whether the scenario signs its calls and wants the signatures back.
pub(super) fn signs_calls(name: &str) -> bool {
    name.starts_with("signed-")
}
