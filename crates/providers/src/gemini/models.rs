//! Reads a list of models (protocols §3).

use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::{
    loose::{Count, Text},
    model_list::{Page, readable, with},
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    #[serde(borrow)]
    models: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    next_page_token: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Card<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    display_name: Text<'a>,
    input_token_limit: Count,
    output_token_limit: Count,
    thinking: serde_json::Value,
    supported_generation_methods: serde_json::Value,
}

/// Reads one page; nothing if this is no list of models.
pub(super) fn page(body: &[u8], url: &Url) -> Option<Page> {
    if body.trim_ascii() == b"{}" {
        // Google leaves empty lists out.
        return Some(Page { models: Vec::new(), next: None });
    }
    let list: List<'_> =
        body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok())??;
    let next = list.next_page_token.filled().map(|token| with(url, "pageToken", token));
    let models = readable::<Card<'_>>(&list.models).filter_map(|card| card.read()).collect();
    Some(Page { models, next })
}

impl Card<'_> {
    /// The model; nothing if it can neither answer nor embed, such as one that paints.
    fn read(&self) -> Option<ListedModel> {
        let wire = self.name.filled()?;
        let name = match wire.strip_prefix("models/") {
            Some(name) if !name.is_empty() && !name.contains('/') => name,
            _ => wire,
        };
        let methods = self.supported_generation_methods.as_array();
        let can = |method: &str| methods.is_some_and(|all| all.iter().any(|one| one == method));
        let answers = can("generateContent");
        if methods.is_some() && !answers && !can("embedContent") {
            return None;
        }
        let tokens = |count: Count| {
            count.0.filter(|tokens| *tokens > 0).and_then(|tokens| u32::try_from(tokens).ok())
        };
        // The list does not tell, but all of Google's own chat models see and call tools.
        let own = answers && is_chat_model(name);
        let facts = ModelFacts {
            context_length: tokens(self.input_token_limit).map(Fact::reported),
            max_output: tokens(self.output_token_limit).map(Fact::reported),
            vision: own.then_some(Fact::guessed(true)),
            tools: own.then_some(Fact::guessed(true)),
            reasoning: self.thinking.as_bool().map(Fact::reported),
            embeddings: methods.map(|_| Fact::reported(!answers)),
            ..ModelFacts::default()
        };
        let display_name = self.display_name.filled().filter(|shown| *shown != name);
        Some(ListedModel {
            display_name: display_name.map(str::to_owned),
            facts,
            ..ListedModel::named(name)
        })
    }
}

/// Whether a name is that of a Gemini model that is not made for speech or pictures.
fn is_chat_model(name: &str) -> bool {
    let other = ["-audio", "-image", "-tts"];
    name.starts_with("gemini-") && !other.iter().any(|kind| name.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(body: &str) -> Option<Page> {
        page(body.as_bytes(), &Url::parse("http://localhost/models?pageSize=9").unwrap())
    }

    fn read(body: &str) -> Option<Vec<ListedModel>> {
        first(body).map(|page| page.models)
    }

    #[test]
    fn facts_are_read_and_guesses_are_marked() {
        let list = r#"{"models":[
            {"name":"models/gemini-3-pro","displayName":"Gemini 3 Pro","inputTokenLimit":1048576,
             "outputTokenLimit":65536,"supportedGenerationMethods":["generateContent"],"thinking":true},
            {"name":"models/gemma-3-1b","supportedGenerationMethods":["generateContent"]},
            {"name":"models/embed","supportedGenerationMethods":["embedContent"]},
            {"name":"models/imagen","supportedGenerationMethods":["predict"]},
            {"name":"tunedModels/mine"}],"nextPageToken":"n"}"#;
        let models = read(list).unwrap();
        let names: Vec<_> = models.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["gemini-3-pro", "gemma-3-1b", "embed", "tunedModels/mine"]);
        assert_eq!(models[0].display_name.as_deref(), Some("Gemini 3 Pro"));
        let facts = &models[0].facts;
        assert_eq!(facts.context_length, Some(Fact::reported(1_048_576)));
        assert_eq!(facts.max_output, Some(Fact::reported(65_536)));
        assert_eq!(facts.reasoning, Some(Fact::reported(true)));
        assert_eq!(facts.embeddings, Some(Fact::reported(false)));
        assert_eq!(facts.vision, Some(Fact::guessed(true)));
        assert_eq!((models[1].facts.vision, models[1].facts.reasoning), (None, None));
        assert_eq!(models[2].facts.embeddings, Some(Fact::reported(true)));
        assert_eq!(models[3].facts, ModelFacts::default());
        let next = first(list).unwrap().next.map(String::from);
        assert_eq!(next.as_deref(), Some("http://localhost/models?pageSize=9&pageToken=n"));
    }

    #[test]
    fn an_empty_list_is_one_and_other_json_is_none() {
        assert_eq!(read("{}"), Some(Vec::new()));
        assert_eq!(read(r#"{"models":[]}"#), Some(Vec::new()));
        for body in [r#"{"status":"ok"}"#, r#"{"models":{}}"#, r#"[["models"]]"#, "null", "<html>"]
        {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
