//! The manual: what the Guide quotes, to be read as a whole.

mod page;
mod server_functions;

pub(crate) use page::ManualPage;
