//! What a scenario answers: status, headers, and a body of wire steps or of whole bytes.

use std::{iter, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;

use crate::step::{Framing, Step, Steps};

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// How long the client waits before it sees even the headers.
    pub(crate) headers_after: Duration,
    /// How long it then waits for the first step of the body.
    pub(crate) first_after: Duration,
    pub(crate) body: AnswerBody,
}

pub(crate) enum AnswerBody {
    /// Sent step by step with chunked transfer encoding.
    Steps(Steps, Framing),
    /// Sent at once with a content length.
    Whole(Bytes),
    /// No response at all: the connection is closed.
    Hangup,
}

impl Answer {
    pub(crate) fn steps(
        content_type: &str,
        steps: impl Iterator<Item = Step> + Send + 'static,
    ) -> Self {
        Self::new(StatusCode::OK, AnswerBody::Steps(Box::new(steps), Framing::default()))
            .header("content-type", content_type)
    }

    pub(crate) fn whole(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, AnswerBody::Whole(body.into())).header("content-type", content_type)
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::whole(status, "application/json", body.to_string())
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::whole(status, "text/html; charset=utf-8", body.to_owned())
    }

    pub(crate) fn hangup() -> Self {
        Self::new(StatusCode::OK, AnswerBody::Hangup)
    }

    /// Never answers, not even with headers.
    pub(crate) fn silence() -> Self {
        Self::hangup().headers_after(Duration::MAX)
    }

    /// Replaces the header; a value that no header can hold is left out.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    pub(crate) fn headers_after(mut self, wait: Duration) -> Self {
        self.headers_after = wait;
        self
    }

    pub(crate) fn first_after(mut self, wait: Duration) -> Self {
        self.first_after = wait;
        self
    }

    /// Keeps status and headers, but the body is waited for in vain.
    pub(crate) fn body_never_comes(mut self) -> Self {
        self.body = AnswerBody::Steps(Box::new(iter::once(Step::Hold)), Framing::default());
        self
    }

    /// Everything the steps would send, at once and without their waits.
    pub(crate) fn in_one_write(mut self) -> Self {
        if let AnswerBody::Steps(steps, framing) = self.body {
            let bytes: Vec<u8> = steps.filter_map(|step| framing.bytes(&step)).flatten().collect();
            let write = iter::once(Step::Bytes(bytes.into()));
            self.body = AnswerBody::Steps(Box::new(write), framing);
        }
        self
    }

    pub(crate) fn framed(mut self, change: impl FnOnce(&mut Framing)) -> Self {
        if let AnswerBody::Steps(_, framing) = &mut self.body {
            change(framing);
        }
        self
    }

    pub(crate) fn is_event_stream(&self) -> bool {
        self.headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
    }

    fn new(status: StatusCode, body: AnswerBody) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            headers_after: Duration::ZERO,
            first_after: Duration::ZERO,
            body,
        }
    }
}
