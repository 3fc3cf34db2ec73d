//! Lists the models with what the server says of each (protocols §4, §5.4).

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, future, stream};
use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::headers;
use crate::{
    Endpoint, ProviderError,
    body::Body,
    caller::{Caller, below, no_list},
    transport::Server,
};

/// Models that are asked about at the same time.
const AT_ONCE: usize = 8;
/// The most that is read of what the server says of one model, in bytes; licences and templates are
/// part of it.
const LARGEST_SHOW: usize = 4 << 20;

/// What a server says of one model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shown {
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

/// Lists the models in the server's order, each name once. What is not said in time of a model stays
/// unknown. `ours` is the length of the context this adapter has loaded a model with.
pub(super) async fn list(
    caller: &Caller,
    server: &Server,
    endpoint: &Endpoint,
    ours: impl Fn(&str) -> Option<u32>,
) -> Result<Vec<ListedModel>, ProviderError> {
    let limit = caller.limits.time.list;
    // What is known by then is shown; the rest of the time is for what is under way.
    let deadline = Instant::now() + limit * 3 / 4;
    let tags = caller.in_time(server, tags(caller, server, endpoint)).await?;
    let (loaded, shown) = future::join(
        tokio::time::timeout_at(deadline, loaded(caller, server, endpoint)),
        all_shown(caller, server, endpoint, &tags, deadline),
    )
    .await;
    let loaded = loaded.unwrap_or_default();
    let listed = tags.into_iter().map(|tag| {
        let own = ours(&tag.name);
        // The length we have asked for ourselves says nothing about the server.
        let in_force = loaded.get(&tag.name).copied().filter(|length| Some(*length) != own);
        let shown = shown.get(&tag.name).copied().unwrap_or_default();
        ListedModel { facts: shown.or(tag.shown).facts(in_force), ..ListedModel::named(tag.name) }
    });
    Ok(listed.collect())
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
    let wait = caller.limits.time.list / 4;
    let asked = async {
        let response = caller.client.post(server, url, headers, question, wait).await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        let mut body = Body::new(response, server, caller.limits.time);
        let (bytes, _) = body.collect(LARGEST_SHOW).await.ok()?;
        Shown::parse(&bytes, model)
    };
    tokio::time::timeout(wait, asked).await.ok().flatten()
}

/// A model of the list, with what the list itself says of it.
#[derive(Debug, PartialEq, Eq)]
struct Tag {
    name: String,
    shown: Shown,
}

async fn tags(
    caller: &Caller,
    server: &Server,
    endpoint: &Endpoint,
) -> Result<Vec<Tag>, ProviderError> {
    let url = below(&endpoint.base_url, &["api", "tags"]);
    let mut room = caller.limits.size.model_list;
    let headers = headers(endpoint, "application/json")?;
    let bytes = caller.page(server, url, headers, &mut room).await?;
    parse_tags(&bytes).ok_or_else(|| no_list(server, &bytes))
}

/// The lengths of the contexts that are in force; empty where the server does not tell.
async fn loaded(caller: &Caller, server: &Server, endpoint: &Endpoint) -> HashMap<String, u32> {
    let url = below(&endpoint.base_url, &["api", "ps"]);
    let mut room = caller.limits.size.model_list;
    let Ok(headers) = headers(endpoint, "application/json") else { return HashMap::new() };
    let page = caller.page(server, url, headers, &mut room).await;
    page.ok().and_then(|bytes| parse_loaded(&bytes)).unwrap_or_default()
}

/// What the server says of each model, as far as it does so before the deadline.
async fn all_shown(
    caller: &Caller,
    server: &Server,
    endpoint: &Endpoint,
    tags: &[Tag],
    deadline: Instant,
) -> HashMap<String, Shown> {
    // Owned, since the compiler cannot see that borrowed ones live long enough.
    let names: Vec<String> = tags.iter().map(|tag| tag.name.clone()).collect();
    let mut answers = stream::iter(names)
        .map(async |name| {
            let shown = show(caller, server, endpoint, &name).await;
            shown.map(|shown| (name, shown))
        })
        .buffer_unordered(AT_ONCE);
    let mut all = HashMap::new();
    while let Ok(Some(answer)) = tokio::time::timeout_at(deadline, answers.next()).await {
        all.extend(answer);
    }
    all
}

impl Shown {
    fn parse(body: &[u8], model: &str) -> Option<Self> {
        let card: Card = serde_json::from_slice(body).ok()?;
        Some(card.read(model))
    }

    /// This, with what `other` says where this says nothing.
    fn or(self, other: Self) -> Self {
        Self {
            most: self.most.or(other.most),
            set: self.set.or(other.set),
            thinks_by_word: self.thinks_by_word || other.thinks_by_word,
            abilities: self.abilities.or(other.abilities),
        }
    }

    /// As facts. `in_force` is the length of the context the model is loaded with; what its file sets
    /// counts for more, since that holds the next time as well.
    fn facts(self, in_force: Option<u32>) -> ModelFacts {
        let length = self.set.or(in_force);
        let length = match (length, self.most) {
            (Some(length), Some(most)) => Some(length.min(most)),
            (length, most) => length.or(most),
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

/// The models of `/api/tags`, each name once; nothing if this is no such list.
fn parse_tags(body: &[u8]) -> Option<Vec<Tag>> {
    let mut seen = HashSet::new();
    let cards = cards(body)?.into_iter().filter_map(|card| {
        let name = card.name()?.to_owned();
        let shown = card.read(&name);
        seen.insert(name.clone()).then_some(Tag { name, shown })
    });
    Some(cards.collect())
}

fn parse_loaded(body: &[u8]) -> Option<HashMap<String, u32>> {
    let cards = cards(body)?.into_iter();
    Some(
        cards
            .filter_map(|card| Some((card.name()?.to_owned(), tokens(&card.context_length)?)))
            .collect(),
    )
}

/// The cards that can be read; nothing if the key is missing. Null is an empty list.
fn cards(body: &[u8]) -> Option<Vec<Card>> {
    #[derive(Deserialize)]
    struct List {
        models: Option<Vec<Value>>,
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    value.get("models")?;
    let list: List = serde_json::from_value(value).ok()?;
    // One broken card must not cost the whole list.
    let cards = list.models.into_iter().flatten().filter(Value::is_object);
    Some(cards.filter_map(|card| serde_json::from_value(card).ok()).collect())
}

/// A model as `/api/tags`, `/api/ps` and `/api/show` write it. Fields of a wrong type count as absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Card {
    model: Value,
    name: Value,
    details: Value,
    model_info: Value,
    capabilities: Value,
    parameters: Value,
    context_length: Value,
}

impl Card {
    fn name(&self) -> Option<&str> {
        let text = |value: &'_ Value| value.as_str().is_some_and(|text| !text.is_empty());
        [&self.model, &self.name].into_iter().find(|value| text(value))?.as_str()
    }

    fn read(&self, model: &str) -> Shown {
        let family = self.details["family"].as_str().unwrap_or_default();
        let most = self.model_info.as_object().and_then(longest_context);
        Shown {
            most: most.or_else(|| tokens(&self.details["context_length"])),
            set: self.parameters.as_str().and_then(context_in),
            // gpt-oss is the one family that knows words; older versions refuse them for all others.
            thinks_by_word: family == "gptoss" || model.contains("gpt-oss"),
            abilities: self.capabilities.as_array().map(|words| Abilities::read(words)),
        }
    }
}

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
fn longest_context(info: &Map<String, Value>) -> Option<u32> {
    let architecture = info.get("general.architecture")?.as_str()?;
    tokens(info.get(&format!("{architecture}.context_length"))?)
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

fn tokens(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|tokens| u32::try_from(tokens).ok()).filter(|tokens| *tokens > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Shown {
        Shown::parse(body.as_bytes(), "m").unwrap()
    }

    #[test]
    fn a_model_is_what_its_architecture_and_file_say() {
        let full = shown(
            r#"{"details":{"family":"gptoss"},"capabilities":["completion","tools","thinking"],
            "parameters":"stop \"x\"\nnum_ctx      8192\ntop_k 1",
            "model_info":{"general.architecture":"a","a.context_length":131072,"b.context_length":7}}"#,
        );
        assert_eq!((full.most, full.set, full.thinks_by_word), (Some(131_072), Some(8_192), true));
        let facts = full.facts(None);
        assert_eq!(facts.context_length, Some(Fact::reported(8_192)));
        assert_eq!(facts.tools, Some(Fact::reported(true)));
        assert_eq!(facts.vision, Some(Fact::reported(false)));
        assert_eq!(facts.embeddings, Some(Fact::reported(false)));
    }

    #[test]
    fn the_length_in_force_counts_but_not_beyond_the_most() {
        let most = Shown { most: Some(4_096), ..Shown::default() };
        let length =
            |shown: Shown, in_force| shown.facts(in_force).context_length.map(|fact| fact.value);
        assert_eq!(length(most, None), Some(4_096));
        assert_eq!(length(most, Some(2_048)), Some(2_048));
        assert_eq!(length(Shown { set: Some(9_999), ..most }, Some(2_048)), Some(4_096));
        assert_eq!(length(Shown::default(), Some(2_048)), Some(2_048));
        assert_eq!(length(Shown::default(), None), None);
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        for body in [
            "{}",
            r#"{"capabilities":"all","model_info":[1],"parameters":7,"details":null}"#,
            r#"{"model_info":{"general.architecture":"a"},"parameters":"num_ctx many"}"#,
            r#"{"model_info":{"general.architecture":"a","a.context_length":0}}"#,
        ] {
            assert_eq!(shown(body), Shown::default(), "{body}");
        }
        assert_eq!(Shown::parse(b"<html>", "m"), None);
    }

    #[test]
    fn lists_are_read_card_by_card() {
        let body = r#"{"models":[{"name":"a","model":"a:latest"},{"name":"b"},{"size":1},7,
            {"name":"b"},{"model":"c","capabilities":["embedding"],
            "details":{"context_length":512}}]}"#;
        let tags = parse_tags(body.as_bytes()).unwrap();
        let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["a:latest", "b", "c"]);
        let facts = tags[2].shown.facts(None);
        assert_eq!(facts.embeddings, Some(Fact::reported(true)));
        assert_eq!(facts.context_length, Some(Fact::reported(512)));
        assert_eq!(parse_tags(br#"{"models":null}"#), Some(Vec::new()));
        for body in [r#"{"data":[]}"#, r#"{"models":{}}"#, "[]", "<html>"] {
            assert_eq!(parse_tags(body.as_bytes()), None, "{body}");
        }
    }
}
