//! The LLM Config page: the model servers a person has, their keys and their models.

mod card;
mod changes;
mod checks;
mod detections;
mod draft;
mod editor;
mod examples;
mod facts;
mod health_plot;
mod model_form;
mod model_page;
mod models_page;
mod page;
mod root;
mod scan;
mod server_functions;
mod transfer;

pub(crate) use root::LlmConfigRoot;
pub(crate) use server_functions::FavourModel;
