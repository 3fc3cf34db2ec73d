//! Server-sent events: encoding, heartbeats and headers.

use std::time::Duration;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use models::{run_event::SequencedEvent, view::ViewFrame};
use serde::Serialize;

use crate::state::AppState;

/// Sent first, so that the client knows at once that the stream is open.
const OPENING: &[u8] = b": open\n\n";
const HEARTBEAT: &[u8] = b": heartbeat\n\n";
/// Tells nginx and its like to pass every chunk on at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// A response that sends `chunks` as they come, until they end or the server stops.
pub(crate) fn response<C>(state: &AppState, chunks: C) -> Response
where
    C: Stream<Item = Bytes> + Send + 'static,
{
    let opening = stream::once(async { Bytes::from_static(OPENING) });
    let heartbeat = state.config().streams.heartbeat();
    let body = opening
        .chain(with_heartbeat(chunks, heartbeat))
        .take_until(state.shutdown().clone().cancelled_owned())
        .map(Ok::<_, std::convert::Infallible>);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (UNBUFFERED, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// Raw events, as many as came at once in one chunk.
pub(crate) fn events(events: &[SequencedEvent]) -> Bytes {
    let mut chunk = Vec::with_capacity(64 * events.len());
    for SequencedEvent { sequence, event } in events {
        push(&mut chunk, *sequence, event);
    }
    chunk.into()
}

/// One change of the page.
pub(crate) fn frame(frame: &ViewFrame) -> Bytes {
    let mut chunk = format!("id: {}\nevent: frame\ndata: ", frame.sequence).into_bytes();
    push_json(&mut chunk, frame);
    chunk.into()
}

/// An event without a number: it is not part of the run, and resuming does not repeat it.
pub(crate) fn unnumbered(name: &str, data: &impl Serialize) -> Bytes {
    let mut chunk = format!("event: {name}\ndata: ").into_bytes();
    push_json(&mut chunk, data);
    chunk.into()
}

/// Tells the browser how long to wait before it asks again.
pub(crate) fn retry(milliseconds: u64) -> Bytes {
    format!("retry: {milliseconds}\n\n").into()
}

fn push(chunk: &mut Vec<u8>, sequence: u64, event: &impl Serialize) {
    let mut json = Vec::new();
    push_json(&mut json, event);
    chunk.extend_from_slice(format!("id: {sequence}\nevent: ").as_bytes());
    chunk.extend_from_slice(name_of(&json));
    chunk.extend_from_slice(b"\ndata: ");
    chunk.extend_from_slice(&json);
}

/// Writes `data` on one line and ends the event; JSON has no line breaks of its own.
fn push_json(chunk: &mut Vec<u8>, data: &impl Serialize) {
    let start = chunk.len();
    if let Err(error) = serde_json::to_writer(&mut *chunk, data) {
        tracing::error!(error = &error as &dyn std::error::Error, "an event has no JSON form");
        chunk.truncate(start);
        chunk.extend_from_slice(b"null");
    }
    chunk.extend_from_slice(b"\n\n");
}

/// The `type` of an event, which its JSON begins with: one list of names, in `models`.
fn name_of(json: &[u8]) -> &[u8] {
    let after = json.strip_prefix(br#"{"type":""#).unwrap_or_default();
    after.split(|byte| *byte == b'"').next().filter(|name| !name.is_empty()).unwrap_or(b"message")
}

fn with_heartbeat<C>(chunks: C, period: Duration) -> impl Stream<Item = Bytes> + Send
where
    C: Stream<Item = Bytes> + Send + 'static,
{
    stream::unfold(Box::pin(chunks), move |mut chunks| async move {
        match tokio::time::timeout(period, chunks.next()).await {
            Ok(Some(chunk)) => Some((chunk, chunks)),
            Ok(None) => None,
            Err(_) => Some((Bytes::from_static(HEARTBEAT), chunks)),
        }
    })
}

#[cfg(test)]
mod tests {
    use models::{run::RunStatus, run_event::RunEvent};

    use super::*;

    #[test]
    fn events_carry_their_number_name_and_json() {
        let chunk = events(&[
            SequencedEvent {
                sequence: 7,
                event: RunEvent::TextDelta { text: "a\nb\rü".to_owned() },
            },
            SequencedEvent {
                sequence: 8,
                event: RunEvent::Finished {
                    status: RunStatus::Complete,
                    reason: None,
                    failure: None,
                },
            },
        ]);
        insta::assert_snapshot!(std::str::from_utf8(&chunk).unwrap(), @r#"
        id: 7
        event: text_delta
        data: {"type":"text_delta","text":"a\nb\rü"}

        id: 8
        event: finished
        data: {"type":"finished","status":"complete"}

        "#);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_filled_with_heartbeats() {
        let slow = stream::once(async {
            tokio::time::sleep(Duration::from_secs(40)).await;
            Bytes::from_static(b"x")
        });
        let all: Vec<Bytes> = with_heartbeat(slow, Duration::from_secs(15)).collect().await;
        assert_eq!(all, [HEARTBEAT, HEARTBEAT, b"x".as_slice()]);
    }
}
