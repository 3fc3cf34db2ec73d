//! Keys nobody can guess.

use leptos::prelude::window;

/// 128 random bits as hexadecimal digits.
pub(crate) fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // It fails only for more than 65 536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
