//! The table of scenarios: every answer the fake can give, by the name of the model.

pub(crate) mod errors;
pub(crate) mod faults;
mod finishes;
mod frames;
pub(crate) mod pace;
mod reasoning;
mod rejections;
mod texts;
mod tools;
mod usage;

pub(crate) use self::errors::loading;
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

/// All scenarios of one protocol.
pub(crate) type Tables = &'static [&'static [Scenario]];

/// Those of Chat Completions.
pub(crate) const TABLES: Tables = &[
    texts::TABLE,
    pace::TABLE,
    pace::WITHOUT_ANSWER,
    reasoning::TABLE,
    tools::TABLE,
    usage::TABLE,
    finishes::TABLE,
    frames::TABLE,
    faults::TABLE,
    faults::WITHOUT_STREAM,
    errors::TABLE,
    errors::BODIES,
    rejections::TABLE,
];

pub(crate) fn all(tables: Tables) -> impl Iterator<Item = &'static Scenario> {
    tables.iter().copied().flatten()
}

/// Every scenario as a model name one can ask for.
pub(crate) fn model_names(tables: Tables) -> impl Iterator<Item = &'static str> {
    all(tables).flat_map(|scenario| match scenario.listed {
        [] => std::slice::from_ref(&scenario.name).iter().copied(),
        listed => listed.iter().copied(),
    })
}

/// Finds a scenario by its name, or by its name before `-<number>`.
pub(crate) fn find(tables: Tables, name: &str) -> Option<(&'static Scenario, Option<u64>)> {
    let exact = |name: &str| all(tables).find(|scenario| scenario.name == name);
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
    use crate::anthropic;

    #[test]
    fn names_are_unique_and_found() {
        for tables in [TABLES, anthropic::TABLES] {
            let names: Vec<&str> = model_names(tables).collect();
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
            for name in names {
                assert!(find(tables, name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn numbers_belong_to_numbered_scenarios_only() {
        let found = |name| find(TABLES, name).map(|(scenario, number)| (scenario.name, number));
        assert_eq!(found("flaky-2"), Some(("flaky", Some(2))));
        assert_eq!(found("error-418"), Some(("error", Some(418))));
        assert_eq!(found("plain-2"), None);
        assert_eq!(found("flaky-x"), None);
    }
}
