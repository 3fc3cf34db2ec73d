//! The table of scenarios: every answer the fake can give, by the name of the model.

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

pub(crate) use self::{
    errors::{loading, status, status_given},
    frames::huge_text,
};
use crate::{answer::Answer, call::Call};

/// What unknown models of a model list answer, and any scenario after its `times`.
pub(crate) const FALLBACK: &str = "plain";

/// One kind of answer.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// One sentence for whoever picks it, with the keys it understands and their defaults.
    pub(crate) about: &'static str,
    /// Writes the answer for one call.
    pub(crate) play: fn(&Call) -> Answer,
    /// The model names to list where the bare name is not the one to try.
    pub(crate) listed: &'static [&'static str],
}

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

pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    TABLES.iter().copied().flatten()
}

/// Every scenario as a model name one can ask for.
pub(crate) fn model_names() -> impl Iterator<Item = &'static str> {
    all().flat_map(Scenario::model_names)
}

pub(crate) fn find(name: &str) -> Option<(&'static Scenario, Option<u64>)> {
    find_in(all, name)
}

/// Finds a scenario by its name, or by its name before `-<number>`.
pub(crate) fn find_in<I: Iterator<Item = &'static Scenario>>(
    all: impl Fn() -> I,
    name: &str,
) -> Option<(&'static Scenario, Option<u64>)> {
    let exact = |name: &str| all().find(|scenario| scenario.name == name);
    if let Some(scenario) = exact(name) {
        return Some((scenario, None));
    }
    let (stem, number) = name.rsplit_once('-')?;
    let scenario = exact(stem).filter(|scenario| !scenario.listed.is_empty())?;
    Some((scenario, Some(number.parse().ok()?)))
}

pub(crate) const fn scenario(
    name: &'static str,
    about: &'static str,
    play: fn(&Call) -> Answer,
) -> Scenario {
    Scenario { name, about, play, listed: &[] }
}

impl Scenario {
    /// The model names to list for it.
    pub(crate) fn model_names(&'static self) -> impl Iterator<Item = &'static str> {
        let names = match self.listed {
            [] => std::slice::from_ref(&self.name),
            listed => listed,
        };
        names.iter().copied()
    }

    /// Takes a number after its name; these are the ones to list.
    pub(crate) const fn numbered(mut self, listed: &'static [&'static str]) -> Self {
        self.listed = listed;
        self
    }
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
    }

    #[test]
    fn numbers_belong_to_numbered_scenarios_only() {
        let found = |name| find(name).map(|(scenario, number)| (scenario.name, number));
        assert_eq!(found("flaky-2"), Some(("flaky", Some(2))));
        assert_eq!(found("error-418"), Some(("error", Some(418))));
        assert_eq!(found("plain-2"), None);
        assert_eq!(found("flaky-x"), None);
    }
}
