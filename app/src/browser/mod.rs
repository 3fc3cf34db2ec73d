//! What the pages ask of the browser. Called in effects and event handlers only, which never run on
//! the server.

#[cfg(not(feature = "ssr"))]
mod base64;
mod channel;
mod clipboard;
mod effect;
mod focus;
mod key;
mod message_text;
mod post;
pub(crate) mod storage;
mod task;
mod time;

use leptos::prelude::document;

#[cfg(not(feature = "ssr"))]
pub(crate) use base64::from_url_safe_base64;
pub(crate) use channel::{broadcast, is_visible, on_broadcast, on_return, on_visibility};
pub(crate) use clipboard::copy;
pub(crate) use effect::{effect, effect_with};
pub(crate) use focus::{focus_and_select, focus_soon, has_fine_pointer, is_wide, keep_focus};
pub(crate) use key::random_key;
pub(crate) use message_text::block_texts;
pub(crate) use post::{ask, post};
pub(crate) use task::{pause, provide_app_tasks, spawn, spawn_for_app};
pub(crate) use time::show_local_time;

/// Tells tests and styles that the page reacts to clicks now.
pub(crate) fn mark_hydrated() {
    set_root_attribute("data-hydrated", "");
}

/// Sets an attribute of the `html` element.
pub(crate) fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Refused only for a name that is no attribute name; ours are constants.
        let _ = root.set_attribute(name, value);
    }
}

/// An attribute of the `html` element.
#[cfg(not(feature = "ssr"))]
pub(crate) fn root_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}
