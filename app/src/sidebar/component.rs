//! The sidebar itself.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::{
    conversation_list::ConversationList,
    server_functions::SetSidebar,
    state::{use_sidebar, word},
};
use crate::{
    theme::ThemeSwitch,
    ui::{
        button::ICON_BUTTON,
        dynamic::{changing, clicked, flag, pressed, submitted},
        icon::{Glyph, Icon},
    },
};

/// Navigation, conversations and theme: a column that folds, and a drawer on narrow screens.
#[component]
pub(crate) fn Sidebar() -> impl IntoView {
    let state = use_sidebar();
    let path = use_location().pathname;
    crate::browser::effect(move || {
        path.track();
        state.drawer.set(false);
    });
    let close = move || {
        state.close();
        crate::browser::focus_soon("sidebar-open");
    };

    view! {
        <div
            class="scrim"
            class:open=flag(move || state.drawer.get())
            on:click=clicked(move |_| state.drawer.set(false))
        ></div>
        <aside
            id="sidebar"
            class="sidebar"
            class:open=flag(move || state.drawer.get())
            aria-label="Sidebar"
            on:keydown=pressed(move |event| {
                if event.key() == "Escape" && state.drawer.get_untracked() {
                    event.stop_propagation();
                    close();
                }
            })
        >
            <div class="sidebar-head">
                <a class="brand" href="/chat">
                    <span class="brand-mark" aria-hidden="true"></span>
                    "Chat Studio"
                </a>
                <form
                    method="post"
                    action=format!("{}#main", SetSidebar::url())
                    on:submit=submitted(move |event| {
                        event.prevent_default();
                        close();
                    })
                >
                    <button
                        type="submit"
                        name="sidebar"
                        value=word(true)
                        id="sidebar-close"
                        class=ICON_BUTTON
                        aria-label="Close sidebar"
                        aria-controls="sidebar"
                    >
                        <Icon glyph=Glyph::Panel />
                    </button>
                </form>
            </div>
            <nav class="sidebar-nav" aria-label="Main">
                <NavigationEntry href="/chat" label="Chat Studio" glyph=Glyph::Chat />
                <NavigationEntry href="/prompts" label="Prompts" glyph=Glyph::Prompt />
                <NavigationEntry href="/metrics" label="Metrics" glyph=Glyph::Chart />
                <NavigationEntry href="/llm-config" label="LLM Config" glyph=Glyph::Sliders />
                <NavigationEntry href="/manual" label="Manual" glyph=Glyph::Source />
            </nav>
            <ConversationList />
            <div class="sidebar-foot">
                <ThemeSwitch />
            </div>
        </aside>
    }
}

#[component]
fn NavigationEntry(href: &'static str, label: &'static str, glyph: Glyph) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || {
        path.with(|path| {
            path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    view! {
        <a class="nav-entry" href=href aria-current=changing(move || current().then_some("page"))>
            <Icon glyph />
            {label}
        </a>
    }
}
