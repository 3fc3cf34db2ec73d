//! Which system prompt the model is given before the conversation.

use leptos::prelude::*;
use models::prompt_profile::PromptProfile;

use super::session::use_session;

/// The prompt profiles by name, and none; nothing at all while there are no profiles.
#[component]
pub(crate) fn PromptProfileSelector(
    /// The profiles.
    profiles: Vec<PromptProfile>,
) -> impl IntoView {
    let chosen = use_session().selection.prompt_profile;
    let at_first = chosen.get_untracked();
    (!profiles.is_empty()).then(|| {
        view! {
            <label class="chip">
                <span class="visually-hidden">"Prompt profile"</span>
                <select
                    name="prompt_profile"
                    prop:value={
                        let chosen = chosen.clone();
                        move || chosen.get()
                    }
                    on:change=move |event| chosen.set(event_target_value(&event))
                >
                    <option value="" selected=at_first.is_empty()>
                        "No prompt"
                    </option>
                    {profiles
                        .into_iter()
                        .map(|profile| {
                            let id = profile.id.to_string();
                            view! {
                                <option
                                    selected=id == at_first
                                    value=id.clone()
                                    title=profile.description
                                >
                                    {profile.name}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
        }
    })
}
