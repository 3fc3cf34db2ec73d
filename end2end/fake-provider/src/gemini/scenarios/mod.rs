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

use crate::scenarios::{self, Scenario};

const TABLES: &[&[Scenario]] = &[
    texts::TABLE,
    pace::TABLE,
    reasoning::TABLE,
    tools::TABLE,
    usage::TABLE,
    finishes::TABLE,
    frames::TABLE,
    faults::TABLE,
    errors::TABLE,
    rejections::TABLE,
];

/// Chat scenarios that know no protocol, so that they are played here as they are.
const SHARED: &[&str] = &[
    "empty-body",
    "empty-json",
    "endless-json",
    "error-empty",
    "error-html",
    "error-huge",
    "error-shape-nonsense",
    "error-text",
    "hangup",
    "html-200",
    "lmstudio-200-error",
    "redirect",
    "silent",
];

pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    let shared = scenarios::all().filter(|scenario| SHARED.contains(&scenario.name));
    TABLES.iter().copied().flatten().chain(shared)
}

/// Every scenario as a model name one can ask for.
pub(crate) fn model_names() -> impl Iterator<Item = &'static str> {
    all().flat_map(Scenario::model_names)
}

/// Finds a scenario by its name, or by its name before `-<number>`.
pub(crate) fn find(name: &str) -> Option<(&'static Scenario, Option<u64>)> {
    scenarios::find_in(all, name)
}

/// Whether the scenario signs its calls and wants the signatures back.
pub(crate) fn signs_calls(name: &str) -> bool {
    name.starts_with("signed-")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let names: Vec<&str> = model_names().collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        for name in names {
            assert!(find(name).is_some(), "{name}");
        }
        for name in SHARED {
            assert!(find(name).is_some(), "{name} is no chat scenario");
        }
    }
}
