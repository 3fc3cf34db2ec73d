//! The server: configuration, start and stop, the HTTP API, and everything that guards them.

// The pages are one deeply nested type each.
#![recursion_limit = "512"]

mod api;
mod assets;
mod boundary;
mod browser;
pub mod config;
mod extract;
mod failure;
mod pages;
mod router;
mod security;
mod serve;
mod sse;
mod start;
mod state;
pub mod telemetry;

pub use config::Config;
pub use start::{Serving, StartError, serve, serve_studio};
