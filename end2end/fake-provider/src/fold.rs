//! Folds a stream's steps into the one JSON answer a client gets without `"stream": true`.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    answer::{Answer, AnswerBody},
    call::Call,
    step::{Step, Steps},
};

/// A stream longer than this counts as endless: its JSON answer never comes.
const STEPS_FOLDED: usize = 1_000_000;

/// One protocol's answer in one piece, gathered from the frames of its stream.
pub(crate) trait Fold: Default {
    /// Takes one frame; the error back if it is one.
    fn add(&mut self, frame: Value) -> Result<(), Value>;

    fn into_json(self) -> Value;
}

/// The answer as it is for a client that wants a stream, else in one piece.
pub(crate) fn unless_streamed<F: Fold>(call: &Call, answer: Answer) -> Answer {
    if call.wants_stream() { answer } else { fold::<F>(answer) }
}

/// Turns an event stream into one JSON answer with the same text, waits and faults; anything
/// else stays as it is.
pub(crate) fn fold<F: Fold>(answer: Answer) -> Answer {
    if !answer.is_event_stream() {
        return answer;
    }
    let AnswerBody::Steps(steps, _) = answer.body else {
        return answer;
    };
    let (whole, end) = Whole::<F>::read(steps);
    if let Some(error) = whole.error {
        return Answer::json(500, &error);
    }
    let mut steps = vec![Step::Wait(whole.waited)];
    let json = Bytes::from(whole.folded.into_json().to_string());
    match end {
        End::Orderly => steps.push(Step::Bytes(json)),
        End::Cut => steps.extend([Step::Bytes(json.slice(..json.len() / 2)), Step::Cut]),
        End::Endless => steps.push(Step::Hold),
    }
    Answer::steps("application/json", steps.into_iter())
        .headers_after(answer.headers_after)
        .first_after(answer.first_after)
}

enum End {
    Orderly,
    Cut,
    Endless,
}

#[derive(Default)]
struct Whole<F> {
    folded: F,
    error: Option<Value>,
    waited: Duration,
}

/// A chat completion.
#[derive(Default)]
pub(crate) struct Completion {
    envelope: Map<String, Value>,
    message: Map<String, Value>,
    finish_reason: Value,
    usage: Value,
}

impl<F: Fold> Whole<F> {
    fn read(steps: Steps) -> (Self, End) {
        let mut whole = Self::default();
        for (count, step) in steps.enumerate() {
            match step {
                _ if count == STEPS_FOLDED => return (whole, End::Endless),
                Step::Frame(frame) | Step::Event(_, frame) => {
                    if let Err(error) = whole.folded.add(frame) {
                        whole.error = Some(error);
                    }
                }
                Step::Wait(wait) => whole.waited += wait,
                Step::Bytes(_) => {}
                Step::Done => return (whole, End::Orderly),
                Step::Cut => return (whole, End::Cut),
                Step::Hold => return (whole, End::Endless),
            }
        }
        (whole, End::Orderly)
    }
}

impl Fold for Completion {
    fn add(&mut self, chunk: Value) -> Result<(), Value> {
        if chunk.get("error").is_some() {
            return Err(chunk);
        }
        let choice = &chunk["choices"][0];
        if let Some(delta) = choice["delta"].as_object() {
            merge_delta(&mut self.message, delta);
        }
        if choice["finish_reason"].is_string() {
            self.finish_reason = choice["finish_reason"].clone();
        }
        if chunk["usage"].is_object() {
            self.usage = chunk["usage"].clone();
        }
        if let Value::Object(fields) = chunk {
            self.envelope.extend(fields);
        }
        Ok(())
    }

    fn into_json(self) -> Value {
        let mut message = self.message;
        message.entry("content").or_insert(Value::Null);
        message.entry("role").or_insert(json!("assistant"));
        let mut answer = Value::Object(self.envelope);
        answer["object"] = json!("chat.completion");
        answer["usage"] = self.usage;
        answer["choices"] = json!([{
            "index": 0,
            "message": message,
            "finish_reason": self.finish_reason,
        }]);
        answer
    }
}

fn merge_delta(message: &mut Map<String, Value>, delta: &Map<String, Value>) {
    for (key, value) in delta {
        match (key.as_str(), message.get_mut(key), value) {
            (_, _, Value::Null) => {}
            ("tool_calls", existing, Value::Array(fragments)) => {
                let mut calls = existing.map(Value::take).unwrap_or(json!([]));
                for fragment in fragments {
                    merge_call(&mut calls, fragment);
                }
                message.insert(key.clone(), calls);
            }
            ("role", _, _) => {
                message.insert(key.clone(), value.clone());
            }
            (_, Some(Value::String(text)), Value::String(more)) => text.push_str(more),
            (_, Some(Value::Array(items)), Value::Array(more)) => items.extend_from_slice(more),
            _ => {
                message.insert(key.clone(), value.clone());
            }
        }
    }
}

/// A fragment without an index is a call of its own if it has an id, else more of the last.
fn merge_call(calls: &mut Value, fragment: &Value) {
    let Some(calls) = calls.as_array_mut() else {
        return;
    };
    let place = match (fragment["index"].as_u64(), fragment["id"].is_string()) {
        (Some(index), _) => usize::try_from(index).unwrap_or(usize::MAX),
        (None, true) => calls.len(),
        (None, false) => calls.len().saturating_sub(1),
    };
    if let Some(call) = calls.get_mut(place) {
        let more = fragment["function"]["arguments"].as_str().unwrap_or_default();
        if let Value::String(arguments) = &mut call["function"]["arguments"] {
            arguments.push_str(more);
        }
    } else {
        let mut call = fragment.clone();
        if let Some(fields) = call.as_object_mut() {
            fields.remove("index");
        }
        calls.push(call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(deltas: &[Value]) -> Value {
        let frames: Vec<Step> = deltas
            .iter()
            .map(|delta| Step::Frame(json!({"choices": [{"index": 0, "delta": delta}]})))
            .collect();
        let (whole, _) = Whole::<Completion>::read(Box::new(frames.into_iter()));
        whole.folded.into_json()["choices"][0]["message"].take()
    }

    #[test]
    fn text_is_joined() {
        let message = folded(&[
            json!({"role": "assistant", "content": null}),
            json!({"content": "Hel"}),
            json!({"content": "lo"}),
        ]);
        assert_eq!(message, json!({"role": "assistant", "content": "Hello"}));
    }

    #[test]
    fn interleaved_calls_are_joined_by_index() {
        let message = folded(&[
            json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]}),
            json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "g", "arguments": "{}"}}]}),
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]}),
        ]);
        assert_eq!(message["tool_calls"][0]["function"]["arguments"], "{}");
        assert_eq!(message["tool_calls"][1]["id"], "b");
        assert_eq!(message["content"], Value::Null);
    }

    #[test]
    fn calls_without_index_are_told_apart_by_their_ids() {
        let message = folded(&[
            json!({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "{"}}]}),
            json!({"tool_calls": [{"function": {"arguments": "}"}}]}),
            json!({"tool_calls": [{"id": "b", "function": {"name": "g", "arguments": "{}"}}]}),
        ]);
        assert_eq!(message["tool_calls"].as_array().unwrap().len(), 2);
        assert_eq!(message["tool_calls"][0]["function"]["arguments"], "{}");
    }
}
