//! The request checker: what the specification demands, and what strict servers refuse.

mod embeddings;
mod fields;
mod image;
mod messages;
pub(crate) mod shape;
mod state;
pub(crate) mod tools;

use axum::http::{HeaderMap, header};
use serde_json::Value;

use self::shape::Check;

/// `error.type` of the answer to a request that broke a rule.
pub const CHECK_FAILED: &str = "fake_provider_check_failed";

/// A broken rule: its short name, and what was wrong in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) message: String,
}

impl Broken {
    pub(crate) fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, message: message.into() }
    }
}

/// Checks a chat request and gives its body back as JSON.
pub(crate) fn chat(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    let body = json_object(headers, body)?;
    let wanted = if body["stream"] == true { "text/event-stream" } else { "application/json" };
    accept(headers, wanted)?;
    fields::check(&body)?;
    tools::check(&body)?;
    messages::check(&body["messages"])?;
    Ok(body)
}

/// Checks an embeddings request and gives its body back as JSON.
pub(crate) fn embeddings(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    let body = json_object(headers, body)?;
    accept(headers, "application/json")?;
    embeddings::check(&body)?;
    Ok(body)
}

/// The body as a JSON object that also calls itself JSON.
pub(crate) fn json_object(headers: &HeaderMap, body: &[u8]) -> Result<Value, Broken> {
    let content_type = text_of(headers, header::CONTENT_TYPE);
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        let message = format!("content-type is {content_type:?}, not application/json");
        return Err(Broken::new("content-type", message));
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Broken::new("json", format!("the body is no JSON: {error}")))?;
    body.is_object().or_broken("json", || "the body is no JSON object".to_owned())?;
    Ok(body)
}

/// Whether the client says that it takes the kind of answer it will get.
pub(crate) fn accept(headers: &HeaderMap, wanted: &str) -> Result<(), Broken> {
    let accept = text_of(headers, header::ACCEPT);
    accept
        .split(',')
        .filter_map(|range| range.split(';').next())
        .any(|range| [wanted, "*/*"].contains(&range.trim()))
        .or_broken("accept", || format!("accept is {accept:?}, but the answer is {wanted}"))
}

pub(crate) fn text_of(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(accept: &str, content_type: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        headers.insert("content-type", content_type.parse().unwrap());
        headers
    }

    fn rule(headers: &HeaderMap, body: &str) -> Option<&'static str> {
        chat(headers, body.as_bytes()).err().map(|broken| broken.rule)
    }

    #[test]
    fn headers_are_checked() {
        let body =
            json!({"model": "m", "messages": [{"role": "user", "content": "x"}]}).to_string();
        let json = "application/json; charset=utf-8";
        assert_eq!(rule(&headers("application/json", json), &body), None);
        assert_eq!(rule(&headers("text/html, */*;q=0.1", json), &body), None);
        assert_eq!(rule(&headers("text/event-stream", json), &body), Some("accept"));
        assert_eq!(rule(&headers("*/*", "text/plain"), &body), Some("content-type"));
        assert_eq!(rule(&HeaderMap::new(), &body), Some("content-type"));
    }

    #[test]
    fn the_body_must_be_an_object() {
        let headers = headers("*/*", "application/json");
        assert_eq!(rule(&headers, "[]"), Some("json"));
        assert_eq!(rule(&headers, "{\"model\":"), Some("json"));
    }
}
