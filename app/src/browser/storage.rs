//! Texts that survive a reload.

use leptos::prelude::window;

/// The text kept under `key`.
pub(crate) fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a text under `key`, or nothing if it is empty. Best effort: storage may be full or forbidden.
pub(crate) fn write(key: &str, text: &str) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
}
