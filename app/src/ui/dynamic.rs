//! Parts of a page that change, each in one type for the whole app.
//!
//! The framework's own `Show` and `For` are compiled anew for every place they stand in, at some four
//! kilobytes each. These are compiled once, which is what keeps the browser's first load small.

use std::sync::Arc;

use leptos::prelude::*;

/// A part of a page that is there or not.
pub(crate) fn optional(
    mut view: impl FnMut() -> Option<AnyView> + Send + Sync + 'static,
) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || view().into_any());
    view.into_any()
}

/// A part of a page that is there while a condition holds, and stays untouched meanwhile.
pub(crate) fn shown_while(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let condition: Box<dyn Fn() -> bool + Send + Sync> = Box::new(condition);
    let condition = Memo::new(move |_| condition());
    optional(move || condition.get().then(&view))
}

/// One entry of a list that changes.
#[derive(Clone)]
pub(crate) struct Item {
    key: String,
    view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Item {
    /// An entry; `view` is called when the key is new to the list, and not again.
    pub(crate) fn new(
        key: impl ToString,
        view: impl Fn() -> AnyView + Send + Sync + 'static,
    ) -> Self {
        Self { key: key.to_string(), view: Arc::new(view) }
    }
}

/// A list whose entries keep their elements as long as their keys stay.
pub(crate) fn keyed(items: impl Fn() -> Vec<Item> + Send + Sync + 'static) -> AnyView {
    let items: Box<dyn Fn() -> Vec<Item> + Send + Sync> = Box::new(items);
    view! {
        <For
            each=items
            key=|item: &Item| item.key.clone()
            children=|item| (item.view)()
        />
    }
    .into_any()
}
