//! Reading back what the document shows.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The plain text of each block of an answer, in order; code is named and not read out.
pub(crate) fn block_texts(message: &str) -> Vec<String> {
    let Some(message) = document().get_element_by_id(message) else { return Vec::new() };
    let Ok(blocks) = message.query_selector_all(".answer-text > .block") else { return Vec::new() };
    (0..blocks.length())
        .filter_map(|index| blocks.item(index)?.dyn_into::<Element>().ok())
        .map(|block| match block.query_selector("pre") {
            Ok(Some(_)) => "Code block.".to_owned(),
            _ => block.text_content().unwrap_or_default(),
        })
        .collect()
}
