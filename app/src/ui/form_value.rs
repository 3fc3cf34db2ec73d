//! What a person has put into the controls of a form.

use leptos::ev::SubmitEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// The text of the input, text area or select with this name in the form being submitted; empty if
/// there is none.
pub(crate) fn text_of(event: &SubmitEvent, name: &str) -> String {
    let Some(control) = control(event, name) else { return String::new() };
    match control.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(control) => match control.dyn_into::<HtmlTextAreaElement>() {
            Ok(area) => area.value(),
            Err(control) => control
                .dyn_into::<HtmlSelectElement>()
                .map(|select| select.value())
                .unwrap_or_default(),
        },
    }
}

/// Whether the box with this name in the form being submitted is ticked; false if there is none.
pub(crate) fn is_checked(event: &SubmitEvent, name: &str) -> bool {
    control(event, name)
        .and_then(|control| control.dyn_into::<HtmlInputElement>().ok())
        .is_some_and(|input| input.checked())
}

fn control(event: &SubmitEvent, name: &str) -> Option<Element> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    form.elements().named_item(name)
}
