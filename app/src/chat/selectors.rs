//! The controls that pick: which model answers, by which routing profile, after which system prompt.
//!
//! Native controls: they work without script, by keyboard, and on phones.

use leptos::prelude::*;

use super::{selection::Choice, session::use_session};

/// The models of all providers, grouped by provider.
#[component]
pub(crate) fn ModelSelector(
    /// The models by provider and name.
    models: Vec<Choice>,
) -> impl IntoView {
    let options = if models.is_empty() {
        view! { <option value="">"No model yet"</option> }.into_any()
    } else {
        by_provider(models)
            .into_iter()
            .map(|(provider, models)| {
                view! { <optgroup label=provider>{options(models)}</optgroup> }.into_any()
            })
            .collect_view()
            .into_any()
    };
    chip("Model", "model", use_session().selection.model, options)
}

/// The routing profiles in their order.
#[component]
pub(crate) fn RoutingProfileSelector(
    /// The profiles.
    profiles: Vec<Choice>,
) -> impl IntoView {
    let chosen = use_session().selection.routing_profile;
    chip("Routing profile", "routing_profile", chosen, options(profiles))
}

/// The prompt profiles by name, and none; nothing at all while there are no profiles.
#[component]
pub(crate) fn PromptProfileSelector(
    /// The profiles.
    profiles: Vec<Choice>,
) -> impl IntoView {
    let chosen = use_session().selection.prompt_profile;
    (!profiles.is_empty()).then(|| {
        let none = Choice {
            label: "No prompt".to_owned(),
            selected: chosen.with_untracked(String::is_empty),
            ..Choice::default()
        };
        let all = std::iter::once(none).chain(profiles).collect();
        chip("Prompt profile", "prompt_profile", chosen, options(all))
    })
}

fn chip(
    label: &'static str,
    name: &'static str,
    chosen: ArcRwSignal<String>,
    options: AnyView,
) -> AnyView {
    let value = {
        let chosen = chosen.clone();
        move || chosen.get()
    };
    view! {
        <label class="chip">
            <span class="visually-hidden">{label}</span>
            <select
                name=name
                prop:value=value
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

fn options(choices: Vec<Choice>) -> AnyView {
    choices
        .into_iter()
        .map(|Choice { value, label, about, selected }| {
            view! { <option selected=selected value=value title=about>{label}</option> }.into_any()
        })
        .collect_view()
        .into_any()
}

/// Neighbours with one provider as one group; the models come sorted by provider.
fn by_provider(models: Vec<Choice>) -> Vec<(String, Vec<Choice>)> {
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for model in models {
        match groups.last_mut() {
            Some((provider, group)) if *provider == model.about => group.push(model),
            _ => groups.push((model.about.clone(), vec![model])),
        }
    }
    groups
}
