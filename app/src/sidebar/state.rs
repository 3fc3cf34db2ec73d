//! Whether the sidebar is to be seen: a column on wide screens, a drawer on narrow ones.

use leptos::{prelude::*, server_fn::ServerFn};

use super::server_functions::SetSidebar;
use crate::{
    browser::{is_wide, post, set_root_attribute, spawn_for_app},
    ui::{
        button::ICON_BUTTON,
        dynamic::submitted,
        icon::{Glyph, Icon},
    },
};

/// The sidebar's state.
#[derive(Clone, Copy)]
pub(crate) struct SidebarState {
    /// Whether the drawer of narrow screens is open.
    pub drawer: RwSignal<bool>,
    /// Whether the column of wide screens is folded away.
    pub folded: RwSignal<bool>,
}

impl SidebarState {
    /// Opens the drawer or unfolds the column, whichever the screen is wide enough for.
    pub(crate) fn open(self) {
        if is_wide() {
            self.fold(false);
        } else {
            self.drawer.set(true);
        }
    }

    /// Undoes [`Self::open`].
    pub(crate) fn close(self) {
        self.drawer.set(false);
        if is_wide() {
            self.fold(true);
        }
    }

    fn fold(self, folded: bool) {
        if self.folded.get_untracked() == folded {
            return;
        }
        self.folded.set(folded);
        set_root_attribute("data-sidebar", word(folded));
        spawn_for_app(async move {
            // A choice that could not be kept is asked for again on the next visit.
            let _ = post(SetSidebar::url(), vec![("sidebar", word(folded).to_owned())]).await;
        });
    }
}

/// Makes the sidebar's state available to every page.
pub(crate) fn provide_sidebar_state() {
    provide_context(SidebarState {
        drawer: RwSignal::new(false),
        folded: RwSignal::new(folded_now()),
    });
}

/// The sidebar's state.
pub(crate) fn use_sidebar() -> SidebarState {
    expect_context()
}

/// The button in a page's header that brings the sidebar back.
///
/// Without script the fragment of the form's address survives the redirect back to the page, where
/// the stylesheet shows the drawer that it names.
#[component]
pub(crate) fn SidebarButton() -> impl IntoView {
    let state = use_sidebar();
    view! {
        <form
            class="sidebar-opener"
            method="post"
            action=format!("{}#sidebar", SetSidebar::url())
            on:submit=submitted(move |event| {
                event.prevent_default();
                state.open();
                crate::browser::focus_soon("sidebar-close");
            })
        >
            <button
                type="submit"
                name="sidebar"
                value="open"
                id="sidebar-open"
                class=ICON_BUTTON
                aria-label="Open sidebar"
                aria-controls="sidebar"
            >
                <Icon glyph=Glyph::Panel />
            </button>
        </form>
    }
}

/// The word in the cookie and in the `data-sidebar` attribute.
pub(crate) const fn word(folded: bool) -> &'static str {
    if folded { "folded" } else { "open" }
}

/// Whether the column is folded on the page being rendered; the same on the server and in the browser.
pub(crate) fn folded_now() -> bool {
    #[cfg(feature = "ssr")]
    let found = crate::reply::cookie(super::server_functions::COOKIE);
    #[cfg(not(feature = "ssr"))]
    let found = crate::browser::root_attribute("data-sidebar");
    found.is_some_and(|found| found == word(true))
}
