//! Builds the steps of a Gemini stream: every frame is a whole response with the new parts only.

use std::{iter, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use super::signature;
use crate::{
    answer::Answer,
    call::Call,
    step::{self, Framing, Step, Steps},
    text,
};

/// Each method appends to the stream; `answer` hands it over.
pub(super) struct PartStream {
    envelope: Envelope,
    steps: Steps,
    /// The wait before each token.
    delay: Duration,
}

/// What the next frame says beside its parts.
#[derive(Clone)]
struct Envelope {
    model: String,
    counts: Option<Counts>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    prompt: u64,
    candidates: u64,
    thoughts: u64,
}

impl Envelope {
    fn frame(&self, candidates: Value) -> Value {
        let mut frame = self.bare();
        frame["candidates"] = candidates;
        frame
    }

    fn parts(&self, parts: Value) -> Value {
        let mut content = json!({"role": "model"});
        content["parts"] = parts;
        self.frame(json!([{"content": content, "index": 0}]))
    }

    fn token(&mut self, token: &str, thought: bool) -> Value {
        let mut part = json!({"text": token});
        if thought {
            part["thought"] = json!(true);
        }
        if let Some(counts) = &mut self.counts {
            *(if thought { &mut counts.thoughts } else { &mut counts.candidates }) += 1;
        }
        self.parts(json!([part]))
    }

    fn bare(&self) -> Value {
        let mut frame = json!({"modelVersion": self.model, "responseId": "gemini-fake"});
        if let Some(counts) = self.counts {
            frame["usageMetadata"] = counts.json();
        }
        frame
    }
}

impl Counts {
    /// As protocol buffers are written as JSON: without the zeros.
    fn json(self) -> Value {
        let mut json = json!({
            "promptTokenCount": self.prompt,
            "totalTokenCount": self.prompt + self.candidates + self.thoughts,
        });
        for (name, count) in
            [("candidatesTokenCount", self.candidates), ("thoughtsTokenCount", self.thoughts)]
        {
            if count > 0 {
                json[name] = json!(count);
            }
        }
        json
    }
}

/// A stream whose tokens come at once unless the model name asks for a delay.
pub(super) fn stream(call: &Call) -> PartStream {
    paced_stream(call, 0)
}

/// A stream with this many milliseconds before each token unless told otherwise.
pub(super) fn paced_stream(call: &Call, delay: u64) -> PartStream {
    let counts = Counts { prompt: call.prompt_tokens(), ..Counts::default() };
    PartStream {
        envelope: Envelope { model: call.model().to_owned(), counts: Some(counts) },
        steps: Box::new(iter::empty()),
        delay: call.milliseconds("delay", delay),
    }
}

/// A stream that has said a few words, ready for something to go wrong.
pub(super) fn begun(call: &Call) -> PartStream {
    stream(call).words(call.number("words", 12))
}

/// A complete, faultless answer.
pub(super) fn say(call: &Call, text: &str) -> Answer {
    stream(call).text(text).end().answer()
}

impl PartStream {
    pub(super) fn answer(self) -> Answer {
        Answer::steps("text/event-stream", self.steps)
            .header("vary", "Origin, X-Origin, Referer")
            .header("server-timing", "gfet4t7; dur=1")
    }

    /// From here on no frame counts tokens.
    pub(super) fn without_usage(mut self) -> Self {
        self.envelope.counts = None;
        self
    }

    /// The text in tokens, each after the stream's delay.
    pub(super) fn text(self, text: &str) -> Self {
        let tokens = text::tokens(text);
        let count = tokens.len() as u64;
        self.tokens(tokens.into_iter(), false).counted(count, 0)
    }

    /// The same as thoughts.
    pub(super) fn thought(self, text: &str) -> Self {
        let tokens = text::tokens(text);
        let count = tokens.len() as u64;
        self.tokens(tokens.into_iter(), true).counted(0, count)
    }

    pub(super) fn words(self, count: u64) -> Self {
        let words = text::words().take(usize::try_from(count).unwrap_or(usize::MAX));
        self.tokens(words, false).counted(count, 0)
    }

    /// Made while they are sent, so they may be endless. Frames that follow do not know their number;
    /// see [`Self::counted`].
    pub(super) fn tokens(
        self,
        tokens: impl Iterator<Item = String> + Send + 'static,
        thought: bool,
    ) -> Self {
        let mut envelope = self.envelope.clone();
        let delay = self.delay;
        let frames = tokens.map(move |token| Step::Frame(envelope.token(&token, thought)));
        self.then(step::paced(frames, delay))
    }

    /// A frame with this part.
    pub(super) fn part(self, part: Value) -> Self {
        self.parts(Value::Array(vec![part]))
    }

    /// A frame with these parts.
    pub(super) fn parts(mut self, parts: Value) -> Self {
        let count = parts.as_array().map_or(0, Vec::len) as u64;
        self = self.counted(count, 0);
        let frame = self.envelope.parts(parts);
        self.frame(frame)
    }

    /// A frame with the part and this model's signature on it.
    pub(super) fn signed(self, part: Value) -> Self {
        let part = signature::signed(&self.envelope.model, part);
        self.part(part)
    }

    /// A frame with these candidates, which may be none.
    pub(super) fn candidates(self, candidates: Value) -> Self {
        let frame = self.envelope.frame(candidates);
        self.frame(frame)
    }

    /// A frame without the field.
    pub(super) fn no_candidates(self) -> Self {
        let frame = self.envelope.bare();
        self.frame(frame)
    }

    /// A frame of any JSON.
    pub(super) fn frame(self, json: Value) -> Self {
        self.step(Step::Frame(json))
    }

    /// The frame of a text, cut off `keep` bytes into `needle`.
    pub(super) fn cut_frame(self, text: &str, needle: &str, keep: usize) -> Self {
        let frame = self.envelope.parts(json!([{"text": text}]));
        self.bytes(Framing::default().cut(&Step::Frame(frame), needle, keep))
    }

    pub(super) fn bytes(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Bytes(bytes.into()))
    }

    pub(super) fn wait(self, wait: Duration) -> Self {
        self.step(Step::Wait(wait))
    }

    pub(super) fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    pub(super) fn hold(self) -> Self {
        self.step(Step::Hold)
    }

    /// An orderly end: a last empty text with the reason on it, and nothing after it.
    pub(super) fn end(self) -> Self {
        self.end_because("STOP")
    }

    pub(super) fn end_because(self, reason: &str) -> Self {
        self.end_with(&json!({"text": ""}), reason)
    }

    /// The same with something in the last frame.
    pub(super) fn end_with(self, part: &Value, reason: &str) -> Self {
        let frame = self.last_frame(part, reason);
        self.frame(frame)
    }

    /// An end whose empty text carries a signature.
    pub(super) fn signed_end(self) -> Self {
        let part = signature::signed(&self.envelope.model, json!({"text": ""}));
        self.end_with(&part, "STOP")
    }

    pub(super) fn last_frame(&self, part: &Value, reason: &str) -> Value {
        let mut frame = self.envelope.parts(json!([part]));
        frame["candidates"][0]["finishReason"] = json!(reason);
        frame
    }

    pub(super) fn step(self, step: Step) -> Self {
        self.then(iter::once(step))
    }

    pub(super) fn then(mut self, steps: impl Iterator<Item = Step> + Send + 'static) -> Self {
        self.steps = Box::new(self.steps.chain(steps));
        self
    }

    /// Counts tokens for the frames that follow.
    pub(super) fn counted(mut self, candidates: u64, thoughts: u64) -> Self {
        if let Some(counts) = &mut self.envelope.counts {
            counts.candidates += candidates;
            counts.thoughts += thoughts;
        }
        self
    }
}
