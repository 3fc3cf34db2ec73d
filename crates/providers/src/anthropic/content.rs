//! Turns the conversation into messages of blocks that the protocol's rules allow (protocols §2.1).

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use crate::request::{ChatMessage, Image, RequestedCall};

/// Stands where the protocol wants a person's words and there are none.
const LEFT_OUT: &str = "(What was said before is left out.)";
/// Stands where a tool failed without saying why, which the protocol does not allow.
const NO_REASON: &str = "The tool failed without saying why.";

/// The conversation as the protocol wants it.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    /// All instructions, wherever they stood.
    pub(super) system: Vec<Block<'a>>,
    /// In turns, the user's first.
    pub(super) messages: Vec<Message<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

/// One block of content.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Block<'a> {
    Own(OwnBlock<'a>),
    /// As the server gave it.
    Kept(Box<RawValue>),
}

/// A block that is written here.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum OwnBlock<'a> {
    Text {
        text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Mark>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Mark>,
    },
    ToolUse {
        id: String,
        name: &'a str,
        input: Input<'a>,
    },
    ToolResult {
        tool_use_id: Cow<'a, str>,
        #[serde(skip_serializing_if = "str::is_empty")]
        content: &'a str,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<Mark>,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Source<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    media_type: &'a str,
    data: &'a str,
}

/// A call's arguments, which must be an object.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Input<'a> {
    /// As the model wrote them.
    Written(&'a RawValue),
    Repaired(Value),
}

/// Ends a part of the request that the server shall cache.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Mark {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Mark {
    pub(super) const EPHEMERAL: Self = Self { kind: "ephemeral" };
}

impl<'a> Conversation<'a> {
    pub(super) fn new(messages: &'a [ChatMessage]) -> Self {
        let mut builder = Builder::default();
        for message in messages {
            builder.add(message);
        }
        builder.conversation()
    }

    /// Marks the instructions and the last message of the user for the cache.
    pub(super) fn mark(&mut self) {
        let last_user = self.messages.iter_mut().rev().find(|message| message.role == "user");
        let last_blocks =
            [self.system.last_mut(), last_user.and_then(|message| message.content.last_mut())];
        last_blocks.into_iter().flatten().for_each(Block::mark);
    }
}

impl<'a> Block<'a> {
    fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Own(OwnBlock::Text { text: text.into(), cache_control: None })
    }

    fn mark(&mut self) {
        if let Self::Own(
            OwnBlock::Text { cache_control, .. }
            | OwnBlock::Image { cache_control, .. }
            | OwnBlock::ToolResult { cache_control, .. },
        ) = self
        {
            *cache_control = Some(Mark::EPHEMERAL);
        }
    }

    fn is_result(&self) -> bool {
        matches!(self, Self::Own(OwnBlock::ToolResult { .. }))
    }

    /// The text of a block that is one.
    fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Own(OwnBlock::Text { text, .. }) => Some(Cow::Borrowed(text)),
            Self::Own(_) => None,
            Self::Kept(raw) => {
                let block: Value = serde_json::from_str(raw.get()).ok()?;
                let text = block["text"].as_str().filter(|_| block["type"] == "text")?;
                Some(Cow::Owned(text.to_owned()))
            }
        }
    }
}

#[derive(Default)]
struct Builder<'a> {
    system: Vec<Block<'a>>,
    messages: Vec<Message<'a>>,
    /// The identifiers of calls so far, as they are sent.
    sent_ids: HashSet<String>,
    /// What calls are called here, where the protocol does not allow their own identifiers.
    renamed: HashMap<&'a str, String>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, message: &'a ChatMessage) {
        match message {
            ChatMessage::System(text) if is_blank(text) => {}
            ChatMessage::System(text) => self.system.push(Block::text(text.as_str())),
            ChatMessage::User { text, images } => {
                let pictures = images.iter().map(image);
                let words = (!is_blank(text)).then(|| Block::text(text.as_str()));
                self.push("user", pictures.chain(words).collect());
            }
            ChatMessage::Assistant { text, tool_calls, state } => {
                let blocks = match state.as_deref().and_then(kept) {
                    Some(blocks) => blocks,
                    None => self.turn(text.as_deref(), tool_calls),
                };
                self.push("assistant", blocks);
            }
            ChatMessage::ToolResult { call_id, content, failed, .. } => {
                let id = self.renamed.get(call_id.as_str()).cloned().map(Cow::Owned);
                let content = if *failed && is_blank(content) { NO_REASON } else { content };
                let result = OwnBlock::ToolResult {
                    tool_use_id: id.unwrap_or(Cow::Borrowed(call_id)),
                    content,
                    is_error: *failed,
                    cache_control: None,
                };
                self.push("user", vec![Block::Own(result)]);
            }
        }
    }

    /// A turn of the model, put together from what it said.
    fn turn(&mut self, text: Option<&'a str>, calls: &'a [RequestedCall]) -> Vec<Block<'a>> {
        let mut blocks = Vec::new();
        blocks.extend(text.filter(|text| !is_blank(text)).map(Block::text));
        for call in calls {
            let (id, name) = (self.identifier(&call.id), &call.name);
            let input = input(&call.arguments);
            blocks.push(Block::Own(OwnBlock::ToolUse { id, name, input }));
        }
        blocks
    }

    /// The identifier under which a call is sent: the protocol wants letters, digits, `_` and `-`, and
    /// none twice. Those of other providers may be otherwise.
    fn identifier(&mut self, id: &'a str) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let plain: String = id.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
        let mut sent = plain.clone();
        let mut number = 2;
        while !self.sent_ids.insert(sent.clone()) {
            sent = format!("{plain}_{number}");
            number += 1;
        }
        if sent == id {
            self.renamed.remove(id);
        } else {
            self.renamed.insert(id, sent.clone());
        }
        sent
    }

    fn push(&mut self, role: &'static str, blocks: Vec<Block<'a>>) {
        if blocks.is_empty() {
            return;
        }
        if self.messages.is_empty() && role == "assistant" {
            self.push("user", vec![Block::text(LEFT_OUT)]);
        }
        match self.messages.last_mut() {
            Some(last) if last.role == role => last.content.extend(blocks),
            _ => self.messages.push(Message { role, content: blocks }),
        }
    }

    fn conversation(mut self) -> Conversation<'a> {
        for message in &mut self.messages {
            // The sort keeps the order of what is alike.
            message.content.sort_by_key(|block| !block.is_result());
        }
        if let Some(last) = self.messages.last_mut().filter(|last| last.role == "assistant") {
            trim_end(&mut last.content);
            if last.content.is_empty() {
                self.messages.pop();
            }
        }
        Conversation { system: self.system, messages: self.messages }
    }
}

/// The blocks of a turn as the server gave them, without those it would refuse itself.
fn kept<'a>(state: &str) -> Option<Vec<Block<'a>>> {
    let blocks: Vec<Box<RawValue>> = serde_json::from_str(state).ok()?;
    let blocks = blocks.into_iter().map(Block::Kept);
    let blocks: Vec<_> =
        blocks.filter(|block| !block.as_text().is_some_and(|text| is_blank(&text))).collect();
    (!blocks.is_empty()).then_some(blocks)
}

/// Takes white space off the end of a turn that shall be continued.
fn trim_end(content: &mut Vec<Block<'_>>) {
    let Some(text) = content.last().and_then(Block::as_text) else { return };
    let trimmed = text.trim_end();
    if trimmed.len() < text.len() {
        let trimmed = trimmed.to_owned();
        content.pop();
        if !trimmed.is_empty() {
            content.push(Block::text(trimmed));
        }
    }
}

fn image(image: &Image) -> Block<'_> {
    let source = Source { kind: "base64", media_type: &image.media_type, data: &image.base64 };
    Block::Own(OwnBlock::Image { source, cache_control: None })
}

fn input(arguments: &str) -> Input<'_> {
    let arguments = arguments.trim();
    if arguments.is_empty() {
        return Input::Repaired(json!({}));
    }
    match serde_json::from_str::<&RawValue>(arguments) {
        Ok(object) if arguments.starts_with('{') => Input::Written(object),
        // The model shall see what it wrote, since the result complains about it.
        _ => Input::Repaired(json!({"arguments": arguments})),
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests;
