//! What the text of an answer goes through: reasoning is split off first, written calls second.

use super::{tool_calls::ToolCalls, written_calls::WrittenCalls};
use crate::{
    answer::Events,
    think::{Sink, Think},
};

/// The text of one answer.
#[derive(Debug)]
pub(super) struct Text {
    think: Think,
    /// Looked for only where tools may be called, since otherwise the tags are meant as text.
    written_calls: Option<WrittenCalls>,
}

/// Where the text goes once the reasoning is split off.
struct Said<'a> {
    written_calls: &'a mut Option<WrittenCalls>,
    calls: &'a mut ToolCalls,
    events: &'a mut Events,
}

impl Sink for Said<'_> {
    fn text(&mut self, text: &str) {
        match self.written_calls {
            Some(written) => written.text(text, self.calls, self.events),
            None => self.events.text(text),
        }
    }

    fn reasoning(&mut self, text: &str) {
        self.events.reasoning(text);
    }
}

impl Text {
    /// Of an answer that may call tools, or may not.
    pub(super) fn new(may_call: bool) -> Self {
        let written_calls = may_call.then(WrittenCalls::default);
        Self { think: Think::default(), written_calls }
    }

    /// Takes more content.
    pub(super) fn content(&mut self, text: &str, calls: &mut ToolCalls, events: &mut Events) {
        let (think, mut said) = self.split(calls, events);
        think.content(text, &mut said);
    }

    /// The server tells reasoning apart itself, so marks in the content are meant as text.
    pub(super) fn stop_looking_for_reasoning(
        &mut self,
        calls: &mut ToolCalls,
        events: &mut Events,
    ) {
        let (think, mut said) = self.split(calls, events);
        think.stop_looking(&mut said);
    }

    /// Lets out all that is held: something else follows, or nothing more.
    pub(super) fn flush(&mut self, calls: &mut ToolCalls, events: &mut Events) {
        let (think, mut said) = self.split(calls, events);
        think.flush(&mut said);
        if let Some(written) = &mut self.written_calls {
            written.flush(events);
        }
    }

    /// The text is whole.
    pub(super) fn finish(&mut self, calls: &mut ToolCalls, events: &mut Events) {
        let (think, mut said) = self.split(calls, events);
        think.flush(&mut said);
        if let Some(written) = &mut self.written_calls {
            written.finish(calls, events);
        }
    }

    fn split<'a>(
        &'a mut self,
        calls: &'a mut ToolCalls,
        events: &'a mut Events,
    ) -> (&'a mut Think, Said<'a>) {
        (&mut self.think, Said { written_calls: &mut self.written_calls, calls, events })
    }
}
