//! Keys of the chat page: Ctrl or Cmd + Shift + O begins a new chat, `/` goes to the composer,
//! Escape stops the answer.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{chat_input::COMPOSER, session::Session};
use crate::browser::{effect, focus_soon};

/// Listens to the keys as long as the page is shown.
pub(crate) fn use_shortcuts(session: &Session) {
    let session = session.clone();
    let navigate = StoredValue::new(use_navigate());
    effect(move || {
        let session = session.clone();
        let listener = window_event_listener(ev::keydown, move |event| {
            if event.default_prevented() || event.is_composing() {
                return;
            }
            match event.key().as_str() {
                "o" | "O" if event.shift_key() && (event.ctrl_key() || event.meta_key()) => {
                    event.prevent_default();
                    // The page may be on its way out already.
                    let _ = navigate.try_with_value(|go| go("/chat", Default::default()));
                    focus_soon(COMPOSER);
                }
                "/" if !is_writing(&event) => {
                    event.prevent_default();
                    focus_soon(COMPOSER);
                }
                "Escape" => session.stop(),
                _ => {}
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn is_writing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
