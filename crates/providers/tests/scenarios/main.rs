//! Every adapter against every scenario of the fake provider, through real HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod gemini;
mod openai_chat;
mod support;
