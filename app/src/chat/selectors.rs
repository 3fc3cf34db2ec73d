//! The controls that pick: which model answers, by which routing profile, after which system prompt.
//!
//! Native controls: they work without script, by keyboard, and on phones. Models can be many, so with
//! script a button stands for them that opens a dialog.

use leptos::prelude::*;

use super::{
    dialogs::{Dialog, MODEL_BUTTON},
    rendered_block::scriptless_label,
    selection::Choice,
    session::use_session,
};
use crate::ui::dynamic::{clicked, text};

/// The model that is picked, and the way to another one.
#[component]
pub(crate) fn ModelSelector(
    /// Models by their groups, beside the one that is picked.
    models: Vec<Choice>,
    /// Whether there are still others.
    has_more: bool,
) -> impl IntoView {
    let session = use_session();
    let label = session.selection.model_label.clone();
    let picked = Choice {
        value: session.selection.model.get_untracked(),
        label: label.get_untracked(),
        ..Choice::default()
    };
    view! {
        {scriptless_label(
            "chip chip-model without-script",
            move || {
                let groups: Vec<AnyView> = grouped(models)
                    .into_iter()
                    .map(|(group, models)| {
                        view! { <optgroup label=group>{options(models)}</optgroup> }.into_any()
                    })
                    .collect();
                view! {
                    <span class="visually-hidden">"Model"</span>
                    <select name="model">
                        {options(vec![picked])} {groups}
                        {has_more
                            .then(|| {
                                view! {
                                    <optgroup label="Others: make them favourites in LLM Config"></optgroup>
                                }
                            })}
                    </select>
                }
                    .into_any()
            },
        )}
        <button
            type="button"
            id=MODEL_BUTTON
            class="chip chip-model with-script"
            aria-haspopup="dialog"
            on:click=clicked(move |_| session.open(Dialog::Models))
        >
            <span class="visually-hidden">"Model: "</span>
            <span class="chip-text">{text(move || label.get())}</span>
        </button>
    }
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

/// Neighbours of one group as one group.
fn grouped(models: Vec<Choice>) -> Vec<(String, Vec<Choice>)> {
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for model in models {
        match groups.last_mut() {
            Some((name, group)) if *name == model.about => group.push(model),
            _ => groups.push((model.about.clone(), vec![model])),
        }
    }
    groups
}
