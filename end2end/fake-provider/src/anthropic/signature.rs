//! Signatures of thoughts: made of model and thought alone, so that what comes back can be checked.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The signature under a thought of this model.
pub(super) fn sign(model: &str, thought: &str) -> String {
    STANDARD.encode(format!("signed {:016x}", hash([model, thought])))
}

/// The data of a thought of this model that nobody may read.
pub(super) fn sealed(model: &str) -> String {
    STANDARD.encode(format!("sealed {:016x}", hash([model, "sealed"])))
}

/// FNV-1a: no secret is kept here, a change only has to show.
fn hash(parts: [&str; 2]) -> u64 {
    let bytes = parts[0].bytes().chain([0]).chain(parts[1].bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_and_thought_both_count() {
        assert_eq!(sign("a", "b"), sign("a", "b"));
        assert_ne!(sign("a", "b"), sign("a", "c"));
        assert_ne!(sign("a", "b"), sign("ab", ""));
        assert_ne!(sealed("a"), sealed("b"));
    }
}
