//! Signatures of thoughts: made of model and thought alone, so that what comes back can be checked.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The signature under a thought of this model.
pub(super) fn sign(model: &str, thought: &str) -> String {
    STANDARD.encode(format!("signed {}", mark(model, thought)))
}

/// The data of a thought of this model that nobody may read.
pub(super) fn sealed(model: &str) -> String {
    STANDARD.encode(format!("sealed {}", mark(model, "sealed")))
}

/// The mark of model and thought, which no other pair has.
fn mark(model: &str, thought: &str) -> String {
    crate::seal::of(&format!("{model}\0{thought}"))
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
