//! Reads server-sent events the way a browser does.

use std::time::{Duration, Instant};

use models::run_event::RunEvent;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

/// Longer than any test stream is silent.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SseEvent {
    pub(crate) id: Option<u64>,
    pub(crate) name: String,
    pub(crate) data: Value,
    pub(crate) at: Instant,
}

pub(crate) struct SseReader {
    pub(crate) response: Response,
    pub(crate) comments: usize,
    pub(crate) retry: Option<u64>,
    buffer: Vec<u8>,
}

impl SseReader {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, comments: 0, retry: None, buffer: Vec::new() }
    }

    /// The next event; none at the end of the stream or when the connection broke.
    pub(crate) async fn next(&mut self) -> Option<SseEvent> {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(event) = self.parse(std::str::from_utf8(&block).unwrap()) {
                    return Some(event);
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            match chunk.expect("the stream is silent for too long") {
                Ok(Some(chunk)) => self.buffer.extend_from_slice(&chunk),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    pub(crate) async fn rest(mut self) -> Vec<SseEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }

    fn parse(&mut self, block: &str) -> Option<SseEvent> {
        let (mut id, mut name, mut data) = (None, "message".to_owned(), None);
        for line in block.lines().filter(|line| !line.is_empty()) {
            match line.split_once(": ").unwrap_or_else(|| panic!("no field: {line}")) {
                ("", _) => self.comments += 1,
                ("id", value) => id = Some(value.parse().unwrap()),
                ("event", value) => value.clone_into(&mut name),
                ("data", value) => data = Some(serde_json::from_str(value).unwrap()),
                ("retry", value) => self.retry = Some(value.parse().unwrap()),
                other => panic!("unknown field {other:?}"),
            }
        }
        data.map(|data| SseEvent { id, name, data, at: Instant::now() })
    }
}

/// The run events among `events`, with their numbers.
pub(crate) fn numbered(events: &[SseEvent]) -> Vec<(u64, RunEvent)> {
    let numbered = events.iter().filter_map(|event| {
        let run_event = serde_json::from_value(event.data.clone());
        Some((event.id?, run_event.unwrap()))
    });
    numbered.collect()
}

/// The text that the deltas among `events` add up to.
pub(crate) fn text_of(events: &[(u64, RunEvent)]) -> String {
    let deltas = events.iter().filter_map(|(_, event)| match event {
        RunEvent::TextDelta { text } => Some(text.as_str()),
        _ => None,
    });
    deltas.collect()
}
