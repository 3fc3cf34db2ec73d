//! Drives one streamed answer from bytes to events, the same way for every protocol.

use std::collections::VecDeque;

use futures::stream;
use models::{run::FailureClass, usage::Usage};

use crate::{
    EventStream,
    body::Body,
    error::ProviderError,
    event::ProviderEvent,
    limits::SizeLimits,
    sse::{Decoder, Frame},
    transport::Server,
};

/// What one frame was good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// A sign of life at best.
    Nothing,
    /// A part of the answer.
    Data,
    /// The server said that it was done, but usage may follow.
    Finishing,
    /// Nothing more is read.
    Over,
}

/// A protocol's side of the work. It does no input or output.
pub(crate) trait Translate: Send + 'static {
    /// Takes one frame.
    fn frame(
        &mut self,
        name: &[u8],
        data: &[u8],
        events: &mut Events,
    ) -> Result<Progress, ProviderError>;

    /// Takes an answer that came whole as JSON.
    fn whole(&mut self, body: &[u8], events: &mut Events) -> Result<(), ProviderError>;

    /// The bytes have ended: emits the last events, or says why this is no end.
    fn end(&mut self, events: &mut Events) -> Result<(), ProviderError>;

    /// Emits what was held back, before an error ends the stream.
    fn flush(&mut self, events: &mut Events);
}

/// How a protocol separates the parts of a streamed answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Events,
    /// One JSON object a line (`application/x-ndjson`). A line is a frame without a name.
    Lines,
}

/// Events on their way out. Neighbouring deltas become one, so that a read costs one allocation and
/// not one per delta.
#[derive(Debug, Default)]
pub(crate) struct Events(VecDeque<ProviderEvent>);

impl Events {
    /// Adds an event that is no delta of text.
    pub(crate) fn push(&mut self, event: ProviderEvent) {
        self.0.push_back(event);
    }

    /// Adds text of the answer.
    pub(crate) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.back_mut() {
            Some(ProviderEvent::TextDelta(last)) => last.push_str(text),
            _ => self.0.push_back(ProviderEvent::TextDelta(text.to_owned())),
        }
    }

    /// Adds reasoning.
    pub(crate) fn reasoning(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.back_mut() {
            Some(ProviderEvent::ReasoningDelta(last)) => last.push_str(text),
            _ => self.0.push_back(ProviderEvent::ReasoningDelta(text.to_owned())),
        }
    }

    /// Adds the token counts, if there are any.
    pub(crate) fn usage(&mut self, usage: Option<Usage>) {
        self.0.extend(usage.map(ProviderEvent::Usage));
    }

    /// Takes all events; for tests of a translator alone.
    #[cfg(test)]
    pub(crate) fn take(&mut self) -> Vec<ProviderEvent> {
        self.0.drain(..).collect()
    }
}

/// Turns a response body into the stream the routing service reads.
pub(crate) fn stream<T: Translate>(
    body: Body,
    server: Server,
    size: SizeLimits,
    framing: Framing,
    translator: T,
) -> EventStream {
    let answer = Answer {
        body: Some(body),
        server,
        size,
        translator,
        decoder: Decoder::new(size.frame),
        framing,
        phase: Phase::Start,
        events: Events::default(),
        failure: None,
    };
    Box::pin(stream::unfold(answer, |mut answer| async move {
        answer.next().await.map(|item| (item, answer))
    }))
}

struct Answer<T> {
    /// Gone as soon as nothing more is read, which frees the connection.
    body: Option<Body>,
    server: Server,
    size: SizeLimits,
    translator: T,
    decoder: Decoder,
    framing: Framing,
    phase: Phase,
    events: Events,
    /// Comes after the events.
    failure: Option<ProviderError>,
}

/// What the body turned out to be.
enum Phase {
    /// Nothing but white space yet.
    Start,
    /// Server-sent events.
    Frames,
    /// Objects line by line; holds the line that is not whole yet.
    Lines(Vec<u8>),
    /// JSON, although a stream was asked for.
    Whole(Vec<u8>),
}

impl<T: Translate> Answer<T> {
    async fn next(&mut self) -> Option<Result<ProviderEvent, ProviderError>> {
        loop {
            if let Some(event) = self.events.0.pop_front() {
                return Some(Ok(event));
            }
            if let Some(error) = self.failure.take() {
                return Some(Err(error.without_key(self.server.key.as_ref())));
            }
            let read = self.body.as_mut()?.read().await;
            let outcome = match read {
                Ok(Some(bytes)) => self.take(&bytes),
                Ok(None) => {
                    self.body = None;
                    self.end()
                }
                Err(error) => Err(error),
            };
            if let Err(error) = outcome {
                self.body = None;
                self.translator.flush(&mut self.events);
                self.failure = Some(error);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ProviderError> {
        if matches!(self.phase, Phase::Start) {
            self.look_at(bytes)?;
        }
        match &mut self.phase {
            Phase::Start => Ok(()),
            Phase::Frames => {
                self.decoder.push(bytes);
                self.frames()
            }
            Phase::Lines(_) => self.lines(bytes),
            Phase::Whole(whole) => {
                if whole.len() + bytes.len() > self.size.answer {
                    return Err(too_large(&self.server, self.size.answer));
                }
                whole.extend_from_slice(bytes);
                self.body.iter_mut().for_each(Body::data_came);
                Ok(())
            }
        }
    }

    /// Tells by the first character what is coming. The content type is no help: proxies and broken
    /// servers label all three as any of them.
    fn look_at(&mut self, bytes: &[u8]) -> Result<(), ProviderError> {
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => {}
            Some(b'{') if self.framing == Framing::Lines => self.phase = Phase::Lines(Vec::new()),
            Some(b'{' | b'[') => self.phase = Phase::Whole(Vec::new()),
            Some(b'<') => return Err(web_page(&self.server)),
            Some(_) => self.phase = Phase::Frames,
        }
        Ok(())
    }

    fn frames(&mut self) -> Result<(), ProviderError> {
        let Some(body) = &mut self.body else { return Ok(()) };
        loop {
            let frame = match self.decoder.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(()),
                Err(error) => return Err(too_large(&self.server, error.limit)),
            };
            let Frame::Event { name, data } = frame else { continue };
            let progress = self.translator.frame(name, data, &mut self.events)?;
            body.progress(progress);
            if progress == Progress::Over {
                self.body = None;
                return Ok(());
            }
        }
    }

    /// Takes bytes of a body made of lines.
    fn lines(&mut self, bytes: &[u8]) -> Result<(), ProviderError> {
        let (Phase::Lines(held), Some(body)) = (&mut self.phase, &mut self.body) else {
            return Ok(());
        };
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end);
            rest = &after[1..];
            let line = if held.is_empty() {
                line
            } else {
                held.extend_from_slice(line);
                held.as_slice()
            };
            let line = line.trim_ascii();
            if line.is_empty() {
                held.clear();
                continue;
            }
            let progress = self.translator.frame(b"", line, &mut self.events)?;
            held.clear();
            body.progress(progress);
            if progress == Progress::Over {
                self.body = None;
                return Ok(());
            }
        }
        if held.len() + rest.len() > self.size.frame {
            return Err(too_large(&self.server, self.size.frame));
        }
        held.extend_from_slice(rest);
        Ok(())
    }

    fn end(&mut self) -> Result<(), ProviderError> {
        if let Phase::Whole(whole) = &self.phase {
            return self.translator.whole(whole, &mut self.events);
        }
        let last = match (&self.phase, self.decoder.finish()) {
            (Phase::Lines(line), _) => Some((&b""[..], line.trim_ascii())),
            (_, Some(Frame::Event { name, data })) => Some((name, data)),
            _ => None,
        };
        if let Some((name, data)) = last.filter(|(_, data)| !data.is_empty()) {
            match self.translator.frame(name, data, &mut self.events) {
                Ok(Progress::Over) => return Ok(()),
                // Half a frame is no error of its own: the end decides what it means.
                Err(error) if error.class != FailureClass::Protocol => return Err(error),
                _ => {}
            }
        }
        self.translator.end(&mut self.events)
    }
}

/// A page for people came instead of an answer.
pub(crate) fn web_page(server: &Server) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("That address serves a web page: {} answered with HTML.", server.name),
        format!("Check the base URL; {}.", server.base_url_hint),
    )
}

fn too_large(server: &Server, limit: usize) -> ProviderError {
    ProviderError::new(
        FailureClass::Protocol,
        format!("{} sent more than {} MB in one piece.", server.name, limit.div_ceil(1 << 20)),
        "Try again. If it happens every time, the server is not what it seems to be.",
    )
}
