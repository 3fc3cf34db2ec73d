//! Reads pages of lists of models as the many servers write them (protocols §1.5, §1.7, §5.4).

use models::detection::ListedModel;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use url::Url;

use super::model_list::{Page, readable, with};
use crate::{
    card,
    loose::{Text, present},
};

/// Reads one page and shows every card on the way; nothing if this is no list of models.
pub(super) fn page_seen(body: &[u8], url: &Url, see: impl FnMut(&Value)) -> Option<Page> {
    if body.trim_ascii_start().starts_with(b"[") {
        let cards: Vec<&RawValue> = serde_json::from_slice(body).ok()?;
        return Some(Page { models: read(&cards, see), next: None });
    }
    let list: List<'_> = serde_json::from_slice(body).ok()?;
    // Null is an empty list.
    let cards = list.data.as_ref().or(list.models.as_ref())?.as_deref().unwrap_or_default();
    let models = read(cards, see);
    let next = list.next(url, models.last());
    Some(Page { models, next })
}

fn read(cards: &[&RawValue], mut see: impl FnMut(&Value)) -> Vec<ListedModel> {
    let seen = readable::<Value>(cards).inspect(|card| see(card));
    seen.filter_map(|card| card::read(&card)).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List<'a> {
    #[serde(borrow, deserialize_with = "present")]
    data: Option<Option<Vec<&'a RawValue>>>,
    /// Ollama's shape, beside `data` or instead of it.
    #[serde(borrow, deserialize_with = "present")]
    models: Option<Option<Vec<&'a RawValue>>>,
    has_more: Option<bool>,
    #[serde(borrow)]
    last_id: Text<'a>,
    #[serde(borrow)]
    links: Option<Links<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Links<'a> {
    #[serde(borrow)]
    next: Text<'a>,
}

impl List<'_> {
    /// The next page, by a link or by the last name. It never leaves the origin, since the key goes
    /// along.
    fn next(&self, url: &Url, last: Option<&ListedModel>) -> Option<Url> {
        if let Some(link) = self.links.as_ref().and_then(|links| links.next.filled()) {
            return url.join(link).ok().filter(|next| next.origin() == url.origin());
        }
        if self.has_more != Some(true) {
            return None;
        }
        let last = match self.last_id.filled() {
            Some(last) => last,
            None => &last?.name,
        };
        Some(with(url, "after", last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Page> {
        page_seen(body.as_bytes(), &Url::parse("http://localhost:1/v1/models").unwrap(), |_| {})
    }

    fn names(body: &str) -> Vec<(String, Option<u32>)> {
        let context = |model: &ListedModel| model.facts.context_length.map(|fact| fact.value);
        let models = read(body).unwrap().models;
        models.into_iter().map(|model| (model.name.clone(), context(&model))).collect()
    }

    #[test]
    fn lists_of_several_servers_are_read() {
        let named = |name: &str, context| vec![(name.to_owned(), context)];
        for (body, expected) in [
            (r#"{"object":"list","data":[{"id":"gpt","object":"model"}]}"#, named("gpt", None)),
            (r#"{"data":[{"id":"v","max_model_len":4096}]}"#, named("v", Some(4096))),
            (r#"{"data":[{"id":"v","max_model_len":null}]}"#, named("v", None)),
            (
                r#"{"models":[{"name":"x"}],"data":[{"id":"l","meta":{"n_ctx":2048,"n_ctx_train":8192}}]}"#,
                named("l", Some(2048)),
            ),
            (r#"{"models":[{"name":"n","model":"m"}]}"#, named("m", None)),
            (r#"[{"id":"t","context_length":"1000"}]"#, named("t", Some(1000))),
            (r#"{"data":[]}"#, vec![]),
            (r#"{"data":null}"#, vec![]),
            (r#"{"data":["x",{"id":7},{"id":null},{"id":"ok","meta":{}},[1]]}"#, named("ok", None)),
            (
                r#"{"data":[{"id":" a/b:c é "},{"id":""},{"object":"model"}]}"#,
                named(" a/b:c é ", None),
            ),
        ] {
            assert_eq!(names(body), expected, "{body}");
        }
    }

    #[test]
    fn other_json_is_no_list() {
        for body in [r#"{"error":"Unexpected endpoint"}"#, r#"{"data":{}}"#, "{}", "null", "<html>"]
        {
            assert!(read(body).is_none(), "{body}");
        }
    }

    #[test]
    fn the_next_page_stays_within_the_origin() {
        let next = |body: &str| read(body).unwrap().next.map(String::from);
        assert_eq!(
            next(r#"{"data":[],"links":{"next":"/v1/models?page=2"}}"#).as_deref(),
            Some("http://localhost:1/v1/models?page=2")
        );
        assert_eq!(next(r#"{"data":[],"links":{"next":"http://evil.example/"}}"#), None);
        assert_eq!(
            next(r#"{"data":[{"id":"a b"}],"has_more":true}"#).as_deref(),
            Some("http://localhost:1/v1/models?after=a+b")
        );
        let versioned = Url::parse("http://localhost:1/models?api-version=1&after=a").unwrap();
        let further = page_seen(br#"{"data":[{"id":"b"}],"has_more":true}"#, &versioned, |_| {})
            .unwrap()
            .next;
        let further = further.map(String::from);
        assert_eq!(further.as_deref(), Some("http://localhost:1/models?api-version=1&after=b"));
        assert_eq!(next(r#"{"data":[{"id":"a"}],"has_more":false}"#), None);
    }
}
