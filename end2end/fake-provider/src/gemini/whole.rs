//! Folds the frames of a stream into what `generateContent` answers.

use serde_json::{Map, Value, json};

use crate::fold::Fold;

/// One whole response.
#[derive(Default)]
pub(super) struct Whole {
    envelope: Map<String, Value>,
    parts: Vec<Value>,
    finish_reason: Value,
    /// Whether a candidate came, even an empty one.
    answered: bool,
}

impl Fold for Whole {
    fn add(&mut self, frame: Value) -> Result<(), Value> {
        let error = if frame.is_array() { &frame[0]["error"] } else { &frame["error"] };
        if !error.is_null() {
            return Err(frame);
        }
        let candidate = &frame["candidates"][0];
        self.answered |= candidate.is_object();
        for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
            self.part(part);
        }
        if candidate["finishReason"].is_string() {
            self.finish_reason = candidate["finishReason"].clone();
        }
        if let Value::Object(fields) = frame {
            self.envelope.extend(fields);
        }
        Ok(())
    }

    fn into_json(self) -> Value {
        let mut answer = Value::Object(self.envelope);
        if self.answered {
            answer["candidates"] = json!([{
                "content": {"role": "model", "parts": self.parts},
                "finishReason": self.finish_reason,
                "index": 0,
            }]);
        }
        answer
    }
}

impl Whole {
    /// Adds a part, or its text to the part before where both are nothing but text.
    fn part(&mut self, part: &Value) {
        let plain =
            |part: &Value| part["text"].is_string() && part.get("thoughtSignature").is_none();
        if let Some(last) = self.parts.last_mut()
            && plain(last)
            && plain(part)
            && last["thought"] == part["thought"]
            && let (Value::String(text), Some(more)) = (&mut last["text"], part["text"].as_str())
        {
            text.push_str(more);
            return;
        }
        self.parts.push(part.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_joined_but_neither_thoughts_nor_signed_parts() {
        let mut whole = Whole::default();
        for part in [
            json!({"text": "Hm", "thought": true}),
            json!({"text": "Hel"}),
            json!({"text": "lo"}),
            json!({"text": "", "thoughtSignature": "s"}),
        ] {
            let content = json!({"parts": [part]});
            whole.add(json!({"candidates": [{"content": content}], "responseId": "r"})).unwrap();
        }
        whole.add(json!({"candidates": [{"finishReason": "STOP"}]})).unwrap();
        let answer = whole.into_json();
        let parts = &answer["candidates"][0]["content"]["parts"];
        assert_eq!(parts.as_array().unwrap().len(), 3, "{parts}");
        assert_eq!(parts[1], json!({"text": "Hello"}));
        assert_eq!(answer["candidates"][0]["finishReason"], "STOP");
        assert_eq!(answer["responseId"], "r");
    }

    #[test]
    fn an_error_among_the_frames_is_the_answer() {
        let error = json!([{"error": {"code": 500}}]);
        assert_eq!(Whole::default().add(error.clone()), Err(error));
    }
}
