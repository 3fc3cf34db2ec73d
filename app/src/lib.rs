//! The pages of Chat Studio: rendered on the server, brought to life in the browser.

#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the component and server macros write `pub` items of their own"
)]

mod app;
mod browser;
mod chat;
pub mod error;
mod llm_config;
mod manual;
mod metrics;
mod models_shown;
mod not_found;
mod parameters;
mod prompts;
mod reply;
mod resource;
mod routes;
#[cfg(feature = "ssr")]
mod shell;
mod sidebar;
mod tabs;
mod theme;
mod ui;

pub use app::App;
pub use routes::load_page;
#[cfg(feature = "ssr")]
pub use shell::shell;
