//! Builds the steps of a message's stream, event by event (protocols §2.2).

use std::{iter, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use super::signature::sign;
use crate::{
    answer::Answer,
    call::Call,
    step::{Framing, Step, Steps, paced},
    text,
};

/// Each method appends to the stream; `answer` hands it over.
pub(super) struct MessageStream {
    model: String,
    steps: Steps,
    /// The wait before each token.
    delay: Duration,
    /// The counts known before the answer.
    input: Value,
    output_tokens: u64,
    /// The number of the next block.
    next: u64,
}

impl MessageStream {
    /// A stream whose tokens come at once unless the model name asks for a delay.
    pub(super) fn of(call: &Call) -> Self {
        Self::paced(call, 0)
    }

    /// A stream with this many milliseconds before each token unless told otherwise.
    pub(super) fn paced(call: &Call, delay: u64) -> Self {
        Self {
            model: call.model().to_owned(),
            steps: Box::new(iter::empty()),
            delay: call.milliseconds("delay", delay),
            input: json!({
                "input_tokens": call.prompt_tokens(),
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
            }),
            output_tokens: 0,
            next: 0,
        }
    }

    /// A stream that has said a few words, ready for something to go wrong.
    pub(super) fn begun(call: &Call) -> Self {
        Self::of(call).start().open_text().words(call.number("words", 12))
    }

    pub(super) fn answer(self) -> Answer {
        Answer::steps("text/event-stream; charset=utf-8", self.steps)
            .header("cache-control", "no-cache")
    }

    /// Other counts of the prompt than the usual ones.
    pub(super) fn counting(mut self, input: Value) -> Self {
        self.input = input;
        self
    }

    /// `message_start` and the first ping.
    pub(super) fn start(self) -> Self {
        let message = self.empty_message();
        self.event("message_start", json!({"message": message})).ping()
    }

    pub(super) fn empty_message(&self) -> Value {
        let mut usage = self.input.clone();
        if usage.is_object() {
            usage["output_tokens"] = json!(1);
        }
        json!({
            "id": "msg_fake",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": null,
            "stop_sequence": null,
            "usage": usage,
        })
    }

    pub(super) fn ping(self) -> Self {
        self.event("ping", json!({}))
    }

    /// Begins a block.
    pub(super) fn open(mut self, block: Value) -> Self {
        let index = self.next;
        self.next += 1;
        self.event("content_block_start", json!({"index": index, "content_block": block}))
    }

    pub(super) fn open_text(self) -> Self {
        self.open(json!({"type": "text", "text": ""}))
    }

    pub(super) fn open_thinking(self) -> Self {
        self.open(json!({"type": "thinking", "thinking": "", "signature": ""}))
    }

    /// Begins the block of a call.
    pub(super) fn open_call(self, id: &str, tool: &str) -> Self {
        self.open(json!({"type": "tool_use", "id": id, "name": tool, "input": {}}))
    }

    /// More of the block that was opened last.
    pub(super) fn delta(self, delta: Value) -> Self {
        let index = self.next.saturating_sub(1);
        self.delta_at(index, delta)
    }

    pub(super) fn delta_at(self, index: u64, delta: Value) -> Self {
        self.event("content_block_delta", json!({"index": index, "delta": delta}))
    }

    /// Ends the block that was opened last.
    pub(super) fn close(self) -> Self {
        let index = self.next.saturating_sub(1);
        self.close_at(index)
    }

    pub(super) fn close_at(self, index: u64) -> Self {
        self.event("content_block_stop", json!({"index": index}))
    }

    /// A block of text in tokens, each after the stream's delay.
    pub(super) fn text_block(self, text: &str) -> Self {
        self.open_text().text(text).close()
    }

    /// More text in the open block.
    pub(super) fn text(mut self, text: &str) -> Self {
        let tokens = text::tokens(text);
        self.output_tokens += tokens.len() as u64;
        self.tokens("text", tokens.into_iter())
    }

    pub(super) fn words(mut self, count: u64) -> Self {
        self.output_tokens += count;
        self.tokens("text", text::words().take(usize::try_from(count).unwrap_or(usize::MAX)))
    }

    /// A whole thought with its signature.
    pub(super) fn thinking_block(self, thought: &str) -> Self {
        let signature = sign(&self.model, thought);
        let thinking = self.open_thinking().thought(thought);
        thinking.delta(json!({"type": "signature_delta", "signature": signature})).close()
    }

    /// More of the open thought.
    pub(super) fn thought(mut self, thought: &str) -> Self {
        let tokens = text::tokens(thought);
        self.output_tokens += tokens.len() as u64;
        self.tokens("thinking", tokens.into_iter())
    }

    /// A whole call, its input in these pieces.
    pub(super) fn call_block(self, id: &str, tool: &str, pieces: &[&str]) -> Self {
        let opened = self.open_call(id, tool);
        pieces.iter().fold(opened, |stream, piece| stream.input(piece)).close()
    }

    /// More of the open call's input.
    pub(super) fn input(self, piece: &str) -> Self {
        self.delta(input_delta(piece))
    }

    /// Tokens of the open block, as `text` or `thinking`; made while they are sent, so they may be
    /// endless; not counted as used.
    pub(super) fn tokens(
        self,
        field: &'static str,
        tokens: impl Iterator<Item = String> + Send + 'static,
    ) -> Self {
        let index = self.next.saturating_sub(1);
        let delay = self.delay;
        let deltas = tokens.map(move |token| {
            let delta = json!({"type": format!("{field}_delta"), field: token});
            step("content_block_delta", json!({"index": index, "delta": delta}))
        });
        self.then(paced(deltas, delay))
    }

    /// `message_delta` with the reason and the count, then `message_stop`.
    pub(super) fn end(self, reason: &str) -> Self {
        self.reason(reason).stop()
    }

    pub(super) fn reason(self, reason: &str) -> Self {
        let usage = json!({"output_tokens": self.output_tokens});
        let delta = json!({"stop_reason": reason, "stop_sequence": null});
        self.event("message_delta", json!({"delta": delta, "usage": usage}))
    }

    pub(super) fn stop(self) -> Self {
        self.event("message_stop", json!({}))
    }

    /// An event of this type, which is written into the JSON as well.
    pub(super) fn event(self, kind: &'static str, json: Value) -> Self {
        self.step(step(kind, json))
    }

    /// An event as it is, named or not.
    pub(super) fn frame(self, json: Value) -> Self {
        self.step(Step::Frame(json))
    }

    /// The event of a text delta, cut off `keep` bytes into `needle`.
    pub(super) fn cut_frame(self, text: &str, needle: &str, keep: usize) -> Self {
        let delta = json!({"type": "text_delta", "text": text});
        let event = step("content_block_delta", json!({"index": 0, "delta": delta}));
        self.bytes(Framing::default().cut(&event, needle, keep))
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

    pub(super) fn step(self, step: Step) -> Self {
        self.then(iter::once(step))
    }

    pub(super) fn then(mut self, steps: impl Iterator<Item = Step> + Send + 'static) -> Self {
        self.steps = Box::new(self.steps.chain(steps));
        self
    }
}

/// A complete, faultless answer.
pub(super) fn say(call: &Call, text: &str) -> Answer {
    MessageStream::of(call).start().text_block(text).end("end_turn").answer()
}

pub(super) fn input_delta(piece: &str) -> Value {
    json!({"type": "input_json_delta", "partial_json": piece})
}

fn step(kind: &'static str, mut json: Value) -> Step {
    json["type"] = json!(kind);
    Step::Event(kind, json)
}
