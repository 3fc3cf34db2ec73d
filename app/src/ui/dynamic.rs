//! Parts of a page that change, each in one type for the whole app.
//!
//! Every closure in a view is a type of its own, and the framework is compiled anew for each: some
//! four kilobytes. Boxed, they share one, which is what keeps the browser's first load small.

use std::sync::Arc;

use leptos::prelude::*;

/// A part of a page that is made anew whenever what it reads changes.
pub(crate) type Dynamic = Box<dyn FnMut() -> AnyView + Send>;

/// Boxes a part of a page that changes.
pub(crate) fn dynamic(view: impl FnMut() -> AnyView + Send + 'static) -> Dynamic {
    Box::new(view)
}

/// A part of a page that is there or not.
pub(crate) fn optional(mut view: impl FnMut() -> Option<AnyView> + Send + 'static) -> Dynamic {
    Box::new(move || view().into_any())
}

/// A part of a page that is there while a condition holds, and stays untouched meanwhile.
pub(crate) fn shown_while(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> Dynamic {
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
    let items = Signal::derive(items);
    view! {
        <For
            each=move || items.get()
            key=|item| item.key.clone()
            children=|item| (item.view)()
        />
    }
    .into_any()
}
