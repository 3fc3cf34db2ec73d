//! Seals: marks on what the fake hands out and must get back unchanged.

/// The mark that belongs to this text alone; the same at every run.
pub(crate) fn of(text: &str) -> String {
    // FNV-1a.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The text with its mark behind it.
pub(crate) fn sealed(text: &str) -> String {
    format!("{text}.{}", of(text))
}

/// Whether this is what [`sealed`] made, to the letter.
pub(crate) fn is_intact(sealed: &str) -> bool {
    sealed.rsplit_once('.').is_some_and(|(text, mark)| mark == of(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_breaks_the_seal() {
        let whole = sealed("a thought");
        assert!(is_intact(&whole));
        assert!(!is_intact(&whole[1..]));
        assert!(!is_intact(&whole[..whole.len() - 1]));
        assert!(!is_intact(""));
        assert_ne!(of("a"), of("b"));
    }
}
