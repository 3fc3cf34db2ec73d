//! Detection against every kind of server and every trouble of the fake provider, through real HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod failures;
mod hygiene;
mod kinds;
mod support;
mod timing;
