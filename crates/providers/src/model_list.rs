//! Lists of models that come page by page, the same for every protocol.

use std::collections::HashSet;

use models::detection::ListedModel;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::{
    ProviderError,
    caller::{Caller, no_list},
    transport::Server,
};

/// Pages of one list of models that are read.
pub(crate) const MOST_PAGES: usize = 50;

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) models: Vec<ListedModel>,
    /// Where the list goes on.
    pub(crate) next: Option<Url>,
}

/// Reads all pages from the first one's address on; the caller bounds the time. `page` reads one, and
/// gives nothing for what is no list of models.
pub(crate) async fn read(
    caller: &Caller,
    server: &Server,
    first: Url,
    headers: &HeaderMap,
    page: impl Fn(&[u8], &Url) -> Option<Page>,
) -> Result<Vec<ListedModel>, ProviderError> {
    let (mut listed, mut seen) = (Vec::new(), HashSet::new());
    let mut next = Some(first);
    let mut room = caller.limits.size.model_list;
    for _ in 0..MOST_PAGES {
        let Some(url) = next else { break };
        let bytes = caller.page(server, url.clone(), headers.clone(), &mut room).await?;
        let page = page(&bytes, &url).ok_or_else(|| no_list(server, &bytes))?;
        // A page may hold nothing that can be used and yet not be the last.
        let goes_on = page.models.is_empty() || add(&mut listed, &mut seen, page.models);
        next = page.next.filter(|_| goes_on);
    }
    Ok(listed)
}

/// The address with this value of a parameter, and the others as they were.
pub(crate) fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept = url.query_pairs().filter(|(other, _)| other != name);
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    changed
}

/// The cards that can be read: one broken card must not cost the whole list.
pub(crate) fn readable<'a, Card: Deserialize<'a>>(
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
pub(crate) fn add(
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
