//! Copying: one handler for every button that carries `data-copy`.

use std::time::Duration;

use leptos::{ev::MouseEvent, prelude::*, server_fn::ServerFn};
use models::id::MessageId;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{message_state::message_id, server_functions::MessageText};
use crate::browser::{self, post};

/// How long a button says that it has copied.
const CONFIRM: Duration = Duration::from_millis(1600);

/// Copies what the clicked button is about: the message for `data-copy="message"`, otherwise the
/// code block it stands in.
pub(crate) fn copy_on_click(event: MouseEvent) {
    let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let button = clicked.and_then(|clicked| clicked.closest("[data-copy]").ok().flatten());
    let Some(button) = button else { return };
    browser::spawn(async move {
        let copied = match text_for(&button).await {
            Some(text) => browser::copy(&text).await,
            None => false,
        };
        let _ = button.set_attribute("data-copied", if copied { "done" } else { "failed" });
        set_timeout(
            move || {
                let _ = button.remove_attribute("data-copied");
            },
            CONFIRM,
        );
    });
}

async fn text_for(button: &Element) -> Option<String> {
    if button.get_attribute("data-copy").as_deref() == Some("message") {
        let message = button.closest(".message").ok()??;
        return as_written(message_id(&message.id())?).await;
    }
    button.closest("figure").ok()??.query_selector("pre code").ok()??.text_content()
}

/// What was said as it was written: the page shows it rendered, which loses fences, lists and formulas.
async fn as_written(message: MessageId) -> Option<String> {
    let answer = post(MessageText::url(), vec![("message", message.to_string())]).await.ok()?;
    serde_json::from_slice(answer.as_bytes()).ok()
}
