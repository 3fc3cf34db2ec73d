//! Reads Anthropic's list of models, and OpenAI's shape of it from imitators (protocols §2.3).

use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use url::Url;

use crate::{
    loose::{Count, Text, present},
    model_list::{Page, readable, with},
};

/// Reads one page; nothing if this is no list of models.
pub(super) fn page(body: &[u8], url: &Url) -> Option<Page> {
    // An array would be read field by field in their order.
    let list: List<'_> = match body.trim_ascii_start().first() {
        Some(b'{') => serde_json::from_slice(body).ok()?,
        _ => List { data: Some(Some(serde_json::from_slice(body).ok()?)), ..List::default() },
    };
    let cards = list.data?.unwrap_or_default();
    let models: Vec<ListedModel> = readable(&cards).filter_map(Card::read).collect();
    let last = list.last_id.filled().or(models.last().map(|model| model.name.as_str()));
    let next = last.filter(|_| list.has_more == Some(true)).map(|last| with(url, "after_id", last));
    Some(Page { models, next })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List<'a> {
    /// The inner absence is null, which is an empty list.
    #[serde(borrow, deserialize_with = "present")]
    data: Option<Option<Vec<&'a RawValue>>>,
    has_more: Option<bool>,
    #[serde(borrow)]
    last_id: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Card<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    display_name: Text<'a>,
    max_input_tokens: Count,
    max_tokens: Count,
    /// An object here, a list of words with some imitators.
    capabilities: Value,
}

impl Card<'_> {
    fn read(self) -> Option<ListedModel> {
        let name = self.id.filled()?;
        let count = |count: Count| {
            let count = u32::try_from(count.0?).ok().filter(|count| *count > 0)?;
            Some(Fact::reported(count))
        };
        let able = |capability: &str| {
            self.capabilities[capability]["supported"].as_bool().map(Fact::reported)
        };
        Some(ListedModel {
            name: name.to_owned(),
            display_name: self
                .display_name
                .filled()
                .filter(|shown| *shown != name)
                .map(str::to_owned),
            facts: ModelFacts {
                context_length: count(self.max_input_tokens),
                max_output: count(self.max_tokens),
                vision: able("image_input"),
                reasoning: able("thinking"),
                // The list does not say, but every model of this protocol's makers calls tools.
                tools: Some(Fact::guessed(true)),
                ..ModelFacts::default()
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Page> {
        let url = Url::parse("http://localhost:1/v1/models?limit=1000&after_id=a").unwrap();
        page(body.as_bytes(), &url)
    }

    #[test]
    fn facts_are_taken_as_they_are_said() {
        let body = r#"{"data":[{"type":"model","id":"m-1","display_name":"M 1",
            "max_input_tokens":200000,"max_tokens":64000,"capabilities":
            {"image_input":{"supported":true},"thinking":{"supported":false}}}]}"#;
        let models = read(body).unwrap().models;
        assert_eq!(models[0].display_name.as_deref(), Some("M 1"));
        assert_eq!(
            models[0].facts,
            ModelFacts {
                context_length: Some(Fact::reported(200_000)),
                max_output: Some(Fact::reported(64_000)),
                vision: Some(Fact::reported(true)),
                reasoning: Some(Fact::reported(false)),
                tools: Some(Fact::guessed(true)),
                ..ModelFacts::default()
            }
        );
    }

    #[test]
    fn odd_cards_cost_no_list() {
        let body = r#"{"data":[{"id":"a","capabilities":["completion"],"max_tokens":-1},
            {"id":7},"b",{"id":"c","max_input_tokens":0,"capabilities":{"thinking":true}}]}"#;
        let models = read(body).unwrap().models;
        let names: Vec<_> = models.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
        for model in &models {
            let tools = Some(Fact::guessed(true));
            assert_eq!(model.facts, ModelFacts { tools, ..ModelFacts::default() });
        }
        assert_eq!(read(r#"{"data":null}"#).unwrap().models, []);
        assert_eq!(read(r#"[{"id":"a"}]"#).unwrap().models.len(), 1);
    }

    #[test]
    fn what_has_no_data_is_no_list() {
        for body in [r#"{"status":"ok"}"#, r#"{"data":{}}"#, "{}", "null", "<html>", "[oops"] {
            assert!(read(body).is_none(), "{body}");
        }
    }

    #[test]
    fn the_next_page_begins_after_the_last_model() {
        let next = |body: &str| read(body).unwrap().next.map(String::from);
        let further = Some("http://localhost:1/v1/models?limit=1000&after_id=b+c");
        assert_eq!(next(r#"{"data":[],"has_more":true,"last_id":"b c"}"#).as_deref(), further);
        assert_eq!(next(r#"{"data":[{"id":"b c"}],"has_more":true}"#).as_deref(), further);
        assert_eq!(next(r#"{"data":[{"id":"b"}],"has_more":false,"last_id":"b"}"#), None);
        assert_eq!(next(r#"{"data":[],"has_more":true}"#), None);
    }
}
