//! The models of one provider, with the choice of the default.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use models::{id::ModelId, model::Model};

use super::server_functions::{SetDefaultModel, set_default_model};
use crate::ui::{
    badge::{Mood, badge_class},
    button::{Tone, button_class},
    icon::{Glyph, Icon},
    number::grouped,
    submission::Submission,
    toast::use_toasts,
};

/// Which model new conversations use, and how to change that; one for the whole page.
#[derive(Clone, Copy)]
pub(crate) struct DefaultModel {
    /// The present default.
    pub now: Memo<Option<ModelId>>,
    /// The change that all lists share, so that its error is shown in one place.
    pub change: Submission,
    /// Counts the reloads of the page's data.
    pub reload: RwSignal<u32>,
}

/// A list that opens on demand: some providers have hundreds of models. One form with a button a
/// model, so that it works without script and costs one listener.
#[component]
pub(crate) fn ModelList(
    /// What to show.
    #[prop(into)]
    models: Signal<Vec<Model>>,
    /// The choice of the default.
    default: DefaultModel,
) -> impl IntoView {
    let toasts = use_toasts();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = event.submitter().and_then(|button| button.get_attribute("value"));
        let Some(model) = chosen.and_then(|id| id.parse::<ModelId>().ok()) else { return };
        default.change.send(set_default_model(model), move |()| {
            toasts.say("New conversations use this model.");
            default.reload.update(|count| *count += 1);
        });
    };
    let has_default = move || {
        let now = default.now.get();
        models.with(|models| models.iter().any(|model| Some(model.id) == now))
    };

    view! {
        <details>
            <summary class="w-fit rounded-sm text-[0.875rem] font-medium">
                {move || counted(models.with(Vec::len))}
                {move || {
                    has_default()
                        .then(|| {
                            view! {
                                " "
                                <span class=badge_class(Mood::Active)>"default"</span>
                            }
                        })
                }}
            </summary>
            <form method="post" action=SetDefaultModel::url() on:submit=send>
                <ul class="mt-2 max-h-96 divide-y divide-line overflow-y-auto rounded-md border border-line">
                    <For
                        each=move || models.get()
                        key=|model| model.id
                        children=move |model| view! { <ModelRow model default=default.now /> }
                    />
                </ul>
            </form>
        </details>
    }
}

#[component]
fn ModelRow(model: Model, default: Memo<Option<ModelId>>) -> impl IntoView {
    let Model { id, name, context_length, .. } = model;
    let is_default = move || default.get() == Some(id);
    let of = format!(": {name}");
    view! {
        <li class="flex flex-wrap items-center gap-x-3 py-0.5 pr-1 pl-3">
            <span class="min-w-0 flex-1 basis-40 font-mono text-sm [overflow-wrap:anywhere]">{name}</span>
            {context_length
                .map(|tokens| {
                    view! {
                        <span class="text-sm whitespace-nowrap text-ink-soft">
                            {format!("{} tokens of context", grouped(tokens.into()))}
                        </span>
                    }
                })}
            <button
                type="submit"
                name="model"
                value=id.to_string()
                class=button_class(Tone::Quiet)
                aria-pressed=move || if is_default() { "true" } else { "false" }
            >
                {move || is_default().then(|| view! { <Icon glyph=Glyph::Check /> })}
                {move || if is_default() { "Default" } else { "Set default" }}
                <span class="visually-hidden">{of}</span>
            </button>
        </li>
    }
}

fn counted(models: usize) -> String {
    match models {
        0 => "No models".to_owned(),
        1 => "1 model".to_owned(),
        models => format!("{models} models"),
    }
}
