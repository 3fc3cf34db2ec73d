//! The Prompts page: reusable system prompts to list, write, change and delete.

mod confirm;
mod editor;
mod fields;
mod page;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod rendered;
mod row;
mod server_functions;
mod submission;

pub(crate) use confirm::ConfirmRemoval;
pub(crate) use fields::{is_checked, text_of};
pub(crate) use page::PromptsPage;
pub(crate) use submission::Submission;
