//! Parts of a page that change and what is done at events, each in one type for the whole app.
//!
//! The framework's own `Show` and `For` are compiled anew for every place they stand in, at some four
//! kilobytes each. These are compiled once, which is what keeps the browser's first load small.

use std::sync::Arc;

use leptos::{
    ev::{KeyboardEvent, MouseEvent, SubmitEvent},
    prelude::*,
};

type Condition = Box<dyn Fn() -> bool + Send + Sync>;
type Make = Box<dyn Fn() -> AnyView + Send + Sync>;
type MakeOrNot = Box<dyn FnMut() -> Option<AnyView> + Send>;
type Words = Box<dyn FnMut() -> String + Send>;
type Items = Box<dyn Fn() -> Vec<Item> + Send + Sync>;

/// A part of a page that is there or not.
pub(crate) fn optional(view: impl FnMut() -> Option<AnyView> + Send + 'static) -> AnyView {
    let view: MakeOrNot = Box::new(view);
    view.into_any()
}

/// A text that changes.
pub(crate) fn text(words: impl FnMut() -> String + Send + 'static) -> AnyView {
    let words: Words = Box::new(words);
    words.into_any()
}

/// A class or a property that holds or not.
pub(crate) type Flag = Box<dyn FnMut() -> bool + Send>;

/// Makes a [`Flag`].
pub(crate) fn flag(holds: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(holds)
}

/// An attribute that changes, or is not there.
pub(crate) type Changing = Box<dyn FnMut() -> Option<&'static str> + Send>;

/// Makes a [`Changing`].
pub(crate) fn changing(value: impl FnMut() -> Option<&'static str> + Send + 'static) -> Changing {
    Box::new(value)
}

/// What is done at a click.
pub(crate) fn clicked(act: impl FnMut(MouseEvent) + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(act)
}

/// What is done with a form instead of posting it.
pub(crate) fn submitted(act: impl FnMut(SubmitEvent) + 'static) -> Box<dyn FnMut(SubmitEvent)> {
    Box::new(act)
}

/// What is done at the press of a key.
pub(crate) fn pressed(act: impl FnMut(KeyboardEvent) + 'static) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(act)
}

/// A part of a page that is there while a condition holds, and stays untouched meanwhile.
pub(crate) fn shown_while(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    boxed_while(Box::new(condition), Box::new(view))
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
    boxed_list(Box::new(items))
}

// Closures in a generic function are generic too, hence the functions that are not.

fn boxed_while(condition: Condition, view: Make) -> AnyView {
    let condition = Memo::new(move |_| condition());
    optional(move || condition.get().then(&view))
}

fn boxed_list(items: Items) -> AnyView {
    view! {
        <For
            each=items
            key=|item: &Item| item.key.clone()
            children=|item| (item.view)()
        />
    }
    .into_any()
}
