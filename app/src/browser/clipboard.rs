//! Copying text.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// Puts a text on the clipboard; whether the browser let us.
pub(crate) async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Pages that did not come over https or from this machine have no clipboard at all.
    if JsValue::from(&clipboard).is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
