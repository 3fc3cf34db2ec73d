//! The store's promises, tested on SQLite always and on PostgreSQL when an address is given.

#![expect(clippy::expect_used, clippy::panic, reason = "the helpers of tests fail like the tests")]

mod attachment;
mod conversation;
mod journal;
mod message;
mod metric;
mod open;
mod ownership;
mod profile;
mod provider;
mod run;
mod support;
