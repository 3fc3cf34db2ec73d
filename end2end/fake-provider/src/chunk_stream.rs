//! Builds the steps of a Chat Completions stream, chunk by chunk.

use std::{iter, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    open_streams::unix_ms,
    step::{self, Framing, Step, Steps},
    text,
};

/// Each method appends to the stream; `answer` hands it over.
pub(crate) struct ChunkStream {
    envelope: Envelope,
    steps: Steps,
    /// The wait before each token.
    delay: Duration,
    wants_usage: bool,
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// What is the same in every chunk of a stream.
#[derive(Clone)]
struct Envelope(Value);

impl Envelope {
    fn chunk(&self, delta: Value, finish_reason: Value) -> Value {
        let mut choice = json!({"index": 0});
        choice["delta"] = delta;
        choice["finish_reason"] = finish_reason;
        self.with_choices(Value::Array(vec![choice]))
    }

    fn with_choices(&self, choices: Value) -> Value {
        let mut chunk = self.0.clone();
        chunk["choices"] = choices;
        chunk
    }
}

impl ChunkStream {
    pub(crate) fn new(call: &Call, delay: Duration) -> Self {
        let mut envelope = json!({
            "id": "chatcmpl-fake",
            "object": "chat.completion.chunk",
            "created": unix_ms() / 1000,
            "model": call.model(),
        });
        if call.wants_stream() && call.wants_usage() {
            envelope["usage"] = Value::Null;
        }
        Self {
            envelope: Envelope(envelope),
            steps: Box::new(iter::empty()),
            delay,
            wants_usage: call.wants_usage(),
            prompt_tokens: call.prompt_tokens(),
            completion_tokens: 0,
        }
    }

    pub(crate) fn answer(self) -> Answer {
        Answer::steps("text/event-stream; charset=utf-8", self.steps)
            .header("cache-control", "no-cache")
    }

    pub(crate) fn role(self) -> Self {
        self.delta(json!({"role": "assistant", "content": ""}))
    }

    /// The text in tokens, each after the stream's delay.
    pub(crate) fn text(self, text: &str) -> Self {
        self.text_in("content", text)
    }

    /// The text in tokens, as another field of the delta than `content`.
    pub(crate) fn text_in(mut self, field: &'static str, text: &str) -> Self {
        let tokens = text::tokens(text);
        self.completion_tokens += tokens.len() as u64;
        self.tokens(field, tokens.into_iter())
    }

    pub(crate) fn words(mut self, count: u64) -> Self {
        self.completion_tokens += count;
        self.tokens("content", text::words().take(usize::try_from(count).unwrap_or(usize::MAX)))
    }

    /// Made while they are sent, so they may be endless; not counted as used.
    pub(crate) fn tokens(
        self,
        field: &'static str,
        tokens: impl Iterator<Item = String> + Send + 'static,
    ) -> Self {
        let envelope = self.envelope.clone();
        let delay = self.delay;
        let chunks = tokens
            .map(move |token| Step::Frame(envelope.chunk(json!({field: token}), Value::Null)));
        self.then(step::paced(chunks, delay))
    }

    pub(crate) fn delta(self, delta: Value) -> Self {
        let chunk = self.envelope.chunk(delta, Value::Null);
        self.step(Step::Frame(chunk))
    }

    /// A chunk with these choices, which may be none.
    pub(crate) fn choices(self, choices: Value) -> Self {
        let chunk = self.envelope.with_choices(choices);
        self.step(Step::Frame(chunk))
    }

    /// A chunk with these fields added at its top.
    pub(crate) fn delta_with(self, delta: Value, extra: &Value) -> Self {
        let mut chunk = self.envelope.chunk(delta, Value::Null);
        merge_top(&mut chunk, extra);
        self.step(Step::Frame(chunk))
    }

    /// A frame of any JSON, chunk or not.
    pub(crate) fn frame(self, json: Value) -> Self {
        self.step(Step::Frame(json))
    }

    /// The frame of a text delta, cut off `keep` bytes into `needle`.
    pub(crate) fn cut_frame(self, text: &str, needle: &str, keep: usize) -> Self {
        let chunk = self.envelope.chunk(json!({"content": text}), Value::Null);
        self.bytes(Framing::default().cut(&Step::Frame(chunk), needle, keep))
    }

    pub(crate) fn bytes(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Bytes(bytes.into()))
    }

    pub(crate) fn wait(self, wait: Duration) -> Self {
        self.step(Step::Wait(wait))
    }

    pub(crate) fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    pub(crate) fn hold(self) -> Self {
        self.step(Step::Hold)
    }

    pub(crate) fn done(self) -> Self {
        self.step(Step::Done)
    }

    pub(crate) fn finish(self, reason: &str) -> Self {
        let chunk = self.envelope.chunk(json!({}), json!(reason));
        self.step(Step::Frame(chunk))
    }

    /// The finish chunk with the usage on it, as Mistral and OpenRouter do.
    pub(crate) fn finish_with_usage(self, reason: &str) -> Self {
        let mut chunk = self.envelope.chunk(json!({}), json!(reason));
        chunk["usage"] = self.usage_numbers();
        self.step(Step::Frame(chunk))
    }

    /// The usage chunk, wanted or not.
    pub(crate) fn usage(self) -> Self {
        let mut chunk = self.envelope.with_choices(json!([]));
        chunk["usage"] = self.usage_numbers();
        self.step(Step::Frame(chunk))
    }

    /// An orderly end: finish, usage where wanted, `[DONE]`.
    pub(crate) fn end(self) -> Self {
        self.end_because("stop")
    }

    pub(crate) fn end_because(self, reason: &str) -> Self {
        let finished = self.finish(reason);
        let counted = if finished.wants_usage { finished.usage() } else { finished };
        counted.done()
    }

    pub(crate) fn usage_numbers(&self) -> Value {
        json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        })
    }

    pub(crate) fn step(self, step: Step) -> Self {
        self.then(iter::once(step))
    }

    pub(crate) fn then(mut self, steps: impl Iterator<Item = Step> + Send + 'static) -> Self {
        self.steps = Box::new(self.steps.chain(steps));
        self
    }
}

fn merge_top(chunk: &mut Value, extra: &Value) {
    if let (Some(chunk), Some(extra)) = (chunk.as_object_mut(), extra.as_object()) {
        chunk.extend(extra.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
}
