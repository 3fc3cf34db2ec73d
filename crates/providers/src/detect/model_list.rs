//! Lists of models that come page by page, the same for every protocol.

use std::collections::HashSet;

use models::detection::ListedModel;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

/// Pages of one list of models that are read.
pub(super) const MOST_PAGES: usize = 50;

/// One page of a list.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) models: Vec<ListedModel>,
    /// Where the list goes on.
    pub(super) next: Option<Url>,
}

/// The address with this value of a parameter, and the others as they were.
pub(super) fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept = url.query_pairs().filter(|(other, _)| other != name);
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    changed
}

/// The cards that can be read: one broken card must not cost the whole list.
pub(super) fn readable<'a, Card: Deserialize<'a>>(
    cards: &[&'a RawValue],
) -> impl Iterator<Item = Card> {
    cards
        .iter()
        .map(|card| card.get())
        .filter(|card| card.starts_with('{'))
        .filter_map(|card| serde_json::from_str(card).ok())
}

/// Adds a page to a list, leaving out the names that are there already. False if all of them were, as
/// on servers whose pages go round in circles.
pub(super) fn add(
    listed: &mut Vec<ListedModel>,
    seen: &mut HashSet<String>,
    page: Vec<ListedModel>,
) -> bool {
    let before = listed.len();
    listed.extend(page.into_iter().filter(|model| seen.insert(model.name.clone())));
    listed.len() > before
}

#[cfg(test)]
mod tests {
    use models::facts::{Fact, ModelFacts};

    use super::*;

    #[test]
    fn a_name_is_listed_once() {
        let (mut cards, mut seen) = (Vec::new(), HashSet::new());
        let card = |name: &str, context: Option<u32>| {
            let facts =
                ModelFacts { context_length: context.map(Fact::reported), ..ModelFacts::default() };
            ListedModel { facts, ..ListedModel::named(name) }
        };
        let page = vec![card("a", Some(1)), card("b", None), card("a", None)];
        assert!(add(&mut cards, &mut seen, page.clone()));
        assert!(!add(&mut cards, &mut seen, page));
        let names: Vec<_> = cards.iter().map(|card| card.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(cards[0].facts.context_length, Some(Fact::reported(1)));
    }
}
