//! Moving the keyboard's focus.

use leptos::prelude::{document, request_animation_frame, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Focuses the element with this identifier in the next frame, when what hides it has been undone.
pub(crate) fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || focus(document().get_element_by_id(&id)));
}

/// Gives the focus back in the next frame if the change of the page that follows takes it away: to the
/// element that has it now, or to the one with its identifier that took its place. Does nothing on the
/// server, where lists are made too.
pub(crate) fn keep_focus() {
    if cfg!(feature = "ssr") {
        return;
    }
    let Some(focused) = document().active_element() else { return };
    request_animation_frame(move || {
        // What has the focus when nothing else has.
        let nothing = document().body().map(Element::from);
        if document().active_element() == nothing {
            let is_there = focused.is_connected();
            focus(if is_there {
                Some(focused)
            } else {
                document().get_element_by_id(&focused.id())
            });
        }
    });
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Focuses an input and selects its text.
pub(crate) fn focus_and_select(input: &HtmlInputElement) {
    let _ = input.focus();
    input.select();
}

/// Whether the person points with a mouse: then focusing a text field opens no keyboard over the page.
pub(crate) fn has_fine_pointer() -> bool {
    matches_media("(pointer: fine)")
}

/// Whether the sidebar has room beside the page; the stylesheet draws the line at the same width.
pub(crate) fn is_wide() -> bool {
    matches_media("(width >= 52rem)")
}

fn matches_media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}
