//! A message in one piece, gathered from the events of its stream.

use serde_json::{Map, Value, json};

use crate::fold::Fold;

#[derive(Default)]
pub(super) struct Message {
    envelope: Map<String, Value>,
    blocks: Vec<Value>,
    /// The input of a tool's block while it is only text.
    inputs: Vec<String>,
    usage: Map<String, Value>,
}

impl Message {
    fn delta(&mut self, index: usize, delta: &Value) {
        let (Some(block), Some(input)) = (self.blocks.get_mut(index), self.inputs.get_mut(index))
        else {
            return;
        };
        if let Some(json) = delta["partial_json"].as_str() {
            input.push_str(json);
        }
        for field in ["text", "thinking", "signature"] {
            let Some(more) = delta[field].as_str() else { continue };
            match &mut block[field] {
                Value::String(text) => text.push_str(more),
                other => *other = json!(more),
            }
        }
        if let Some(citation) = delta.get("citation") {
            match &mut block["citations"] {
                Value::Array(citations) => citations.push(citation.clone()),
                other => *other = json!([citation]),
            }
        }
    }

    fn count(&mut self, usage: &Value) {
        let counts = usage.as_object().into_iter().flatten();
        self.usage.extend(counts.map(|(name, count)| (name.clone(), count.clone())));
    }
}

impl Fold for Message {
    fn add(&mut self, event: Value) -> Result<(), Value> {
        let index = event["index"].as_u64().and_then(|index| usize::try_from(index).ok());
        match event["type"].as_str().unwrap_or_default() {
            "error" => return Err(event),
            "message_start" => {
                self.count(&event["message"]["usage"]);
                let fields = event["message"].as_object().into_iter().flatten();
                self.envelope.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
            }
            "content_block_start" => {
                self.blocks.push(event["content_block"].clone());
                self.inputs.push(String::new());
            }
            "content_block_delta" => {
                self.delta(index.unwrap_or(self.blocks.len().saturating_sub(1)), &event["delta"]);
            }
            "message_delta" => {
                self.count(&event["usage"]);
                let fields = event["delta"].as_object().into_iter().flatten();
                self.envelope.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
            }
            _ => {}
        }
        Ok(())
    }

    fn into_json(mut self) -> Value {
        for (block, input) in self.blocks.iter_mut().zip(&self.inputs) {
            if !input.is_empty() {
                block["input"] = serde_json::from_str(input).unwrap_or_default();
            }
        }
        let mut message = Value::Object(self.envelope);
        message["type"] = json!("message");
        message["content"] = Value::Array(self.blocks);
        message["usage"] = Value::Object(self.usage);
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_go_to_their_blocks() {
        let mut message = Message::default();
        for event in [
            json!({"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 3, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "input": {}}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"partial_json": "{\"a\":"}}),
            json!({"type": "content_block_delta", "index": 0, "delta": {"text": "Hi"}}),
            json!({"type": "content_block_delta", "index": 1, "delta": {"partial_json": "1}"}}),
            json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}),
        ] {
            message.add(event).unwrap();
        }
        assert_eq!(
            message.into_json(),
            json!({
                "id": "m",
                "type": "message",
                "content": [
                    {"type": "text", "text": "Hi"},
                    {"type": "tool_use", "input": {"a": 1}},
                ],
                "stop_reason": "tool_use",
                "usage": {"input_tokens": 3, "output_tokens": 9},
            })
        );
        let error = json!({"type": "error"});
        assert_eq!(Message::default().add(error.clone()), Err(error));
    }
}
