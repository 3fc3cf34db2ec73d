//! Shared pieces of every page: typed variants that choose among whole class names.

pub(crate) mod badge;
pub(crate) mod button;
pub(crate) mod card;
pub(crate) mod confirm;
pub(crate) mod dynamic;
pub(crate) mod edit_link;
pub(crate) mod empty_state;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod form_error;
pub(crate) mod form_value;
pub(crate) mod icon;
pub(crate) mod modal;
pub(crate) mod notice;
pub(crate) mod number;
pub(crate) mod page;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod rendered;
pub(crate) mod submission;
pub(crate) mod time;
pub(crate) mod toast;
