//! The three-way switch in the sidebar.

use leptos::{ev::MouseEvent, prelude::*, server_fn::ServerFn};

use super::{Theme, current, server_functions::SetTheme};
use crate::{
    browser::{post, set_root_attribute, spawn_for_app},
    ui::{
        dynamic::{changing, clicked},
        icon::{Glyph, Icon},
    },
};

/// A form with one button a theme; instant with script, a round trip without.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(current());
    let choose = move |event: MouseEvent, theme: Theme| {
        event.prevent_default();
        chosen.set(theme);
        set_root_attribute("data-theme", theme.as_str());
        spawn_for_app(async move {
            // A cookie that could not be kept costs the choice on the next visit, nothing now.
            let _ = post(SetTheme::url(), vec![("theme", theme.as_str().to_owned())]).await;
        });
    };

    view! {
        <form class="segmented" method="post" action=SetTheme::url() aria-label="Theme">
            {Theme::ALL
                .map(|theme| {
                    let (label, glyph) = face(theme);
                    view! {
                        <button
                            type="submit"
                            name="theme"
                            value=theme.as_str()
                            title=label
                            aria-label=label
                            aria-pressed=changing(move || Some(if chosen.get() == theme { "true" } else { "false" }))
                            on:click=clicked(move |event| choose(event, theme))
                        >
                            <Icon glyph />
                        </button>
                    }
                        .into_any()
                })
                .into_iter()
                .collect_view()}
        </form>
    }
}

const fn face(theme: Theme) -> (&'static str, Glyph) {
    match theme {
        Theme::System => ("Theme of the system", Glyph::Monitor),
        Theme::Light => ("Light theme", Glyph::Sun),
        Theme::Dark => ("Dark theme", Glyph::Moon),
    }
}
