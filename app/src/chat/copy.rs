//! Copying: one handler for every button that carries `data-copy`.

use std::time::Duration;

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::browser;

/// How long a button says that it has copied.
const CONFIRM: Duration = Duration::from_millis(1600);

/// Copies what the clicked button is about: the message for `data-copy="message"`, otherwise the
/// code block it stands in.
pub(crate) fn copy_on_click(event: MouseEvent) {
    let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let button = clicked.and_then(|clicked| clicked.closest("[data-copy]").ok().flatten());
    let Some(button) = button else { return };
    let Some(text) = text_for(&button) else { return };
    browser::spawn(async move {
        let state = if browser::copy(&text).await { "done" } else { "failed" };
        let _ = button.set_attribute("data-copied", state);
        set_timeout(
            move || {
                let _ = button.remove_attribute("data-copied");
            },
            CONFIRM,
        );
    });
}

fn text_for(button: &Element) -> Option<String> {
    if button.get_attribute("data-copy").as_deref() == Some("message") {
        let body = button.closest(".message").ok()??.query_selector(".message-body").ok()??;
        // As it is read, with line breaks where the page has them.
        return Some(body.dyn_into::<HtmlElement>().ok()?.inner_text());
    }
    button.closest("figure").ok()??.query_selector("pre code").ok()??.text_content()
}
