//! How the message becomes an answer.

use leptos::prelude::*;
use models::routing_profile::RoutingProfile;

use super::session::use_session;

/// The routing profiles in their order.
#[component]
pub(crate) fn RoutingProfileSelector(
    /// The profiles.
    profiles: Vec<RoutingProfile>,
) -> impl IntoView {
    let chosen = use_session().selection.routing_profile;
    let at_first = chosen.get_untracked();
    view! {
        <label class="chip">
            <span class="visually-hidden">"Routing profile"</span>
            <select
                name="routing_profile"
                prop:value={
                    let chosen = chosen.clone();
                    move || chosen.get()
                }
                on:change=move |event| chosen.set(event_target_value(&event))
            >
                {profiles
                    .into_iter()
                    .map(|profile| {
                        view! {
                            <option
                                selected=profile.slug == at_first
                                value=profile.slug.clone()
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
}
