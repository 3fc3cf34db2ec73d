//! Shared pieces of every page: typed variants that choose among whole class names.

pub(crate) mod badge;
pub(crate) mod button;
pub(crate) mod card;
pub(crate) mod dynamic;
pub(crate) mod empty_state;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod form_error;
pub(crate) mod icon;
pub(crate) mod notice;
pub(crate) mod page;
pub(crate) mod time;
pub(crate) mod toast;
