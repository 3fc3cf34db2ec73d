//! The requests received and the checks they failed, kept for assertions.

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::http::{HeaderMap, Method, Uri};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    exchange::{KEY_HEADERS, model_of},
    open_streams::unix_ms,
};

/// Bodies beyond this total push out the oldest requests.
const BODY_BYTES_KEPT: usize = 64 * 1024 * 1024;
const VIOLATIONS_KEPT: usize = 1_000;
/// Model names counted for `times`; tests use a handful.
const NAMES_COUNTED: usize = 10_000;

/// One request as it arrived.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordedRequest {
    /// Counts up from 1 since the start of the server, resets included.
    pub number: u64,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub at_unix_ms: u64,
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Lower-case names; a key is replaced by its length.
    pub headers: BTreeMap<String, String>,
    /// The model asked for, parameters included.
    pub model: Option<String>,
    /// The JSON body, or null where it was none.
    pub body: Value,
    /// The status answered; absent while the client still waits for headers.
    pub status: Option<u16>,
    #[serde(skip)]
    body_bytes: usize,
}

/// A request that broke a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The number of the recorded request.
    pub request: u64,
    /// The rule's short name, also `error.code` of the answer.
    pub rule: String,
    /// What was wrong, in words.
    pub message: String,
}

#[derive(Default)]
struct Books {
    received: u64,
    requests: VecDeque<RecordedRequest>,
    body_bytes: usize,
    violations: VecDeque<Violation>,
    played: HashMap<String, u64>,
}

pub(crate) struct Recorder {
    books: Mutex<Books>,
    requests_kept: usize,
    changes: watch::Sender<()>,
}

impl Recorder {
    /// `changes` is told whenever the books change.
    pub(crate) fn new(requests_kept: usize, changes: watch::Sender<()>) -> Self {
        Self { books: Mutex::default(), requests_kept: requests_kept.max(1), changes }
    }

    /// Keeps the request and gives it its number.
    pub(crate) fn request(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> u64 {
        let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut books = self.books.lock();
        books.received += 1;
        let number = books.received;
        books.body_bytes += body.len();
        books.requests.push_back(RecordedRequest {
            number,
            at_unix_ms: unix_ms(),
            method: method.to_string(),
            target: uri.to_string(),
            headers: headers.iter().map(header_pair).collect(),
            model: model_of(uri, &parsed),
            body: parsed,
            status: None,
            body_bytes: body.len(),
        });
        books.drop_oldest(self.requests_kept);
        drop(books);
        self.changes.send_replace(());
        number
    }

    pub(crate) fn answered(&self, number: u64, status: u16) {
        let mut books = self.books.lock();
        if let Some(request) = books.requests.iter_mut().find(|request| request.number == number) {
            request.status = Some(status);
        }
        drop(books);
        self.changes.send_replace(());
    }

    pub(crate) fn violation(&self, request: u64, rule: &str, message: &str) {
        let mut books = self.books.lock();
        if books.violations.len() == VIOLATIONS_KEPT {
            books.violations.pop_front();
        }
        books.violations.push_back(Violation {
            request,
            rule: rule.to_owned(),
            message: message.to_owned(),
        });
        drop(books);
        self.changes.send_replace(());
    }

    /// How often this exact model name was played before; counts this time.
    pub(crate) fn played_before(&self, model: &str) -> u64 {
        let mut books = self.books.lock();
        if books.played.len() >= NAMES_COUNTED {
            books.played.clear();
        }
        let played = books.played.entry(model.to_owned()).or_default();
        let before = *played;
        *played += 1;
        before
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.books.lock().requests.iter().cloned().collect()
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.books.lock().violations.iter().cloned().collect()
    }

    /// Forgets everything but the running number.
    pub(crate) fn reset(&self) {
        let mut books = self.books.lock();
        *books = Books { received: books.received, ..Books::default() };
    }
}

impl Books {
    fn drop_oldest(&mut self, requests_kept: usize) {
        while self.requests.len() > requests_kept
            || (self.body_bytes > BODY_BYTES_KEPT && self.requests.len() > 1)
        {
            if let Some(oldest) = self.requests.pop_front() {
                self.body_bytes -= oldest.body_bytes;
            }
        }
    }
}

fn header_pair(
    (name, value): (&axum::http::HeaderName, &axum::http::HeaderValue),
) -> (String, String) {
    let value = String::from_utf8_lossy(value.as_bytes());
    let shown = match (name.as_str(), value.split_once(' ')) {
        ("authorization", Some((scheme, secret))) => format!("{scheme} ({} bytes)", secret.len()),
        (name, _) if KEY_HEADERS.contains(&name) => format!("({} bytes)", value.len()),
        ("authorization", None) => format!("({} bytes)", value.len()),
        _ => value.into_owned(),
    };
    (name.as_str().to_owned(), shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder(requests_kept: usize) -> Recorder {
        Recorder::new(requests_kept, watch::Sender::new(()))
    }

    fn receive(recorder: &Recorder, body: &[u8]) -> u64 {
        recorder.request(&Method::POST, &Uri::from_static("/v1/x"), &HeaderMap::new(), body)
    }

    #[test]
    fn the_oldest_requests_make_room() {
        let recorder = recorder(2);
        for _ in 0..3 {
            receive(&recorder, b"{}");
        }
        let numbers: Vec<u64> = recorder.requests().iter().map(|kept| kept.number).collect();
        assert_eq!(numbers, [2, 3]);
    }

    #[test]
    fn large_bodies_push_out_the_oldest() {
        let recorder = recorder(100);
        let large = vec![b' '; BODY_BYTES_KEPT / 2 + 1];
        receive(&recorder, &large);
        receive(&recorder, &large);
        assert_eq!(recorder.requests().len(), 1);
    }

    #[test]
    fn numbers_go_on_after_a_reset() {
        let recorder = recorder(2);
        assert_eq!(receive(&recorder, b""), 1);
        assert_eq!(recorder.played_before("flaky-1"), 0);
        recorder.reset();
        assert_eq!(receive(&recorder, b""), 2);
        assert_eq!(recorder.played_before("flaky-1"), 0);
        assert_eq!(recorder.played_before("flaky-1"), 1);
    }

    #[test]
    fn keys_are_not_kept() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer sk-secret".parse().unwrap());
        let recorder = recorder(1);
        recorder.request(&Method::GET, &Uri::from_static("/"), &headers, b"");
        assert_eq!(recorder.requests()[0].headers["authorization"], "Bearer (9 bytes)");
    }
}
