//! The message a run is writing: run events folded into parts.

use models::{
    part::{Part, ToolCall, ToolCallStatus},
    run_event::RunEvent,
    usage::Usage,
};

/// Parts, as they grow. The one place that says how events become a message.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    parts: Vec<Part>,
    /// Where in `parts` this run's tool calls are, by their index.
    calls: Vec<usize>,
    usage: Usage,
    bytes: usize,
    provider: Option<String>,
    model: Option<String>,
}

/// What an event did to the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing a reader of the message sees.
    None,
    /// The event's text was appended to the text or reasoning part at this place.
    Appended(usize),
    /// The part at this place is new, or changed as a whole.
    Replaced(usize),
}

impl Draft {
    /// A draft that goes on from what an earlier run wrote; empty for a fresh answer.
    #[must_use]
    pub fn new(base: Vec<Part>) -> Self {
        Self { parts: base, ..Self::default() }
    }

    /// Folds one event in and says what it changed.
    pub fn apply(&mut self, event: &RunEvent) -> Change {
        match event {
            RunEvent::TextDelta { text } => self.append_text(text),
            RunEvent::ReasoningDelta { text } => self.append_reasoning(text),
            RunEvent::ToolCallStart { index, id, name } => {
                let place = self.push(Part::ToolCall(ToolCall {
                    id: id.clone(),
                    name: name.clone(),
                    arguments: String::new(),
                    status: ToolCallStatus::Requested,
                    result: None,
                }));
                // Indexes count up from 0; one that skips ahead still lands behind the others.
                let index = (*index as usize).min(self.calls.len());
                self.calls.insert(index, place);
                Change::Replaced(place)
            }
            RunEvent::ToolCallDelta { index, arguments } => self.change_call(*index, |call| {
                call.arguments.push_str(arguments);
                arguments.len()
            }),
            RunEvent::ToolCallUpdate { index, status, result } => {
                self.change_call(*index, |call| {
                    call.status = *status;
                    if let Some(result) = result {
                        call.result = Some(result.clone());
                    }
                    result.as_ref().map_or(0, String::len)
                })
            }
            RunEvent::Sources { sources } => {
                let place = self.push(Part::Sources { sources: sources.clone() });
                Change::Replaced(place)
            }
            RunEvent::Notice { text } => {
                let place = self.push(Part::Notice { text: text.clone() });
                Change::Replaced(place)
            }
            RunEvent::ProviderState { state } => {
                self.bytes += state.json.len();
                let place = self.push(Part::ProviderState(state.clone()));
                Change::Replaced(place)
            }
            RunEvent::Usage { usage } => {
                self.usage = *usage;
                Change::None
            }
            RunEvent::Started { provider, model, .. } => {
                self.provider = Some(provider.clone());
                self.model = Some(model.clone());
                Change::None
            }
            RunEvent::Attempt { .. } | RunEvent::Title { .. } | RunEvent::Finished { .. } => {
                Change::None
            }
        }
    }

    /// The parts so far.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Tokens counted so far.
    #[must_use]
    pub const fn usage(&self) -> Usage {
        self.usage
    }

    /// The display name of the provider that was asked, once one was.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// The identifier of the model that was asked, once one was.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Bytes this run added: text, reasoning, arguments and results.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many tool calls this run asked for.
    #[must_use]
    pub fn tool_calls(&self) -> u32 {
        u32::try_from(self.calls.len()).unwrap_or(u32::MAX)
    }

    /// The events that say of every call still open that nobody executed it.
    #[must_use]
    pub fn close_open_calls(&self) -> Vec<RunEvent> {
        let open = |place: &usize| {
            matches!(
                &self.parts[*place],
                Part::ToolCall(ToolCall {
                    status: ToolCallStatus::Requested | ToolCallStatus::Running,
                    ..
                })
            )
        };
        (0u32..)
            .zip(&self.calls)
            .filter(|(_, place)| open(place))
            .map(|(index, _)| RunEvent::ToolCallUpdate {
                index,
                status: ToolCallStatus::NotExecuted,
                result: None,
            })
            .collect()
    }

    fn append_text(&mut self, delta: &str) -> Change {
        self.bytes += delta.len();
        if let Some(Part::Text { text }) = self.parts.last_mut() {
            text.push_str(delta);
            return Change::Appended(self.parts.len() - 1);
        }
        Change::Replaced(self.push(Part::Text { text: delta.to_owned() }))
    }

    fn append_reasoning(&mut self, delta: &str) -> Change {
        self.bytes += delta.len();
        if let Some(Part::Reasoning { text }) = self.parts.last_mut() {
            text.push_str(delta);
            return Change::Appended(self.parts.len() - 1);
        }
        Change::Replaced(self.push(Part::Reasoning { text: delta.to_owned() }))
    }

    fn change_call(&mut self, index: u32, change: impl FnOnce(&mut ToolCall) -> usize) -> Change {
        let Some(place) = self.calls.get(index as usize).copied() else { return Change::None };
        let Some(Part::ToolCall(call)) = self.parts.get_mut(place) else { return Change::None };
        self.bytes += change(call);
        Change::Replaced(place)
    }

    fn push(&mut self, part: Part) -> usize {
        self.parts.push(part);
        self.parts.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RunEvent {
        RunEvent::TextDelta { text: text.to_owned() }
    }

    #[test]
    fn consecutive_text_is_one_part_and_a_continued_answer_grows_its_last_part() {
        let mut draft = Draft::new(vec![Part::Text { text: "One, ".to_owned() }]);
        assert_eq!(draft.apply(&text("two")), Change::Appended(0));
        let reasoning = RunEvent::ReasoningDelta { text: "hm".to_owned() };
        assert_eq!(draft.apply(&reasoning), Change::Replaced(1));
        assert_eq!(draft.apply(&text("three")), Change::Replaced(2));
        assert_eq!(draft.parts()[0], Part::Text { text: "One, two".to_owned() });
        assert_eq!(draft.bytes(), 10);
    }

    #[test]
    fn interleaved_calls_keep_their_arguments_apart_and_open_ones_are_closed() {
        let mut draft = Draft::default();
        for (index, name) in [(0, "a"), (1, "b")] {
            let name = name.to_owned();
            draft.apply(&RunEvent::ToolCallStart { index, id: name.clone(), name });
        }
        for (index, arguments) in [(0, "{\"x\""), (1, "{}"), (0, ":1}")] {
            draft.apply(&RunEvent::ToolCallDelta { index, arguments: arguments.to_owned() });
        }
        let complete = ToolCallStatus::Complete;
        draft.apply(&RunEvent::ToolCallUpdate { index: 1, status: complete, result: None });
        let Part::ToolCall(first) = &draft.parts()[0] else { panic!("a call") };
        assert_eq!(first.arguments, "{\"x\":1}");
        let closing = draft.close_open_calls();
        assert!(matches!(closing[..], [RunEvent::ToolCallUpdate { index: 0, .. }]), "{closing:?}");
    }

    #[test]
    fn an_unknown_call_changes_nothing() {
        let mut draft = Draft::default();
        let stray = RunEvent::ToolCallDelta { index: 7, arguments: "x".to_owned() };
        assert_eq!(draft.apply(&stray), Change::None);
        assert!(draft.parts().is_empty());
    }
}
