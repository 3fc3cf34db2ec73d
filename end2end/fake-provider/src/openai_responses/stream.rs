//! Builds the steps of a Responses stream, event by event (protocols §1.6).

use std::{iter, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{items, seal};
use crate::{
    answer::Answer,
    call::Call,
    open_streams::unix_ms,
    step::{Framing, Step, Steps, paced},
    text,
};

/// Each method appends to the stream; `answer` hands it over.
pub(super) struct ItemStream {
    /// What every event about the whole response repeats.
    response: Value,
    steps: Steps,
    /// The items that are done.
    output: Vec<Value>,
    /// Announced and not done yet.
    open: Option<OpenMessage>,
    /// The wait before each token.
    delay: Duration,
    /// Whether `include` asks for encrypted reasoning.
    encrypts: bool,
    /// The seal of the reasoning that was just issued.
    sealed: Option<String>,
    input_tokens: u64,
    output_tokens: u64,
}

struct OpenMessage {
    id: String,
    text: String,
}

impl ItemStream {
    /// A stream whose tokens come at once unless the model name asks for a delay.
    pub(super) fn new(call: &Call) -> Self {
        Self::paced(call, 0)
    }

    /// A stream with this many milliseconds before each token unless told otherwise.
    pub(super) fn paced(call: &Call, delay: u64) -> Self {
        let include = call.body["include"].as_array().map_or(&[][..], Vec::as_slice);
        Self {
            response: json!({
                "id": "resp_fake", "object": "response", "created_at": unix_ms() / 1000,
                "status": "in_progress", "error": null, "incomplete_details": null,
                "model": call.model(), "output": [], "usage": null,
            }),
            steps: Box::new(iter::empty()),
            output: Vec::new(),
            open: None,
            delay: call.milliseconds("delay", delay),
            encrypts: include.iter().any(|asked| asked == "reasoning.encrypted_content"),
            sealed: None,
            input_tokens: call.prompt_tokens(),
            output_tokens: 0,
        }
    }

    /// Hands the stream over, every event with its number.
    pub(super) fn answer(self) -> Answer {
        let mut number = 0;
        self.unnumbered(move |event| {
            event["sequence_number"] = json!(number);
            number += 1;
        })
    }

    /// Hands the stream over, each event's JSON changed at the last moment.
    pub(super) fn unnumbered(self, mut change: impl FnMut(&mut Value) + Send + 'static) -> Answer {
        self.respelt(move |name, mut json| {
            change(&mut json);
            Step::Event(name, json)
        })
    }

    /// Hands the stream over, each event spelt anew.
    pub(super) fn respelt(
        self,
        mut spell: impl FnMut(&'static str, Value) -> Step + Send + 'static,
    ) -> Answer {
        let steps = self.steps.map(move |step| match step {
            Step::Event(name, json) => spell(name, json),
            step => step,
        });
        Answer::steps("text/event-stream; charset=utf-8", steps).header("cache-control", "no-cache")
    }

    /// Encrypts nothing, asked for or not.
    pub(super) fn plainly(mut self) -> Self {
        self.encrypts = false;
        self
    }

    pub(super) fn begin(self) -> Self {
        let response = self.response.clone();
        self.event("response.created", json!({"response": response}))
            .event("response.in_progress", json!({"response": response}))
    }

    /// A message with one text.
    pub(super) fn message(self, text: &str) -> Self {
        self.open_message().text(text).close_message()
    }

    /// Announces a message and its first part.
    pub(super) fn open_message(mut self) -> Self {
        let id = self.next_id("msg");
        let item = items::announced(&items::message(&id, ""));
        let part = self.part(&id, items::output_text(""));
        self.open = Some(OpenMessage { id, text: String::new() });
        self.added(item).event("response.content_part.added", part)
    }

    /// The text in tokens, each after the stream's delay.
    pub(super) fn text(mut self, text: &str) -> Self {
        let tokens = text::tokens(text);
        self.output_tokens += tokens.len() as u64;
        if let Some(open) = &mut self.open {
            open.text.push_str(text);
        }
        self.tokens(tokens.into_iter())
    }

    pub(super) fn words(self, count: u64) -> Self {
        let words: Vec<String> =
            text::words().take(usize::try_from(count).unwrap_or(usize::MAX)).collect();
        self.text_of(words)
    }

    /// These tokens as they are.
    pub(super) fn text_of(mut self, tokens: Vec<String>) -> Self {
        self.output_tokens += tokens.len() as u64;
        if let Some(open) = &mut self.open {
            open.text.push_str(&tokens.concat());
        }
        self.tokens(tokens.into_iter())
    }

    /// Made while they are sent, so they may be endless; the message never learns of them.
    pub(super) fn tokens(self, tokens: impl Iterator<Item = String> + Send + 'static) -> Self {
        let place = self.place();
        self.deltas("response.output_text.delta", place, tokens)
    }

    /// Deltas of any kind, each after the stream's delay.
    pub(super) fn deltas(
        self,
        name: &'static str,
        place: Value,
        tokens: impl Iterator<Item = String> + Send + 'static,
    ) -> Self {
        let delay = self.delay;
        let deltas = tokens.map(move |token| {
            let mut event = place.clone();
            event["delta"] = json!(token);
            event_step(name, event)
        });
        self.then(paced(deltas, delay))
    }

    /// The end of the open message: its text, its part, itself.
    pub(super) fn close_message(mut self) -> Self {
        let place = self.place();
        let Some(OpenMessage { id, text }) = self.open.take() else { return self };
        let mut done = place;
        done["text"] = json!(text);
        let part = self.part(&id, items::output_text(&text));
        self.event("response.output_text.done", done)
            .event("response.content_part.done", part)
            .done(items::message(&id, &text))
    }

    /// Gives the open message up without a word about its end.
    pub(super) fn forget_message(mut self) -> Self {
        if let Some(OpenMessage { id, text }) = self.open.take() {
            self.output.push(items::message(&id, &text));
        }
        self
    }

    /// Thoughts as a summary in parts, encrypted where that was asked for.
    pub(super) fn reasoning(mut self, summary: &[&str]) -> Self {
        let id = self.next_id("rs");
        let mut item = items::reasoning(&id, summary);
        if self.encrypts {
            let model = self.response["model"].as_str().unwrap_or_default();
            let seal = seal::seal(model, &item["summary"]);
            item["encrypted_content"] = json!(seal::encrypted(&seal));
            self.sealed = Some(seal);
        }
        let index = self.output.len();
        let mut stream = self.added(items::announced(&item));
        for (part, text) in summary.iter().enumerate() {
            let tokens = text::tokens(text);
            stream.output_tokens += tokens.len() as u64;
            let place = json!({"item_id": id, "output_index": index, "summary_index": part});
            let with = |field: &str, value: Value| {
                let mut event = place.clone();
                event[field] = value;
                event
            };
            stream = stream
                .event(
                    "response.reasoning_summary_part.added",
                    with("part", items::summary_text("")),
                )
                .deltas("response.reasoning_summary_text.delta", place.clone(), tokens.into_iter())
                .event("response.reasoning_summary_text.done", with("text", json!(text)))
                .event(
                    "response.reasoning_summary_part.done",
                    with("part", items::summary_text(text)),
                );
        }
        stream.done(item)
    }

    /// Thoughts as they are, not summed up, as open-weight servers tell them.
    pub(super) fn reasoning_text(mut self, text: &str) -> Self {
        let id = self.next_id("rs");
        let index = self.output.len();
        let tokens = text::tokens(text);
        self.output_tokens += tokens.len() as u64;
        let mut item = items::reasoning(&id, &[]);
        item["content"] = json!([items::reasoning_text(text)]);
        let place = json!({"item_id": id, "output_index": index, "content_index": 0});
        let mut done = place.clone();
        done["text"] = json!(text);
        self.added(items::announced(&item))
            .deltas("response.reasoning_text.delta", place, tokens.into_iter())
            .event("response.reasoning_text.done", done)
            .done(item)
    }

    /// A whole call, its arguments in these pieces.
    pub(super) fn call(self, letter: char, name: &str, pieces: &[&str]) -> Self {
        let item = self.call_item(letter, name, &pieces.concat());
        let (id, index) = (item["id"].clone(), self.output.len());
        self.added(items::announced(&item))
            .pieces(&id, index, pieces)
            .arguments_done(&item, index)
            .done(item)
    }

    /// The item of the next call. Its identifier tells which reasoning it was issued after.
    pub(super) fn call_item(&self, letter: char, name: &str, arguments: &str) -> Value {
        let call_id = self
            .sealed
            .as_ref()
            .map_or_else(|| format!("call_{letter}"), |seal| seal::call_id(seal, letter));
        items::function_call(&format!("fc_{letter}"), &call_id, name, arguments)
    }

    /// Pieces of a call's arguments.
    pub(super) fn pieces(self, id: &Value, index: usize, pieces: &[&str]) -> Self {
        let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
        let place = json!({"item_id": id, "output_index": index});
        self.deltas("response.function_call_arguments.delta", place, pieces.into_iter())
    }

    pub(super) fn arguments_done(self, item: &Value, index: usize) -> Self {
        let (id, name, arguments) = (&item["id"], &item["name"], &item["arguments"]);
        let done =
            json!({"item_id": id, "output_index": index, "name": name, "arguments": arguments});
        self.event("response.function_call_arguments.done", done)
    }

    /// Announces the next item.
    pub(super) fn added(self, item: Value) -> Self {
        let index = self.output.len();
        self.added_at(index, item)
    }

    pub(super) fn added_at(self, index: usize, item: Value) -> Self {
        self.event("response.output_item.added", json!({"output_index": index, "item": item}))
    }

    /// The item that was announced last is done.
    pub(super) fn done(mut self, item: Value) -> Self {
        let index = self.output.len();
        self.output.push(item.clone());
        self.event("response.output_item.done", json!({"output_index": index, "item": item}))
    }

    /// An orderly end.
    pub(super) fn complete(self) -> Self {
        let usage = self.usage_numbers();
        self.complete_with(usage)
    }

    /// An orderly end with these counts, which may be null.
    pub(super) fn complete_with(self, usage: Value) -> Self {
        let mut response = self.closing("completed");
        response["usage"] = usage;
        self.event("response.completed", json!({"response": response}))
    }

    /// Ends for a reason other than being done.
    pub(super) fn incomplete(self, reason: &str) -> Self {
        let mut response = self.closing("incomplete");
        response["incomplete_details"] = json!({"reason": reason});
        self.event("response.incomplete", json!({"response": response}))
    }

    /// The end of a response that went wrong.
    pub(super) fn failed(self, code: &str, message: &str) -> Self {
        let mut response = self.closing("failed");
        response["error"] = json!({"code": code, "message": message});
        self.event("response.failed", json!({"response": response}))
    }

    /// The response as it is at its end.
    pub(super) fn closing(&self, status: &str) -> Value {
        let mut response = self.response.clone();
        response["status"] = json!(status);
        response["output"] = json!(self.output);
        response["usage"] = self.usage_numbers();
        response
    }

    pub(super) fn usage_numbers(&self) -> Value {
        json!({
            "input_tokens": self.input_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self.input_tokens + self.output_tokens,
        })
    }

    /// The event of a text delta, cut off `keep` bytes into `needle`.
    pub(super) fn cut_event(self, text: &str, needle: &str, keep: usize) -> Self {
        let mut event = self.place();
        event["delta"] = json!(text);
        let step = event_step("response.output_text.delta", event);
        self.bytes(Framing::default().cut(&step, needle, keep))
    }

    /// An event; its `type` is its name.
    pub(super) fn event(self, name: &'static str, json: Value) -> Self {
        self.step(event_step(name, json))
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

    /// Where the open message's deltas belong.
    pub(super) fn place(&self) -> Value {
        let id = self.open.as_ref().map_or("msg_0", |open| &open.id);
        json!({"item_id": id, "output_index": self.output.len(), "content_index": 0})
    }

    pub(super) fn next_id(&self, kind: &str) -> String {
        format!("{kind}_{}", self.output.len())
    }

    fn part(&self, id: &str, part: Value) -> Value {
        json!({
            "item_id": id, "output_index": self.output.len(), "content_index": 0, "part": part,
        })
    }
}

fn event_step(name: &'static str, mut json: Value) -> Step {
    json["type"] = json!(name);
    Step::Event(name, json)
}
