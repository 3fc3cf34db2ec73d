//! The wire writer: turns an answer's steps into a body whose writes reach the socket one by one.

use std::iter;

use axum::{body::Body, http::Response};
use bytes::Bytes;
use futures::stream;

use crate::{
    answer::{Answer, AnswerBody},
    open_streams::OpenStream,
    step::{Framing, Step, Steps},
};

/// Marks a response that must never be sent: the server closes the connection instead.
#[derive(Clone, Copy)]
pub(crate) struct Hangup;

/// The cause of a deliberate cut, seen only by the HTTP machinery.
#[derive(Debug, thiserror::Error)]
#[error("the scenario cuts the connection here")]
pub(crate) struct CutHere;

/// Waits as long as the answer wants before its headers, then hands over the response. Dropping
/// the future or the body before the end counts as a disconnect of `open_stream`.
pub(crate) async fn respond(answer: Answer, mut open_stream: OpenStream) -> Response<Body> {
    tokio::time::sleep(answer.headers_after).await;
    let mut response = Response::new(Body::empty());
    *response.body_mut() = match answer.body {
        AnswerBody::Steps(steps, framing) => {
            let steps = iter::once(Step::Wait(answer.first_after)).chain(steps);
            writer_body(Box::new(steps), framing, open_stream)
        }
        AnswerBody::Whole(bytes) => {
            open_stream.finish();
            Body::from(bytes)
        }
        AnswerBody::Hangup => {
            open_stream.finish();
            response.extensions_mut().insert(Hangup);
            Body::empty()
        }
    };
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

fn writer_body(steps: Steps, framing: Framing, open_stream: OpenStream) -> Body {
    let writer = Writer { steps, framing, unwritten: Bytes::new(), open_stream };
    Body::from_stream(stream::unfold(writer, |mut writer| async move {
        writer.next_write().await.map(|write| (write, writer))
    }))
}

struct Writer {
    steps: Steps,
    framing: Framing,
    unwritten: Bytes,
    open_stream: OpenStream,
}

impl Writer {
    async fn next_write(&mut self) -> Option<Result<Bytes, CutHere>> {
        // The HTTP machinery gathers whatever is ready into one write, and flushes when nothing
        // is: being unready once before each piece makes each piece a write of its own.
        tokio::task::yield_now().await;
        while self.unwritten.is_empty() {
            let step = self.steps.next();
            match &step {
                Some(Step::Wait(wait)) => tokio::time::sleep(*wait).await,
                Some(Step::Hold) => std::future::pending().await,
                // What a client does after the last frame is no disconnect.
                Some(Step::Done | Step::Cut | Step::Event("message_stop", _)) | None => {
                    self.open_stream.finish();
                }
                Some(Step::Frame(_) | Step::Event(..) | Step::Bytes(_)) => {}
            }
            match step? {
                Step::Cut => return Some(Err(CutHere)),
                step => self.unwritten = self.framing.bytes(&step).unwrap_or_default(),
            }
        }
        Some(Ok(self.take_write()))
    }

    fn take_write(&mut self) -> Bytes {
        let length = match self.framing.bytes_per_write {
            0 => self.unwritten.len(),
            most => most.min(self.unwritten.len()),
        };
        self.open_stream.sent(length);
        self.unwritten.split_to(length)
    }
}
