//! Bytes from text, by the browser's own decoder.

use leptos::prelude::window;

/// What URL-safe base64 stands for (RFC 4648, section 5); nothing for any other text.
pub(crate) fn from_url_safe_base64(text: &str) -> Option<Vec<u8>> {
    let standard = text.replace('-', "+").replace('_', "/");
    // One character a byte.
    let binary = window().atob(&standard).ok()?;
    binary.chars().map(|byte| u8::try_from(byte).ok()).collect()
}
