//! What an answer holds beside text and calls and must go back with its turn (protocols §1.7).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::chunk::{Content, Delta, Piece};

/// More than any turn has, in bytes. A turn beyond it goes back without its state.
const MOST_KEPT: usize = 8 * 1024 * 1024;
/// The fields of reasoning details that arrive in pieces.
const PIECEMEAL: [&str; 3] = ["text", "summary", "data"];
/// The type of details that are whole whenever nothing says which others they continue.
const ENCRYPTED: &str = "reasoning.encrypted";

/// The state as it is stored: this adapter's own form, beside text and calls.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// OpenRouter's blocks, to be sent back as they came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasoning_details: Vec<Value>,
    /// DeepSeek's reasoning; only of turns that use tools, and possibly empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<String>,
    /// Mistral's thoughts, which stand before the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) thinking: Vec<Thought>,
    /// Google's extension of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extra_content: Option<Value>,
    /// Google's extensions of calls, by the calls' identifiers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) calls: BTreeMap<String, Value>,
}

/// One of Mistral's thoughts.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Thought {
    pub(super) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<String>,
}

impl State {
    /// A stored state; an empty one where it is not this adapter's.
    pub(super) fn read(stored: Option<&str>) -> Self {
        stored.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

/// Collects the state over the frames of one answer.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    state: State,
    /// Google's extensions by the calls' positions.
    calls: BTreeMap<u32, Value>,
    thought_is_open: bool,
    bytes: usize,
}

impl Keeper {
    /// Takes what a frame adds.
    pub(super) fn delta(&mut self, delta: &Delta<'_>) {
        if let Some(details) = delta.reasoning_details.raw {
            let pieces: Vec<Value> = serde_json::from_str(details.get()).unwrap_or_default();
            self.bytes += details.get().len();
            for piece in pieces.into_iter().filter(Value::is_object) {
                if self.has_room() {
                    add_detail(&mut self.state.reasoning_details, piece);
                }
            }
        }
        if let Content::Text(reasoning) = &delta.reasoning_content {
            self.bytes += reasoning.len();
            if self.has_room() {
                self.state.reasoning_content.get_or_insert_default().push_str(reasoning);
            }
        }
        if let Content::Pieces(pieces) = &delta.content {
            for piece in pieces {
                self.thought(piece);
            }
        }
        if let Some(extension) = delta.extra_content {
            let extension = self.extension(extension);
            let signed = |json: &Value| json.pointer("/google/thought_signature").is_some();
            self.state.extra_content = extension.filter(signed).or(self.state.extra_content.take());
        }
    }

    /// Takes the extension of the call at a position.
    pub(super) fn call(&mut self, index: u32, extension: &RawValue) {
        if let Some(extension) = self.extension(extension) {
            self.calls.insert(index, extension);
        }
    }

    /// The state as it is stored, if there is any. `id` gives the calls' identifiers, and
    /// `uses_tools` says whether this turn has called any so far.
    pub(super) fn finish<'a>(
        &mut self,
        id: impl Fn(u32) -> Option<&'a str>,
        uses_tools: bool,
    ) -> Option<String> {
        let mut state = std::mem::take(&mut self.state);
        for (index, extension) in std::mem::take(&mut self.calls) {
            state.calls.extend(id(index).map(|id| (id.to_owned(), extension)));
        }
        // The details hold the same reasoning, and more.
        if !uses_tools || !state.reasoning_details.is_empty() {
            state.reasoning_content = None;
        }
        let keeps = self.has_room() && state != State::default();
        keeps.then(|| serde_json::to_string(&state).ok()).flatten()
    }

    fn thought(&mut self, piece: &Piece<'_>) {
        if piece.thinking.is_empty() {
            return;
        }
        let text = piece.thinking.words();
        self.bytes += text.len();
        if !self.has_room() {
            return;
        }
        let thoughts = &mut self.state.thinking;
        if !self.thought_is_open {
            thoughts.push(Thought::default());
        }
        if let Some(thought) = thoughts.last_mut() {
            thought.text.push_str(&text);
            if let Some(signature) = piece.signature.filled() {
                thought.signature = Some(signature.to_owned());
            }
        }
        self.thought_is_open = piece.closed != Some(true);
    }

    fn extension(&mut self, json: &RawValue) -> Option<Value> {
        self.bytes += json.get().len();
        let value: Value = serde_json::from_str(json.get()).ok()?;
        (value.is_object() && self.has_room()).then_some(value)
    }

    fn has_room(&self) -> bool {
        self.bytes <= MOST_KEPT
    }
}

/// Adds a piece to the block it continues: the one with the same index and type. Blocks stand in the
/// order in which they began.
fn add_detail(details: &mut Vec<Value>, piece: Value) {
    let continued = if piece["index"].is_null() {
        details.last_mut().filter(|known| piece["type"] != ENCRYPTED && continues(&piece, known))
    } else {
        details.iter_mut().rev().find(|known| continues(&piece, known))
    };
    let (Some(known), Value::Object(fields)) = (continued, &piece) else {
        details.push(piece);
        return;
    };
    for (name, value) in fields {
        match (&mut known[name.as_str()], value) {
            (_, Value::Null) => {}
            (Value::String(text), Value::String(more)) if PIECEMEAL.contains(&name.as_str()) => {
                text.push_str(more);
            }
            (known, value) => *known = value.clone(),
        }
    }
}

fn continues(piece: &Value, known: &Value) -> bool {
    let (id, known_id) = (&piece["id"], &known["id"]);
    piece["type"] == known["type"]
        && piece["index"] == known["index"]
        && (id == known_id || id.is_null() || known_id.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(pieces: &[Value]) -> Vec<Value> {
        let mut details = Vec::new();
        for piece in pieces {
            add_detail(&mut details, piece.clone());
        }
        details
    }

    fn kept(deltas: &[Value], uses_tools: bool) -> Option<Value> {
        let mut keeper = Keeper::default();
        for delta in deltas {
            let json = delta.to_string();
            keeper.delta(&serde_json::from_str(&json).unwrap());
        }
        keeper.finish(|_| None, uses_tools).map(|state| serde_json::from_str(&state).unwrap())
    }

    #[test]
    fn pieces_join_the_block_of_their_index_and_type() {
        let text = |text: &str| json!({"type": "reasoning.text", "text": text, "index": 0});
        let sealed = |data: &str| json!({"type": ENCRYPTED, "data": data, "id": "r", "index": 1});
        let signed = json!({"type": "reasoning.text", "signature": "s", "text": null, "id": "t", "index": 0});
        assert_eq!(
            details(&[text("a"), sealed("x"), text("b"), signed, sealed("y")]),
            [
                json!({"type": "reasoning.text", "text": "ab", "signature": "s", "id": "t", "index": 0}),
                json!({"type": ENCRYPTED, "data": "xy", "id": "r", "index": 1}),
            ]
        );
    }

    #[test]
    fn other_types_other_ids_and_whole_blocks_stay_apart() {
        let sealed = |id: &str| json!({"type": ENCRYPTED, "data": "x", "id": id, "index": 0});
        assert_eq!(details(&[sealed("a"), sealed("b")]).len(), 2);
        let summary = json!({"type": "reasoning.summary", "summary": "s", "index": 0});
        assert_eq!(details(&[sealed("a"), summary]).len(), 2);
        let bare = json!({"type": ENCRYPTED, "data": "x"});
        assert_eq!(details(&[bare.clone(), bare]).len(), 2);
        let bare = json!({"type": "reasoning.text", "text": "x"});
        assert_eq!(details(&[bare.clone(), bare])[0]["text"], "xx");
    }

    #[test]
    fn reasoning_content_counts_in_turns_with_tools_even_if_empty() {
        let thought = json!({"reasoning_content": "why"});
        assert_eq!(kept(std::slice::from_ref(&thought), false), None);
        assert_eq!(
            kept(&[thought.clone(), thought], true),
            Some(json!({"reasoning_content": "whywhy"}))
        );
        let empty = json!({"reasoning_content": "", "content": null});
        assert_eq!(kept(&[empty], true), Some(json!({"reasoning_content": ""})));
        let none = json!({"reasoning_content": null, "reasoning": "why", "content": "so"});
        assert_eq!(kept(&[none], true), None);
        let both = json!({
            "reasoning_content": "why",
            "reasoning_details": [7, {"type": "reasoning.text", "text": "why"}],
        });
        let details = json!({"reasoning_details": [{"type": "reasoning.text", "text": "why"}]});
        assert_eq!(kept(&[both], true), Some(details));
    }

    #[test]
    fn thoughts_are_joined_until_they_are_closed() {
        let thinking = |text: &str, closed: bool| {
            let thinking = [json!({"type": "text", "text": text})];
            json!({"content": [{"type": "thinking", "thinking": thinking, "closed": closed}]})
        };
        let said = json!({"content": [{"type": "text", "text": "so"}]});
        let deltas = [thinking("a", false), thinking("b", true), said, thinking("c", true)];
        assert_eq!(
            kept(&deltas, false),
            Some(json!({"thinking": [{"text": "ab"}, {"text": "c"}]}))
        );
    }

    #[test]
    fn googles_extension_counts_where_it_is_signed() {
        let signed = json!({"google": {"thought_signature": "s"}});
        let deltas = [
            json!({"extra_content": {"google": {"thought": true}}}),
            json!({"extra_content": signed}),
            json!({"extra_content": 7}),
        ];
        assert_eq!(kept(&deltas[..1], false), None);
        assert_eq!(kept(&deltas, false), Some(json!({"extra_content": signed})));
    }

    #[test]
    fn a_state_without_measure_is_given_up() {
        let huge = json!({"reasoning_content": "x".repeat(MOST_KEPT / 2 + 1)});
        assert!(kept(std::slice::from_ref(&huge), true).is_some());
        assert_eq!(kept(&[huge.clone(), huge], true), None);
    }

    #[test]
    fn only_a_state_that_can_be_read_is_used() {
        for broken in ["", "{", "[]", r#"{"reasoning_details":7}"#, r#"{"odd":true}"#] {
            assert_eq!(State::read(Some(broken)), State::default(), "{broken}");
        }
        assert_eq!(State::read(None), State::default());
        let read = State::read(Some(r#"{"reasoning_content":""}"#));
        assert_eq!(read.reasoning_content.as_deref(), Some(""));
    }
}
