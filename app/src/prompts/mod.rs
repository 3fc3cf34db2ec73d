//! The Prompts page: reusable system prompts to list, write, change and delete.

mod editor;
mod page;
mod row;
mod server_functions;

pub(crate) use page::PromptsPage;
