//! What a person sees when the page breaks: a bar that says so, drawn without the framework.

use std::panic::PanicHookInfo;

use web_sys::{Document, Element, console, window};

/// Logs the defect and shows the bar. Everything here may fail quietly: there is nobody left to tell.
pub(crate) fn report(defect: &PanicHookInfo<'_>) {
    console::error_1(&defect.to_string().into());
    if let Some(document) = window().and_then(|window| window.document()) {
        let _ = show_bar(&document);
    }
}

fn show_bar(document: &Document) -> Option<()> {
    const ID: &str = "crash-bar";

    if document.get_element_by_id(ID).is_some() {
        return None;
    }
    let bar = element(document, "div", "crash-bar")?;
    bar.set_attribute("id", ID).ok()?;
    bar.set_attribute("role", "alert").ok()?;
    let text = element(document, "span", "crash-text")?;
    text.set_text_content(Some("Something broke in this page. Your messages are safe."));
    // A link and not a button: it needs no code of ours to work.
    let reload = element(document, "a", "button button-primary")?;
    reload.set_attribute("href", "").ok()?;
    reload.set_attribute("rel", "external").ok()?;
    reload.set_text_content(Some("Reload"));
    bar.append_child(&text).ok()?;
    bar.append_child(&reload).ok()?;
    document.body()?.append_child(&bar).ok()?;
    Some(())
}

fn element(document: &Document, tag: &str, class: &str) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    element.set_class_name(class);
    Some(element)
}
