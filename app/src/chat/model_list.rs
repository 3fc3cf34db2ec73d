//! What the choice of models shows, without how it looks.

use models::{
    id::{ModelId, ProviderId},
    model::Model,
};

/// Most rows of the list; who wants more types a word.
pub(super) const MOST_SHOWN: usize = 200;

/// The models found so far, and where the keyboard is among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ModelList {
    /// In the order of the server: favourites, those used last, then by provider.
    pub models: Vec<Model>,
    /// How many have such a name in all.
    pub total: usize,
    /// Those whose star was changed since. They stay where they are until the next search, so that
    /// nothing moves under the pointer.
    starred: Vec<ModelId>,
}

impl ModelList {
    /// The list with the next models of the same search.
    pub(super) fn with(mut self, models: Vec<Model>, total: u32) -> Self {
        // A model whose place changed meanwhile may come a second time.
        let new: Vec<Model> = models
            .into_iter()
            .filter(|model| self.models.iter().all(|known| known.id != model.id))
            .collect();
        self.models.extend(new);
        self.models.truncate(MOST_SHOWN);
        self.total = usize::try_from(total).unwrap_or(usize::MAX);
        self
    }

    /// Whether a model is a favourite now.
    pub(super) fn is_favourite(&self, model: &Model) -> bool {
        model.favourite != self.starred.contains(&model.id)
    }

    /// Notes that a model became a favourite, or is none any more.
    pub(super) fn star(&mut self, id: ModelId) {
        match self.starred.iter().position(|starred| *starred == id) {
            Some(place) => {
                self.starred.swap_remove(place);
            }
            None => self.starred.push(id),
        }
    }

    /// Whether scrolling shows more.
    pub(super) fn goes_on(&self) -> bool {
        self.models.len() < self.total.min(MOST_SHOWN)
    }

    /// How many are not shown.
    pub(super) fn left(&self) -> usize {
        self.total.saturating_sub(self.models.len())
    }

    /// Neighbours that belong together, under their name, each with its place in the list.
    pub(super) fn groups(&self) -> Vec<(String, Vec<(usize, Model)>)> {
        let mut groups: Vec<(String, Vec<(usize, Model)>)> = Vec::new();
        let mut last = None;
        for (place, model) in self.models.iter().enumerate() {
            let group = match (model.favourite, model.last_used_at) {
                (true, _) => Group::Favourites,
                (false, Some(_)) => Group::Used,
                (false, None) => Group::Of(model.provider_id),
            };
            if last != Some(group) {
                let name = match group {
                    Group::Favourites => "Favourites",
                    Group::Used => "Recently used",
                    Group::Of(_) => &model.provider,
                };
                groups.push((name.to_owned(), Vec::new()));
                last = Some(group);
            }
            if let Some((_, members)) = groups.last_mut() {
                members.push((place, model.clone()));
            }
        }
        groups
    }

    /// The place `steps` away, within the list.
    pub(super) fn moved(&self, from: usize, steps: isize) -> usize {
        from.saturating_add_signed(steps).min(self.models.len().saturating_sub(1))
    }
}

/// Two providers may have one name, but never one identifier.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Favourites,
    Used,
    Of(ProviderId),
}

/// Why a model cannot be picked now; none if it can. What is unknown speaks against no model.
pub(super) fn refusal(model: &Model, needs_vision: bool) -> Option<&'static str> {
    if model.facts.embeddings.is_some_and(|fact| fact.value) {
        Some("Makes embeddings and holds no conversations")
    } else if needs_vision && model.facts.vision.is_some_and(|fact| !fact.value) {
        Some("Does not see the attached images")
    } else {
        None
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use models::{
        facts::{Fact, ModelFacts},
        timestamp::Timestamp,
    };

    use super::*;
    use crate::models_shown::sample::{IDS, model};

    #[test]
    fn neighbours_make_groups() {
        let all = vec![
            Model { favourite: true, last_used_at: Some(Timestamp(9)), ..model(0, "a") },
            Model { last_used_at: Some(Timestamp(5)), ..model(1, "b") },
            model(2, "c"),
            Model { provider_id: IDS[1].parse().expect("an identifier"), ..model(3, "d") },
        ];
        let list = ModelList::default().with(all, 4);
        let groups = list.groups();
        let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Favourites", "Recently used", "Local", "Local"]);
        assert_eq!(groups[3].1[0].0, 3);
    }

    #[test]
    fn a_second_page_adds_only_what_is_new() {
        let list = ModelList::default().with(vec![model(0, "a"), model(1, "b")], 300);
        assert!(list.goes_on());
        let list = list.with(vec![model(1, "b"), model(2, "c")], 300);
        assert_eq!((list.models.len(), list.left()), (3, 297));
        assert_eq!((list.moved(0, -1), list.moved(1, 10), list.moved(1, 1)), (0, 2, 2));
        assert_eq!(ModelList::default().moved(0, 1), 0);
    }

    #[test]
    fn a_star_moves_no_row() {
        let mut list = ModelList::default().with(vec![model(0, "a"), model(1, "b")], 2);
        let before = list.groups();
        list.star(list.models[1].id);
        assert!(list.is_favourite(&list.models[1]) && !list.is_favourite(&list.models[0]));
        assert_eq!(list.groups(), before);
        list.star(list.models[1].id);
        assert!(!list.is_favourite(&list.models[1]));
    }

    #[test]
    fn only_what_is_known_speaks_against_a_model() {
        let facts = |vision, embeddings| ModelFacts { vision, embeddings, ..ModelFacts::default() };
        let of = |facts| Model { facts, ..model(0, "a") };
        let unknown = of(facts(None, None));
        assert_eq!((refusal(&unknown, true), refusal(&unknown, false)), (None, None));
        let blind = of(facts(Some(Fact::reported(false)), None));
        assert_eq!(refusal(&blind, false), None);
        assert_eq!(refusal(&blind, true), Some("Does not see the attached images"));
        let embedder = of(facts(None, Some(Fact::guessed(true))));
        assert!(refusal(&embedder, false).is_some());
    }
}
