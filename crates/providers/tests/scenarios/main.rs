//! Every adapter against every scenario of the fake provider, through real HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod anthropic;
mod gemini;
mod matrix;
mod ollama;
mod openai_chat;
mod openai_chat_tools;
mod openai_responses;
mod support;
mod switch;
