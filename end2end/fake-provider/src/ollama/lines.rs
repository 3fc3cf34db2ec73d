//! Puts a Chat Completions answer into Ollama's lines, so that both protocols share their scenarios.

use serde_json::{Map, Value, json};

use crate::{
    answer::{Answer, AnswerBody},
    call::Call,
    step::{Framing, Layout, Step},
};

const CREATED_AT: &str = "2026-01-01T00:00:00Z";

/// What is the same in every line of an answer, and what its last one counts.
#[derive(Clone)]
pub(super) struct Voice {
    model: String,
    prompt_tokens: u64,
}

impl Voice {
    /// For the answer to a request.
    pub(super) fn of(call: &Call) -> Self {
        Self { model: call.model().to_owned(), prompt_tokens: call.prompt_tokens() }
    }

    /// A line with more of the answer.
    pub(super) fn line(&self, message: Value) -> Value {
        let mut line = json!({"model": self.model, "created_at": CREATED_AT, "done": false});
        line["message"] = message;
        line
    }

    /// The last line, without any numbers.
    pub(super) fn end(&self, reason: &str) -> Value {
        let mut line = self.line(json!({"role": "assistant", "content": ""}));
        line["done"] = json!(true);
        line["done_reason"] = json!(reason);
        line
    }

    /// The last line with its numbers: tokens, and nanoseconds.
    pub(super) fn counted_end(&self, reason: &str, answer_tokens: u64) -> Value {
        let mut line = self.end(reason);
        line["total_duration"] = json!(5_000_000_000_u64);
        line["load_duration"] = json!(1_000_000_000_u64);
        line["prompt_eval_count"] = json!(self.prompt_tokens);
        line["prompt_eval_duration"] = json!(1_000_000_000_u64);
        // Ollama leaves out numbers that are zero.
        if answer_tokens > 0 {
            line["eval_count"] = json!(answer_tokens);
            line["eval_duration"] = json!(3_000_000_000_u64);
        }
        line
    }
}

/// Translates an answer. Event streams become lines, error objects become words, and everything
/// else stays as it is, frames that are no chunks included.
pub(super) fn lines(voice: &Voice, mut answer: Answer) -> Answer {
    if answer.is_event_stream() {
        let AnswerBody::Steps(steps, framing) = answer.body else { return answer };
        let mut writer = Writer { voice: voice.clone(), tokens: 0 };
        let steps = steps.filter_map(move |step| writer.step(step));
        let framing = Framing { layout: Layout::Bare, ..framing };
        answer.body = AnswerBody::Steps(Box::new(steps), framing);
        return answer.header("content-type", "application/x-ndjson");
    }
    if let AnswerBody::Whole(bytes) = &answer.body
        && let Ok(json) = serde_json::from_slice::<Value>(bytes)
        && json["error"].is_object()
        && let Some(error) = error_line(&json)
    {
        answer.body = AnswerBody::Whole(error.to_string().into());
    }
    answer
}

struct Writer {
    voice: Voice,
    /// Lines with text so far.
    tokens: u64,
}

impl Writer {
    fn step(&mut self, step: Step) -> Option<Step> {
        match step {
            Step::Frame(chunk) => self.frame(chunk).map(Step::Frame),
            Step::Done => None,
            other => Some(other),
        }
    }

    fn frame(&mut self, chunk: Value) -> Option<Value> {
        if let Some(error) = error_line(&chunk) {
            return Some(error);
        }
        let Some(choices) = chunk.get("choices") else { return Some(chunk) };
        let choice = choices.get(0)?;
        let message = message(&choice["delta"]);
        let says_something = message.is_some();
        self.tokens += u64::from(says_something);
        match (choice["finish_reason"].as_str(), message) {
            (None, None) => None,
            (None, Some(message)) => Some(self.voice.line(message)),
            (Some(reason), message) => {
                let reason = if reason == "tool_calls" { "stop" } else { reason };
                let mut line = self.voice.counted_end(reason, self.tokens);
                if let Some(message) = message {
                    line["message"] = message;
                }
                Some(line)
            }
        }
    }
}

/// An error in Ollama's form, if the JSON is an error.
fn error_line(json: &Value) -> Option<Value> {
    let words = match json.get("error")? {
        Value::String(words) => words,
        error => error["message"].as_str()?,
    };
    Some(json!({"error": words}))
}

/// The delta as a message; nothing if it is empty.
fn message(delta: &Value) -> Option<Value> {
    let mut message = Map::new();
    if let Some(content) = delta.get("content").filter(|content| **content != "") {
        message.insert("content".to_owned(), content.clone());
    }
    if let Some(thought) = delta.get("reasoning_content") {
        message.insert("thinking".to_owned(), thought.clone());
    }
    if let Some(calls) = delta["tool_calls"].as_array() {
        message.insert("tool_calls".to_owned(), calls.iter().map(whole_call).collect());
    }
    if message.is_empty() {
        return None;
    }
    message.insert("role".to_owned(), json!("assistant"));
    message.entry("content").or_insert(json!(""));
    Some(Value::Object(message))
}

/// A call that came in one piece; its arguments become an object.
fn whole_call(fragment: &Value) -> Value {
    let arguments = match &fragment["function"]["arguments"] {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| json!({})),
        object => object.clone(),
    };
    let mut call = json!({"function": {"arguments": arguments}});
    call["id"] = fragment["id"].clone();
    call["function"]["index"] = fragment["index"].clone();
    call["function"]["name"] = fragment["function"]["name"].clone();
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(chunks: &[Value]) -> Vec<Value> {
        let voice = Voice { model: "m".to_owned(), prompt_tokens: 9 };
        let mut writer = Writer { voice, tokens: 0 };
        chunks.iter().filter_map(|chunk| writer.frame(chunk.clone())).collect()
    }

    fn delta(delta: &Value, finish: &Value) -> Value {
        json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
    }

    #[test]
    fn chunks_become_lines_and_the_finish_counts_them() {
        let lines = written(&[
            delta(&json!({"role": "assistant", "content": ""}), &Value::Null),
            delta(&json!({"reasoning_content": "Hm"}), &Value::Null),
            delta(&json!({"content": "Hi"}), &Value::Null),
            delta(&json!({}), &json!("stop")),
            json!({"choices": [], "usage": {}}),
        ]);
        let messages: Vec<_> = lines.iter().map(|line| line["message"].clone()).collect();
        assert_eq!(messages[0], json!({"role": "assistant", "content": "", "thinking": "Hm"}));
        assert_eq!(messages[1], json!({"role": "assistant", "content": "Hi"}));
        assert_eq!((&lines[2]["done"], &lines[2]["eval_count"]), (&json!(true), &json!(2)));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn calls_are_whole_with_an_object_and_end_with_stop() {
        let function = json!({"name": "f", "arguments": "{\"x\": 1}"});
        let call = json!({"index": 0, "id": "a", "type": "function", "function": function});
        let lines = written(&[delta(&json!({"tool_calls": [call]}), &json!("tool_calls"))]);
        assert_eq!(lines[0]["done_reason"], "stop");
        assert_eq!(
            lines[0]["message"]["tool_calls"],
            json!([{"id": "a", "function": {"index": 0, "name": "f", "arguments": {"x": 1}}}])
        );
    }

    #[test]
    fn errors_are_words_and_other_frames_stay() {
        let odd = json!({"odd": true});
        let lines = written(&[json!({"error": {"message": "m", "code": 500}}), odd.clone()]);
        assert_eq!(lines, [json!({"error": "m"}), odd]);
    }
}
