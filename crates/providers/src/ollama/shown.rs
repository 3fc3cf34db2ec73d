//! What Ollama says of one model, in its lists and where it is asked for it (protocols §4, §5.4).

use models::facts::{Fact, ModelFacts};
use serde_json::Value;

use super::headers;
use crate::{
    Endpoint,
    body::Body,
    caller::{Caller, below},
    card,
    transport::Server,
};

/// The most that is read of what the server says of one model, in bytes; licences and templates are
/// part of it.
const LARGEST_SHOW: usize = 4 << 20;

/// What a server says of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Tokens of context it can have at most.
    pub(super) most: Option<u32>,
    /// Tokens of context its own file sets.
    pub(super) set: Option<u32>,
    /// Whether it is told how much to think, and not only whether.
    pub(super) thinks_by_word: bool,
    abilities: Option<Abilities>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Abilities {
    converses: bool,
    embeds: bool,
    sees: bool,
    calls_tools: bool,
    thinks: bool,
}

/// Asks what a model is; nothing if the server does not tell, or not in time.
pub(super) async fn show(
    caller: &Caller,
    server: &Server,
    endpoint: &Endpoint,
    model: &str,
) -> Option<Shown> {
    let url = below(&endpoint.base_url, &["api", "show"]);
    let headers = headers(endpoint, "application/json").ok()?;
    let question = serde_json::json!({"model": model}).to_string().into_bytes();
    // It delays an answer.
    let wait = caller.limits.time.brief / 4;
    let asked = async {
        let response = caller.client.post(server, url, headers, question, wait).await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let mut body = Body::new(response, server, caller.limits.time);
        let (bytes, _) = body.collect(LARGEST_SHOW).await.ok()?;
        let card = serde_json::from_slice(&bytes).ok()?;
        Some(Shown::read(&card, model))
    };
    tokio::time::timeout(wait, asked).await.ok().flatten()
}

impl Shown {
    /// Reads an entry of `/api/tags` or the answer of `/api/show`. Fields of a wrong type count as
    /// absent.
    pub(crate) fn read(card: &Value, model: &str) -> Self {
        let family = card["details"]["family"].as_str().unwrap_or_default();
        Self {
            most: longest_context(&card["model_info"])
                .or_else(|| card::tokens(card, "/details/context_length")),
            set: card::filled(card, "parameters").and_then(context_in),
            // gpt-oss is the one family that knows words; older versions refuse them for all others.
            thinks_by_word: family == "gptoss" || model.contains("gpt-oss"),
            abilities: card["capabilities"].as_array().map(|words| Abilities::read(words)),
        }
    }

    /// As facts. The context is what the model's file sets, or else the most it can have: as much as
    /// is needed is asked for with every request. What it is loaded with says nothing, then, for that
    /// may be what was asked for last.
    pub(crate) fn facts(self) -> ModelFacts {
        let length = match (self.set, self.most) {
            (Some(set), Some(most)) => Some(set.min(most)),
            (set, most) => set.or(most),
        };
        let able = |able: fn(Abilities) -> bool| self.abilities.map(able).map(Fact::reported);
        ModelFacts {
            context_length: length.map(Fact::reported),
            vision: able(|abilities| abilities.sees),
            tools: able(|abilities| abilities.calls_tools),
            reasoning: able(|abilities| abilities.thinks),
            embeddings: able(|abilities| abilities.embeds && !abilities.converses),
            ..ModelFacts::default()
        }
    }
}

/// The list of capabilities is complete: what is not in it, the model cannot do.
impl Abilities {
    fn read(words: &[Value]) -> Self {
        let has = |word: &str| words.iter().any(|one| one == word);
        Self {
            converses: has("completion"),
            embeds: has("embedding"),
            sees: has("vision"),
            calls_tools: has("tools"),
            thinks: has("thinking"),
        }
    }
}

/// `A.context_length`, where `general.architecture` is A.
fn longest_context(info: &Value) -> Option<u32> {
    let architecture = card::filled(info, "general.architecture")?;
    card::tokens(info, &format!("/{architecture}.context_length"))
}

/// `num_ctx` in the lines of a model's file, each a name and a value.
fn context_in(parameters: &str) -> Option<u32> {
    parameters.lines().find_map(|line| {
        let (name, value) = line.trim().split_once(char::is_whitespace)?;
        (name == "num_ctx")
            .then(|| value.trim().parse().ok())
            .flatten()
            .filter(|tokens| *tokens > 0)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_model_is_what_its_architecture_and_file_say() {
        let full = Shown::read(
            &json!({
                "details": {"family": "gptoss"},
                "capabilities": ["completion", "tools", "thinking"],
                "parameters": "stop \"x\"\nnum_ctx      8192\ntop_k 1",
                "model_info": {
                    "general.architecture": "a", "a.context_length": 131_072, "b.context_length": 7,
                },
            }),
            "m",
        );
        assert_eq!((full.most, full.set, full.thinks_by_word), (Some(131_072), Some(8_192), true));
        let facts = full.facts();
        assert_eq!(facts.context_length, Some(Fact::reported(8_192)));
        assert_eq!(facts.tools, Some(Fact::reported(true)));
        assert_eq!(facts.vision, Some(Fact::reported(false)));
        assert_eq!(facts.embeddings, Some(Fact::reported(false)));
    }

    #[test]
    fn what_its_file_sets_counts_but_not_beyond_the_most() {
        let most = Shown { most: Some(4_096), ..Shown::default() };
        let length = |shown: Shown| shown.facts().context_length.map(|fact| fact.value);
        assert_eq!(length(most), Some(4_096));
        assert_eq!(length(Shown { set: Some(2_048), ..most }), Some(2_048));
        assert_eq!(length(Shown { set: Some(9_999), ..most }), Some(4_096));
        assert_eq!(length(Shown::default()), None);
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        for card in [
            json!({}),
            json!([1]),
            json!({"capabilities": "all", "model_info": [1], "parameters": 7, "details": null}),
            json!({"model_info": {"general.architecture": "a"}, "parameters": "num_ctx many"}),
            json!({"model_info": {"general.architecture": "a", "a.context_length": 0}}),
        ] {
            assert_eq!(Shown::read(&card, "m"), Shown::default(), "{card}");
        }
    }
}
