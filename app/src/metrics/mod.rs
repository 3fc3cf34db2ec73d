//! The Metrics page: how many answers, how fast, how many tokens.

mod figures;
mod page;
mod plot;
mod server_functions;
mod shares;
mod span;
mod tile;

pub(crate) use page::MetricsPage;
