//! The whole server over real HTTP, with a fake provider behind it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and reports by printing, in its helpers too"
)]

mod assets;
mod attachments;
mod bad_input;
mod bad_start;
mod conversations;
mod description;
mod faults;
mod guards;
mod headers;
mod key_hygiene;
mod kill;
mod model_search;
mod parameters;
mod prompt_profiles;
mod providers;
mod released;
mod resume;
mod send;
mod settings;
mod stop;
mod support;
mod views;
