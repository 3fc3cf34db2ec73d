//! Bounds that browser and server must agree on.

/// Longest user message, in bytes of UTF-8.
pub const MESSAGE_BYTES: usize = 1024 * 1024;
/// Files given with one message.
pub const MESSAGE_ATTACHMENTS: usize = 10;
/// Longest conversation title, in characters.
pub const TITLE_CHARACTERS: usize = 200;
/// Longest name of a provider, model or profile, in characters.
pub const NAME_CHARACTERS: usize = 120;
/// Longest description, in characters.
pub const DESCRIPTION_CHARACTERS: usize = 2_000;
/// Longest system prompt, in bytes of UTF-8.
pub const SYSTEM_PROMPT_BYTES: usize = 128 * 1024;
/// Longest idempotency key, in bytes.
pub const IDEMPOTENCY_KEY_BYTES: usize = 64;
/// Longest provider key, in bytes.
pub const PROVIDER_KEY_BYTES: usize = 8 * 1024;
/// Messages shown when a conversation is opened, and loaded by one step further back.
pub const MESSAGE_PAGE: u32 = 50;
/// Conversations in one page of the list.
pub const CONVERSATION_PAGE: u32 = 50;
