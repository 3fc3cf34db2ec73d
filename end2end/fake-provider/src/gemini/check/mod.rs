//! The request checker for Gemini: what its reference demands, and what it refuses in practice.

mod config;
mod contents;
mod signatures;
mod tools;

use axum::http::{HeaderMap, Uri, header};
use serde_json::Value;

use crate::{
    check::{
        self, Broken,
        shape::{self, Check, Shape},
    },
    exchange::{KEY_HEADERS, Received},
};

const KEY_HEADER: &str = "x-goog-api-key";

const FIELDS: &[(&str, Shape)] = &[
    ("contents", Shape::Array),
    ("systemInstruction", Shape::Object),
    ("tools", Shape::Array),
    ("toolConfig", Shape::Object),
    ("generationConfig", Shape::Object),
    ("safetySettings", Shape::Array),
    ("cachedContent", Shape::Text),
];

/// Checks a request for an answer and gives its body back as JSON.
pub(super) fn generate(
    received: &Received,
    model: &str,
    wants_stream: bool,
    body: &[u8],
) -> Result<Value, Broken> {
    let (headers, uri) = (&received.headers, &received.uri);
    key(headers, uri)?;
    let body = check::json_object(headers, body)?;
    check::accept(headers, if wants_stream { "text/event-stream" } else { "application/json" })?;
    let sse = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "alt=sse"));
    (sse == wants_stream).or_broken("alt", || {
        "`alt=sse` belongs to streams, which are JSON arrays without it".to_owned()
    })?;
    shape::fields(&body, FIELDS, "the request")?;
    config::check(&body["generationConfig"])?;
    tools::check(&body)?;
    contents::system(&body["systemInstruction"])?;
    contents::check(&body["contents"])?;
    signatures::check(&body["contents"], model)?;
    Ok(body)
}

/// The key goes in a header of its own, where no log shows it and no proxy takes it for a token.
pub(super) fn key(headers: &HeaderMap, uri: &Uri) -> Result<(), Broken> {
    let stray = [header::AUTHORIZATION.as_str()]
        .into_iter()
        .chain(KEY_HEADERS.into_iter().filter(|name| *name != KEY_HEADER))
        .find(|name| headers.contains_key(*name));
    stray.is_none().or_broken("key-header", || {
        format!("the key belongs in {KEY_HEADER}, not in {}", stray.unwrap_or_default())
    })?;
    let in_query = uri
        .query()
        .is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some("key")));
    (!in_query).or_broken("key-header", || {
        format!("the key belongs in {KEY_HEADER}, not in the address, which logs show")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_only_allowed_in_its_header() {
        let rule = |name: &'static str, uri: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, "secret".parse().unwrap());
            key(&headers, &Uri::from_static(uri)).err().map(|broken| broken.rule)
        };
        assert_eq!(rule("x-goog-api-key", "/m?alt=sse"), None);
        assert_eq!(rule("authorization", "/m"), Some("key-header"));
        assert_eq!(rule("x-api-key", "/m"), Some("key-header"));
        assert_eq!(rule("x-goog-api-key", "/m?alt=sse&key=secret"), Some("key-header"));
    }
}
