//! Keeps track of the output items of an answer: which are there, and what of them was shown.

use serde_json::value::RawValue;

use super::wire::{Event, OutputItem};
use crate::{
    answer::Events,
    openai_chat::tool_calls::{Confused, Piece, ToolCalls},
};

/// More items than any answer has; a server that sends more has lost its way.
const MOST_ITEMS: usize = 1_024;
/// Between two messages of one answer, and between two thoughts.
const BREAK: &str = "\n\n";

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Reasoning,
    Call,
    /// Hosted tools and whatever else there may be. Never shown.
    Other,
}

impl Kind {
    /// The kind of an item by its `type`.
    pub(super) fn of(item: &OutputItem<'_>) -> Self {
        match item.kind.filled() {
            Some("message") => Self::Message,
            Some("reasoning") => Self::Reasoning,
            Some("function_call") => Self::Call,
            _ => Self::Other,
        }
    }
}

/// Which of an item's texts: a thought may have a summary and be told in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Answer,
    Summary,
    Thought,
}

/// The items of one answer, in the order in which they began.
#[derive(Debug, Default)]
pub(super) struct Items {
    items: Vec<Item>,
    calls: ToolCalls,
    /// The item and part whose text was shown last, and likewise for thoughts.
    last_text: Option<usize>,
    last_thought: Option<(usize, u64)>,
}

#[derive(Debug)]
struct Item {
    kind: Kind,
    id: Option<String>,
    output_index: Option<u64>,
    /// How much of each part was shown, in bytes.
    shown: Vec<(u64, usize)>,
    /// The texts that are shown, where there are several sorts; the first that came.
    sort: Option<Sort>,
    /// As the server gave it when it was done.
    done: Option<String>,
    /// Whether it holds something only the server can read.
    is_sealed: bool,
}

impl Items {
    /// Whether an item of this kind came.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.items.iter().any(|item| item.kind == kind)
    }

    /// Whether the model called a tool.
    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// The item that an event is about. It begins here if the server never announced it, as some do.
    pub(super) fn of_event(&mut self, event: &Event<'_>, kind: Kind) -> Result<usize, Confused> {
        self.place(kind, event.item_id.filled(), event.output_index.0)
    }

    /// The item that is done.
    pub(super) fn of_item(
        &mut self,
        item: &OutputItem<'_>,
        output_index: Option<u64>,
    ) -> Result<usize, Confused> {
        self.place(Kind::of(item), item.id.filled(), output_index)
    }

    /// The item that is announced, which is a new one unless deltas came before.
    pub(super) fn announced(
        &mut self,
        item: &OutputItem<'_>,
        output_index: Option<u64>,
    ) -> Result<usize, Confused> {
        let (kind, id) = (Kind::of(item), item.id.filled());
        match id.and_then(|_| self.find(kind, id, None)) {
            Some(position) => Ok(position),
            None => self.begin(kind, id, output_index),
        }
    }

    fn place(
        &mut self,
        kind: Kind,
        id: Option<&str>,
        output_index: Option<u64>,
    ) -> Result<usize, Confused> {
        match self.find(kind, id, output_index) {
            Some(position) => Ok(position),
            None => self.begin(kind, id, output_index),
        }
    }

    fn begin(
        &mut self,
        kind: Kind,
        id: Option<&str>,
        output_index: Option<u64>,
    ) -> Result<usize, Confused> {
        if self.items.len() == MOST_ITEMS {
            return Err(Confused);
        }
        self.items.push(Item {
            kind,
            id: id.map(str::to_owned),
            output_index,
            shown: Vec::new(),
            sort: None,
            done: None,
            is_sealed: false,
        });
        Ok(self.items.len() - 1)
    }

    /// By the identifier, by the index where a proxy makes up identifiers for each event, and by the
    /// kind alone where a server gives neither.
    fn find(&self, kind: Kind, id: Option<&str>, output_index: Option<u64>) -> Option<usize> {
        let same = |item: &Item| item.kind == kind;
        let by_id = || self.items.iter().rposition(|item| same(item) && item.id.as_deref() == id);
        let by_index =
            || self.items.iter().rposition(|item| same(item) && item.output_index == output_index);
        let open = || self.items.iter().rposition(|item| same(item) && item.done.is_none());
        match (id, output_index) {
            (Some(_), Some(_)) => by_id().or_else(by_index),
            (Some(_), None) => by_id(),
            (None, Some(_)) => by_index(),
            (None, None) => open(),
        }
    }

    /// Shows more of a text or a thought.
    pub(super) fn delta(
        &mut self,
        position: usize,
        sort: Sort,
        part: u64,
        text: &str,
        events: &mut Events,
    ) {
        let item = &mut self.items[position];
        if text.is_empty() || *item.sort.get_or_insert(sort) != sort {
            return;
        }
        item.count(part, text.len());
        if sort == Sort::Answer {
            if self.last_text.is_some_and(|last| last != position) {
                events.text(BREAK);
            }
            self.last_text = Some(position);
            events.text(text);
        } else {
            if self.last_thought.is_some_and(|last| last != (position, part)) {
                events.reasoning(BREAK);
            }
            self.last_thought = Some((position, part));
            events.reasoning(text);
        }
    }

    /// Shows what is still missing of a text that is whole now.
    pub(super) fn whole(
        &mut self,
        position: usize,
        sort: Sort,
        part: u64,
        text: &str,
        events: &mut Events,
    ) {
        let rest = self.items[position].rest(part, text);
        self.delta(position, sort, part, rest, events);
    }

    /// More of a call's arguments.
    pub(super) fn arguments(
        &mut self,
        position: usize,
        more: &str,
        events: &mut Events,
    ) -> Result<(), Confused> {
        self.items[position].count(0, more.len());
        let piece = Piece { index: wire_index(position), arguments: more, ..Piece::default() };
        self.calls.piece(&piece, events).map(drop)
    }

    /// The whole of a call's arguments.
    pub(super) fn whole_arguments(
        &mut self,
        position: usize,
        arguments: &str,
        events: &mut Events,
    ) -> Result<(), Confused> {
        let rest = self.items[position].rest(0, arguments);
        self.arguments(position, rest, events)
    }

    /// Which call and which tool. The arguments are left to their own events and to the end, since
    /// servers that repeat them here would have them twice.
    pub(super) fn call(
        &mut self,
        position: usize,
        item: &OutputItem<'_>,
        events: &mut Events,
    ) -> Result<(), Confused> {
        let piece = Piece {
            index: wire_index(position),
            id: item.call_id.filled(),
            name: item.name.filled(),
            arguments: "",
        };
        self.calls.piece(&piece, events).map(drop)
    }

    /// Keeps an item as it was given when it was done.
    pub(super) fn done(&mut self, position: usize, item: &OutputItem<'_>, json: &RawValue) {
        let kept = &mut self.items[position];
        kept.is_sealed = item.encrypted_content.filled().is_some();
        kept.done = Some(json.get().to_owned());
    }

    /// All calls are whole.
    pub(super) fn end_calls(&mut self, events: &mut Events) -> Result<(), Confused> {
        self.calls.end(events)
    }

    /// The whole turn as the server gave it, if something of it can be sent back in no other way.
    /// Reasoning that led to nothing is left out, since servers refuse it without what follows.
    pub(super) fn state(&self) -> Option<String> {
        let last = self.items.iter().rposition(|item| item.kind != Kind::Reasoning)?;
        let turn = &self.items[..=last];
        if !turn.iter().any(|item| item.is_sealed) {
            return None;
        }
        // A turn with a hole in it would be worse than one that is rebuilt.
        let items: Option<Vec<&str>> = turn.iter().map(|item| item.done.as_deref()).collect();
        Some(format!("[{}]", items?.join(",")))
    }
}

impl Item {
    fn count(&mut self, part: u64, more: usize) {
        match self.shown.iter_mut().find(|(known, _)| *known == part) {
            Some((_, length)) => *length += more,
            None => self.shown.push((part, more)),
        }
    }

    /// What was not shown yet of a part's whole text.
    fn rest<'a>(&self, part: u64, whole: &'a str) -> &'a str {
        let shown = self.shown.iter().find(|(known, _)| *known == part);
        whole.get(shown.map_or(0, |(_, length)| *length)..).unwrap_or_default()
    }
}

/// The position among the items serves as the number of a call.
fn wire_index(position: usize) -> Option<u64> {
    u64::try_from(position).ok()
}
