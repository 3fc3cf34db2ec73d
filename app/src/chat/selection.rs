//! What is picked beside the message: model, routing profile, prompt profile.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What can be picked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choices {
    /// The model that is picked when the page opens.
    pub model: Choice,
    /// Some of the others, for a browser without script, to which they do not travel as data:
    /// favourites, those used last, then by provider.
    #[serde(skip)]
    pub models: Vec<Choice>,
    /// Whether there are still others.
    #[serde(skip)]
    pub has_more_models: bool,
    /// Routing profiles in their order.
    pub routing_profiles: Vec<Choice>,
    /// Prompt profiles by name.
    pub prompt_profiles: Vec<Choice>,
    /// The built-in Guide's model.
    pub guide: Option<String>,
    /// Whether nothing but the Guide can answer.
    pub only_guide: bool,
    /// Whether the conversation has parameters of its own.
    pub has_parameters: bool,
}

/// One thing that can be picked: the few facts about it that a selector shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// The group it belongs to, such as a model's provider, or a sentence about it.
    pub about: String,
    /// Whether it is picked when the page opens.
    pub selected: bool,
}

/// The picked values as the form sends them; an empty text means “the studio's default”.
#[derive(Clone, Default)]
pub(crate) struct Selection {
    /// The model's identifier.
    pub model: ArcRwSignal<String>,
    /// What people call that model.
    pub model_label: ArcRwSignal<String>,
    /// The routing profile's name on the wire.
    pub routing_profile: ArcRwSignal<String>,
    /// The prompt profile's identifier.
    pub prompt_profile: ArcRwSignal<String>,
    /// The parameters that the first message of a new conversation takes along, as JSON.
    pub parameters: ArcRwSignal<String>,
    /// Whether any parameter is set.
    pub has_parameters: ArcRwSignal<bool>,
}

impl Selection {
    /// What is picked when a page opens.
    pub(crate) fn new(choices: &Choices) -> Self {
        Self {
            model: ArcRwSignal::new(choices.model.value.clone()),
            model_label: ArcRwSignal::new(choices.model.label.clone()),
            routing_profile: picked(&choices.routing_profiles),
            prompt_profile: picked(&choices.prompt_profiles),
            parameters: ArcRwSignal::default(),
            has_parameters: ArcRwSignal::new(choices.has_parameters),
        }
    }

    /// Picks a model.
    pub(crate) fn pick(&self, model: String, label: String) {
        self.model.set(model);
        self.model_label.set(label);
    }
}

fn picked(choices: &[Choice]) -> ArcRwSignal<String> {
    let value = choices.iter().find(|choice| choice.selected).map(|choice| choice.value.clone());
    ArcRwSignal::new(value.unwrap_or_default())
}

#[cfg(feature = "ssr")]
mod server {
    use models::{
        conversation::Conversation,
        model::{Model, ModelPage},
        parameters::Parameters,
        prompt_profile::PromptProfile,
        provider::ProviderKind,
        routing_profile::{DIRECT_LLM, RoutingProfile},
    };

    use super::{Choice, Choices};

    impl Choices {
        /// What can be picked for a conversation, or for a new one. The models come favourites first,
        /// then those used last.
        pub(crate) fn new(
            (ModelPage { models, total }, picked): (ModelPage, Option<Model>),
            routing_profiles: Vec<RoutingProfile>,
            prompt_profiles: Vec<PromptProfile>,
            conversation: Option<&Conversation>,
        ) -> Self {
            let guide = models.iter().find(|model| model.kind == ProviderKind::Guide);
            let route = conversation.map_or(DIRECT_LLM, |it| it.routing_profile.as_str());
            let prompt = conversation.and_then(|it| it.prompt_profile_id);
            let unset = Parameters::default();
            Self {
                guide: guide.map(|model| model.id.to_string()),
                has_more_models: usize::try_from(total).is_ok_and(|total| total > models.len()),
                only_guide: models.iter().all(|model| model.kind == ProviderKind::Guide),
                has_parameters: conversation.is_some_and(|it| it.parameters != unset),
                models: models
                    .into_iter()
                    .filter(|model| picked.as_ref().is_none_or(|picked| picked.id != model.id))
                    .map(offered)
                    .collect(),
                model: picked.map_or_else(none_yet, |model| Choice {
                    value: model.id.to_string(),
                    label: model.label().to_owned(),
                    ..Choice::default()
                }),
                routing_profiles: routing_profiles
                    .into_iter()
                    .map(|profile| Choice {
                        selected: profile.slug == route,
                        value: profile.slug,
                        label: profile.name,
                        about: profile.description,
                    })
                    .collect(),
                prompt_profiles: prompt_profiles
                    .into_iter()
                    .map(|profile| Choice {
                        selected: Some(profile.id) == prompt,
                        value: profile.id.to_string(),
                        label: profile.name,
                        about: profile.description,
                    })
                    .collect(),
            }
        }
    }

    fn none_yet() -> Choice {
        Choice { label: "No model yet".to_owned(), ..Choice::default() }
    }

    /// A model in its group; where the group does not name the provider, the label does.
    fn offered(model: Model) -> Choice {
        let named = format!("{} · {}", model.label(), model.provider);
        let (label, about) = match (model.favourite, model.last_used_at) {
            (true, _) => (named, "Favourites".to_owned()),
            (false, Some(_)) => (named, "Recently used".to_owned()),
            (false, None) => (model.label().to_owned(), model.provider),
        };
        Choice { value: model.id.to_string(), label, about, selected: false }
    }

    #[cfg(test)]
    mod tests {
        use leptos::prelude::GetUntracked;

        use super::{super::Selection, *};
        use crate::models_shown::sample;

        #[test]
        fn what_is_picked_stands_alone_and_the_others_in_groups() {
            let picked = sample::model(0, "plain");
            let favourite = Model { favourite: true, ..sample::model(1, "big") };
            let models = vec![favourite, picked.clone(), sample::model(2, "small")];
            let page = ModelPage { models, total: 3 };
            let choices = Choices::new((page, Some(picked)), Vec::new(), Vec::new(), None);
            let shown: Vec<(&str, &str)> =
                choices.models.iter().map(|it| (it.label.as_str(), it.about.as_str())).collect();
            assert_eq!(shown, [("big · Local", "Favourites"), ("small", "Local")]);
            assert!(!choices.only_guide && !choices.has_more_models);
            let selection = Selection::new(&choices);
            assert_eq!(selection.model.get_untracked(), sample::IDS[0]);
            assert_eq!(selection.model_label.get_untracked(), "plain");
        }

        #[test]
        fn only_the_guide_is_no_model() {
            let guide = Model { kind: ProviderKind::Guide, ..sample::model(0, "Guide") };
            let page = ModelPage { models: vec![guide.clone()], total: 1 };
            let offered = (page, Some(guide));
            let choices = Choices::new(offered, Vec::new(), Vec::new(), None);
            assert!(choices.only_guide);
            assert_eq!(choices.guide.as_deref(), Some(sample::IDS[0]));
            let none = Choices::new((ModelPage::default(), None), Vec::new(), Vec::new(), None);
            assert_eq!(
                (none.model.value.as_str(), none.model.label.as_str()),
                ("", "No model yet")
            );
        }
    }
}
