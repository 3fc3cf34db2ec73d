//! Moments in the reader's own zone and language.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// A locale no browser has, for which it takes the reader's own.
const READERS_OWN: &str = "default";

/// Replaces the text of a `time` element by the local form, and keeps the long form as its title.
pub(crate) fn show_local_time(element: &HtmlElement, millis: i64) {
    let date = Date::new(&JsValue::from_f64(millis as f64));
    let is_today = Date::new_0().to_date_string() == date.to_date_string();
    let short =
        if is_today { text(&date, None, "short") } else { text(&date, Some("medium"), "short") };
    element.set_text_content(Some(&short));
    // A title is a convenience; nothing depends on it.
    let _ = element.set_attribute("title", &text(&date, Some("full"), "medium"));
}

fn text(date: &Date, date_style: Option<&str>, time_style: &str) -> String {
    let options = Object::new();
    let set = |name: &str, value: &str| {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    };
    if let Some(style) = date_style {
        set("dateStyle", style);
    }
    set("timeStyle", time_style);
    date.to_locale_string(READERS_OWN, &options).into()
}
