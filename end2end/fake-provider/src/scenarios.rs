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

pub(crate) use self::{
    errors::{loading, status, status_given},
    frames::huge_text,
    tools::{answered, tool},
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

/// All that one protocol can answer.
#[derive(Clone, Copy)]
pub(crate) struct Tables {
    own: &'static [&'static [Scenario]],
    /// The names of chat scenarios that it plays as they are.
    of_chat: &'static [&'static str],
}

impl Tables {
    pub(crate) const fn new(own: &'static [&'static [Scenario]]) -> Self {
        Self { own, of_chat: &[] }
    }

    /// Plays these chat scenarios too.
    pub(crate) const fn with_chat(mut self, names: &'static [&'static str]) -> Self {
        self.of_chat = names;
        self
    }
}

/// What every protocol can answer, since nothing in it depends on the protocol's frames.
pub(crate) mod shared {
    pub(crate) use super::{
        errors::{BODIES as ERROR_BODIES, TABLE as ERRORS},
        faults::SHARED as FAULTS,
        frames::SHARED as FRAMES,
        pace::SHARED as PACE,
        rejections::{SHARED as REJECTIONS, reject_with},
        texts::{SHARED as TEXTS, continued_from},
    };
}

/// Those of Chat Completions.
pub(crate) const TABLES: Tables = Tables::new(&[
    texts::SHARED,
    texts::TABLE,
    pace::SHARED,
    pace::TABLE,
    reasoning::TABLE,
    tools::TABLE,
    usage::TABLE,
    finishes::TABLE,
    frames::SHARED,
    frames::TABLE,
    faults::SHARED,
    faults::TABLE,
    errors::TABLE,
    errors::BODIES,
    rejections::SHARED,
    rejections::TABLE,
]);

pub(crate) fn all(tables: Tables) -> impl Iterator<Item = &'static Scenario> {
    let of_chat = tables.of_chat.iter().filter_map(|name| {
        TABLES.own.iter().copied().flatten().find(|scenario| scenario.name == *name)
    });
    tables.own.iter().copied().flatten().chain(of_chat)
}

/// Every scenario of these tables as a model name one can ask for.
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
    use crate::protocol::ALL;

    #[test]
    fn names_are_unique_and_found() {
        for (_, protocol) in ALL {
            let tables = protocol.tables;
            let names: Vec<&str> = model_names(tables).collect();
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
            for name in names {
                assert!(find(tables, name).is_some(), "{name}");
            }
            for name in tables.of_chat {
                assert!(find(TABLES, name).is_some(), "{name} is no chat scenario");
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
