//! Which model answers.

use leptos::prelude::*;
use models::model::Model;

use super::session::use_session;

/// The models of all providers, grouped by provider. A native control: it works without script, by
/// keyboard, and on phones.
#[component]
pub(crate) fn ModelSelector(
    /// The models by provider and name.
    models: Vec<Model>,
) -> impl IntoView {
    let chosen = use_session().selection.model;
    let at_first = chosen.get_untracked();
    let groups = by_provider(models);
    let is_empty = groups.is_empty();
    view! {
        <label class="chip">
            <span class="visually-hidden">"Model"</span>
            <select
                name="model"
                prop:value={
                    let chosen = chosen.clone();
                    move || chosen.get()
                }
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {is_empty.then(|| view! { <option value="">"No model yet"</option> })}
                {groups
                    .into_iter()
                    .map(|(provider, models)| {
                        view! {
                            <optgroup label=provider>
                                {models
                                    .into_iter()
                                    .map(|model| {
                                        let id = model.id.to_string();
                                        view! {
                                            <option selected=id == at_first value=id.clone()>
                                                {model.name}
                                            </option>
                                        }
                                    })
                                    .collect_view()}
                            </optgroup>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}

/// Neighbours with one provider as one group; the models come sorted by provider.
fn by_provider(models: Vec<Model>) -> Vec<(String, Vec<Model>)> {
    let mut groups: Vec<(String, Vec<Model>)> = Vec::new();
    for model in models {
        match groups.last_mut() {
            Some((provider, group)) if *provider == model.provider => group.push(model),
            _ => groups.push((model.provider.clone(), vec![model])),
        }
    }
    groups
}
