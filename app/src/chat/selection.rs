//! What is picked beside the message: model, routing profile, prompt profile.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What can be picked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choices {
    /// Models by provider and name.
    pub models: Vec<Choice>,
    /// Routing profiles in their order.
    pub routing_profiles: Vec<Choice>,
    /// Prompt profiles by name.
    pub prompt_profiles: Vec<Choice>,
    /// The built-in Guide's model.
    pub guide: Option<String>,
    /// Whether nothing but the Guide can answer.
    pub only_guide: bool,
}

/// One thing that can be picked: the few facts about it that a selector shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// What it belongs to, such as a model's provider, or a sentence about it.
    pub about: String,
    /// Whether it is picked when the page opens.
    pub selected: bool,
}

/// The picked values as the form sends them; an empty text means “the studio's default”.
#[derive(Clone, Default)]
pub(crate) struct Selection {
    /// The model's identifier.
    pub model: ArcRwSignal<String>,
    /// The routing profile's name on the wire.
    pub routing_profile: ArcRwSignal<String>,
    /// The prompt profile's identifier.
    pub prompt_profile: ArcRwSignal<String>,
}

impl Selection {
    /// What is picked when a page opens.
    pub(crate) fn new(choices: &Choices) -> Self {
        Self {
            model: picked(&choices.models),
            routing_profile: picked(&choices.routing_profiles),
            prompt_profile: picked(&choices.prompt_profiles),
        }
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
        model::Model,
        prompt_profile::PromptProfile,
        provider::ProviderKind,
        routing_profile::{DIRECT_LLM, RoutingProfile},
    };

    use super::{Choice, Choices};

    impl Choices {
        /// What can be picked for a conversation, or for a new one.
        pub(crate) fn new(
            models: Vec<Model>,
            routing_profiles: Vec<RoutingProfile>,
            prompt_profiles: Vec<PromptProfile>,
            conversation: Option<&Conversation>,
        ) -> Self {
            let guide = models.iter().find(|model| model.kind == ProviderKind::Guide);
            let route = conversation.map_or(DIRECT_LLM, |it| it.routing_profile.as_str());
            let prompt = conversation.and_then(|it| it.prompt_profile_id);
            Self {
                guide: guide.map(|model| model.id.to_string()),
                only_guide: models.iter().all(|model| model.kind == ProviderKind::Guide),
                models: model_choices(models, conversation),
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

    /// The conversation's model is picked if it still exists, else the default, else the first that
    /// is a real one.
    fn model_choices(models: Vec<Model>, conversation: Option<&Conversation>) -> Vec<Choice> {
        let wanted = conversation.and_then(|it| it.model_id);
        let selected = models
            .iter()
            .find(|model| Some(model.id) == wanted)
            .or_else(|| models.iter().find(|model| model.is_default))
            .or_else(|| models.iter().find(|model| model.kind != ProviderKind::Guide))
            .or_else(|| models.first())
            .map(|model| model.id);
        models
            .into_iter()
            .map(|model| Choice {
                selected: Some(model.id) == selected,
                value: model.id.to_string(),
                label: model.label().to_owned(),
                about: model.provider,
            })
            .collect()
    }

    #[cfg(test)]
    mod tests {
        use leptos::prelude::GetUntracked;
        use models::timestamp::Timestamp;

        use super::*;
        use crate::chat::message_state::sample;

        const IDS: [&str; 3] = [
            "01890a5d-ac96-774b-bcce-b302099a8051",
            "01890a5d-ac96-774b-bcce-b302099a8052",
            "01890a5d-ac96-774b-bcce-b302099a8053",
        ];

        fn model(index: usize, kind: ProviderKind, is_default: bool) -> Model {
            Model {
                id: IDS[index].parse().expect("an identifier"),
                provider_id: IDS[0].parse().expect("an identifier"),
                provider: "Local".to_owned(),
                kind,
                name: format!("model {index}"),
                display_name: None,
                facts: models::facts::ModelFacts::default(),
                parameters: models::parameters::Parameters::default(),
                enabled: true,
                favourite: false,
                listed: true,
                last_used_at: None,
                seen_at: Timestamp(0),
                is_default,
            }
        }

        fn picked(models: &[Model], conversation: Option<&Conversation>) -> String {
            let choices = model_choices(models.to_vec(), conversation);
            super::super::picked(&choices).get_untracked()
        }

        #[test]
        fn the_conversation_decides_then_the_default_then_a_real_model() {
            let guide = model(0, ProviderKind::Guide, false);
            let first = model(1, ProviderKind::OpenaiChat, false);
            let default = model(2, ProviderKind::OpenaiChat, true);
            let conversation = Conversation { model_id: Some(first.id), ..sample::conversation() };
            let all = [guide.clone(), first, default];
            assert_eq!(picked(&all, Some(&conversation)), IDS[1]);
            assert_eq!(picked(&all, None), IDS[2]);
            assert_eq!(picked(&all[..2], None), IDS[1]);
            assert_eq!(picked(&[guide], None), IDS[0]);
            assert_eq!(picked(&[], None), "");
        }

        #[test]
        fn only_the_guide_is_no_model() {
            let guide = model(0, ProviderKind::Guide, false);
            let choices = Choices::new(vec![guide], Vec::new(), Vec::new(), None);
            assert!(choices.only_guide);
            assert_eq!(choices.guide.as_deref(), Some(IDS[0]));
        }
    }
}
