//! The blocks of one turn: told as events, and kept as they came to be sent back (protocols §2.2).

use models::run::FinishReason;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json, value::RawValue};

use super::wire::Delta;
use crate::{answer::Events, event::ProviderEvent};

/// More blocks than any turn has.
const MOST_BLOCKS: usize = 1_024;
/// The most that is kept of what nobody is shown, in bytes.
const MOST_HIDDEN: usize = 16 << 20;

/// What the server has said so far.
#[derive(Debug, Default)]
pub(super) struct Turn {
    blocks: Vec<Block>,
    calls: u32,
    /// Bytes of signatures, citations, inputs and blocks nobody knows.
    hidden: usize,
}

/// What cannot be made sense of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A part of the answer without what it should hold.
    Unreadable,
    /// A call without a name, or input without a call.
    ConfusedCalls,
}

#[derive(Debug)]
struct Block {
    /// The server's own number.
    wire_index: Option<u64>,
    kind: Kind,
    /// As the server began it.
    start: Map<String, Value>,
    /// The text, or the thought.
    said: String,
    signature: String,
    citations: Vec<Box<RawValue>>,
    /// JSON, once it is whole.
    input: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
    /// With the call's position among all calls.
    Call(u32),
    /// Something that is only kept.
    Other,
}

impl Turn {
    /// Whether the model called no tool.
    pub(super) fn has_calls(&self) -> bool {
        self.calls > 0
    }

    /// Whether there is any text.
    pub(super) fn has_text(&self) -> bool {
        self.blocks.iter().any(|block| block.kind == Kind::Text && !block.said.is_empty())
    }

    /// A block begins; outside a stream it is whole.
    pub(super) fn start(
        &mut self,
        index: Option<u64>,
        raw: &RawValue,
        events: &mut Events,
    ) -> Result<(), Fault> {
        let start: Map<String, Value> =
            serde_json::from_str(raw.get()).map_err(|_| Fault::Unreadable)?;
        let field = |name: &str| start.get(name).and_then(Value::as_str).unwrap_or_default();
        let (kind, said) = match field("type") {
            "text" => (Kind::Text, field("text").to_owned()),
            "thinking" => (Kind::Thinking, field("thinking").to_owned()),
            "tool_use" if field("name").is_empty() => return Err(Fault::ConfusedCalls),
            "tool_use" => (Kind::Call(self.calls), String::new()),
            _ => (Kind::Other, String::new()),
        };
        match kind {
            Kind::Text => events.text(&said),
            Kind::Thinking => events.reasoning(&said),
            Kind::Call(index) => {
                self.calls += 1;
                let id = match field("id") {
                    "" => format!("call_{index}"),
                    id => id.to_owned(),
                };
                let name = field("name").to_owned();
                events.push(ProviderEvent::ToolCallStart { index, id, name });
            }
            Kind::Other => {}
        }
        self.hide(raw.get().len())?;
        let signature = field("signature").to_owned();
        self.push(Block { said, signature, start, ..Block::new(index, kind) })
    }

    /// More of a block.
    pub(super) fn delta(
        &mut self,
        index: Option<u64>,
        delta: &Delta<'_>,
        events: &mut Events,
    ) -> Result<(), Fault> {
        match delta.kind.filled() {
            Some("text_delta") => {
                let text = delta.text.0.as_deref().ok_or(Fault::Unreadable)?;
                self.speaking(index, Kind::Text)?.said.push_str(text);
                events.text(text);
            }
            Some("thinking_delta") => {
                let thought = delta.thinking.0.as_deref().ok_or(Fault::Unreadable)?;
                self.speaking(index, Kind::Thinking)?.said.push_str(thought);
                events.reasoning(thought);
            }
            Some("signature_delta") => {
                let signature = delta.signature.0.as_deref().unwrap_or_default();
                self.hide(signature.len())?;
                if let Some(block) = self.find(index, |kind| kind == Kind::Thinking) {
                    block.signature.push_str(signature);
                }
            }
            Some("input_json_delta") => {
                self.input(
                    index,
                    delta.partial_json.0.as_deref().ok_or(Fault::Unreadable)?,
                    events,
                )?;
            }
            Some("citations_delta") => {
                if let Some(citation) = delta.citation {
                    self.hide(citation.get().len())?;
                    if let Some(block) = self.find(index, |kind| kind == Kind::Text) {
                        block.citations.push(citation.to_owned());
                    }
                }
            }
            Some(_) => {}
            None => return Err(Fault::Unreadable),
        }
        Ok(())
    }

    /// The turn is over: the calls are whole, except one that the token limit has cut.
    pub(super) fn end(&mut self, reason: FinishReason, events: &mut Events) {
        for block in &mut self.blocks {
            let Kind::Call(index) = block.kind else { continue };
            if block.input.is_empty() {
                let given = block.start.get("input").filter(|input| input.is_object());
                block.input = given.map_or_else(|| "{}".to_owned(), Value::to_string);
                let arguments = block.input.clone();
                events.push(ProviderEvent::ToolCallDelta { index, arguments });
            }
            let cut = reason == FinishReason::Length && block.raw_input().is_none();
            if !cut {
                events.push(ProviderEvent::ToolCallEnd { index });
            }
        }
    }

    /// The blocks as JSON, where they hold more than text and calls.
    pub(super) fn state(&mut self, reason: FinishReason) -> Option<String> {
        // A thought that was cut has no signature, and without one it is refused.
        let cut = |block: &Block| block.kind == Kind::Thinking && block.signature.is_empty();
        if reason == FinishReason::Length && self.blocks.last().is_some_and(cut) {
            self.blocks.pop();
        }
        let more = |block: &Block| matches!(block.kind, Kind::Thinking | Kind::Other);
        if !self.blocks.iter().any(more) {
            return None;
        }
        let blocks: Vec<&Block> = self.blocks.iter().filter(|block| !block.is_blank()).collect();
        serde_json::to_string(&blocks).ok()
    }

    fn input(&mut self, index: Option<u64>, piece: &str, events: &mut Events) -> Result<(), Fault> {
        self.hide(piece.len())?;
        let takes_input = |kind| matches!(kind, Kind::Call(_) | Kind::Other);
        let block = self.find(index, takes_input).ok_or(Fault::ConfusedCalls)?;
        block.input.push_str(piece);
        if let (Kind::Call(index), false) = (block.kind, piece.is_empty()) {
            events.push(ProviderEvent::ToolCallDelta { index, arguments: piece.to_owned() });
        }
        Ok(())
    }

    /// The block an event is about; without a number, the last one.
    fn find(&mut self, index: Option<u64>, fits: impl Fn(Kind) -> bool) -> Option<&mut Block> {
        let block = match index {
            Some(_) => self.blocks.iter_mut().rfind(|block| block.wire_index == index),
            None => self.blocks.last_mut(),
        };
        block.filter(|block| fits(block.kind))
    }

    /// The block of this kind an event is about, begun here if the server has not.
    fn speaking(&mut self, index: Option<u64>, kind: Kind) -> Result<&mut Block, Fault> {
        if self.find(index, |found| found == kind).is_none() {
            let mut block = Block::new(index, kind);
            let name = if kind == Kind::Text { "text" } else { "thinking" };
            block.start.insert("type".to_owned(), json!(name));
            self.push(block)?;
        }
        self.blocks.iter_mut().rfind(|block| block.kind == kind).ok_or(Fault::Unreadable)
    }

    fn push(&mut self, block: Block) -> Result<(), Fault> {
        if self.blocks.len() >= MOST_BLOCKS {
            return Err(Fault::Unreadable);
        }
        self.blocks.push(block);
        Ok(())
    }

    fn hide(&mut self, bytes: usize) -> Result<(), Fault> {
        self.hidden += bytes;
        if self.hidden > MOST_HIDDEN { Err(Fault::Unreadable) } else { Ok(()) }
    }
}

impl Block {
    fn new(wire_index: Option<u64>, kind: Kind) -> Self {
        Self {
            wire_index,
            kind,
            start: Map::new(),
            said: String::new(),
            signature: String::new(),
            citations: Vec::new(),
            input: String::new(),
        }
    }

    /// Whether it is a text the server would not take back.
    fn is_blank(&self) -> bool {
        self.kind == Kind::Text && self.said.trim().is_empty()
    }

    /// The input, if it is an object.
    fn raw_input(&self) -> Option<&RawValue> {
        let input = self.input.trim();
        serde_json::from_str(input).ok().filter(|_| input.starts_with('{'))
    }

    /// Whether a field of the start was filled later.
    fn is_replaced(&self, field: &str) -> bool {
        match field {
            "text" => self.kind == Kind::Text,
            "citations" => self.kind == Kind::Text && !self.citations.is_empty(),
            "thinking" | "signature" => self.kind == Kind::Thinking,
            "input" => !self.input.is_empty(),
            _ => false,
        }
    }
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        // Servers send null for what is not there and do not take it back.
        let own =
            self.start.iter().filter(|(name, value)| !self.is_replaced(name) && !value.is_null());
        for (name, value) in own {
            map.serialize_entry(name, value)?;
        }
        match self.kind {
            Kind::Text => {
                map.serialize_entry("text", &self.said)?;
                if !self.citations.is_empty() {
                    map.serialize_entry("citations", &self.citations)?;
                }
            }
            Kind::Thinking => {
                map.serialize_entry("thinking", &self.said)?;
                map.serialize_entry("signature", &self.signature)?;
            }
            Kind::Call(_) | Kind::Other if !self.input.is_empty() => match self.raw_input() {
                Some(input) => map.serialize_entry("input", input)?,
                None => map.serialize_entry("input", &json!({"arguments": self.input}))?,
            },
            Kind::Call(_) | Kind::Other => {}
        }
        map.end()
    }
}
