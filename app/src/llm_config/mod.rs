//! The LLM Config page: the model servers a person has, their keys and their models.

mod card;
mod draft;
mod editor;
mod examples;
mod model_list;
mod page;
mod server_functions;

pub(crate) use page::LlmConfigPage;
