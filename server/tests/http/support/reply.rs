//! A whole reply, and how tests look at it.

use bytes::Bytes;
use http::HeaderMap;
use models::error::ApiError;
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The body of a reply that must be a success.
    pub(crate) fn ok<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A failure in one line: status, code and words. Checks what every failure has to have.
    pub(crate) fn said(&self) -> String {
        assert_eq!(self.header("content-type"), "application/json");
        let error: ApiError = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(error.code.status(), self.status);
        assert_eq!(error.request_id, self.header("x-request-id"));
        assert!(!error.request_id.is_empty());
        let code = serde_json::to_value(error.code).unwrap();
        let code = code.as_str().unwrap();
        format!("{} {code}: {} {}", self.status, error.message, error.action)
    }
}
