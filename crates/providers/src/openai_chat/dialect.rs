//! What single well-known hosts want differently (protocols §1.7); everybody else gets the common form.

use std::borrow::Cow;

use url::Url;

/// Letters and digits Mistral's identifiers are made of.
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Length of Mistral's identifiers.
const MISTRAL_ID: usize = 9;

/// A host with habits of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    OpenAi,
    Azure,
    OpenRouter,
    Mistral,
    DeepSeek,
    Common,
}

impl Dialect {
    /// The dialect spoken at an address.
    pub(crate) fn of(base_url: &Url) -> Self {
        let host = base_url.domain().unwrap_or_default();
        let is_below = |domain: &str| {
            host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let azure = ["openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"];
        if is_below("api.openai.com") {
            Self::OpenAi
        } else if azure.into_iter().any(is_below) {
            Self::Azure
        } else if is_below("openrouter.ai") {
            Self::OpenRouter
        } else if is_below("mistral.ai") {
            Self::Mistral
        } else if is_below("deepseek.com") {
            Self::DeepSeek
        } else {
            Self::Common
        }
    }

    /// Whether newer models refuse `max_tokens`.
    pub(super) fn wants_completion_tokens(self) -> bool {
        matches!(self, Self::OpenAi | Self::Azure)
    }

    /// The word for “call at least one tool”.
    pub(super) fn required(self) -> &'static str {
        if self == Self::Mistral { "any" } else { "required" }
    }

    /// A call's identifier as the host takes it. Mistral refuses those of other servers, which a
    /// conversation may hold that began elsewhere.
    pub(super) fn call_id(self, id: &str) -> Cow<'_, str> {
        let fits = id.len() == MISTRAL_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if self == Self::Mistral && !fits { Cow::Owned(mistral_id(id)) } else { Cow::Borrowed(id) }
    }
}

/// The same nine characters for the same identifier, so that a result still finds its call.
fn mistral_id(id: &str) -> String {
    // FNV-1a, whose last bits are as good as its first.
    let mut hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut characters = String::with_capacity(MISTRAL_ID);
    for _ in 0..MISTRAL_ID {
        let at = usize::try_from(hash % 36).unwrap_or_default();
        characters.push(char::from(ALPHABET[at]));
        hash /= 36;
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Dialect {
        Dialect::of(&Url::parse(url).unwrap())
    }

    #[test]
    fn hosts_are_known_by_their_domain_and_not_by_a_part_of_it() {
        for (url, dialect) in [
            ("https://api.openai.com/v1", Dialect::OpenAi),
            ("https://eu.api.openai.com/v1", Dialect::OpenAi),
            ("https://me.openai.azure.com/openai/v1", Dialect::Azure),
            ("https://me.services.ai.azure.com/openai/v1", Dialect::Azure),
            ("https://openrouter.ai/api/v1", Dialect::OpenRouter),
            ("https://api.mistral.ai/v1", Dialect::Mistral),
            ("https://api.deepseek.com/v1", Dialect::DeepSeek),
            ("https://notopenrouter.ai/v1", Dialect::Common),
            ("https://openrouter.ai.example/v1", Dialect::Common),
            ("http://127.0.0.1:8080/v1", Dialect::Common),
        ] {
            assert_eq!(of(url), dialect, "{url}");
        }
    }

    #[test]
    fn only_mistral_gets_other_identifiers_and_always_the_same() {
        assert_eq!(Dialect::Common.call_id("call_a"), "call_a");
        assert_eq!(Dialect::Mistral.call_id("Ab3dE6gH9"), "Ab3dE6gH9");
        let id = Dialect::Mistral.call_id("call_a");
        assert_eq!(id.len(), MISTRAL_ID);
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(id, Dialect::Mistral.call_id("call_a"));
        assert_ne!(id, Dialect::Mistral.call_id("call_b"));
    }
}
