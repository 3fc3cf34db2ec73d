//! Finds the tool calls that models write into their text, `<tool_call>{"name": …}</tool_call>`, where
//! a server has no parser for them (Hermes' way; protocols §10.4).

use super::{chunk::Function, tool_calls::ToolCalls};
use crate::answer::Events;

const OPEN: &str = "<tool_call>";
const CLOSE: &str = "</tool_call>";
/// The longest call that is waited for, in bytes; what is longer is text.
const LONGEST_CALL: usize = 4 * 1024 * 1024;
/// The most white space behind a call that is held back, in bytes.
const MOST_SPACE: usize = 4 * 1024;

/// Where in the text we are.
#[derive(Debug)]
pub(super) enum WrittenCalls {
    Outside(Outside),
    Inside(Inside),
}

/// In the text.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// How many bytes of the opening tag the text ends with.
    matched: usize,
    /// Whether nothing but white space came since a call.
    behind_call: bool,
    /// That white space; it only counts if text follows.
    space: String,
}

/// Behind an opening tag.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// All that came behind the tag.
    json: String,
    /// How many bytes of the closing tag it ends with.
    matched: usize,
    /// Whether it ends within a JSON string, where the closing tag is part of the arguments.
    in_string: bool,
    /// Whether it ends with a backslash in a string.
    escaped: bool,
    /// Whether it cannot become JSON any more, so that the next closing tag counts wherever it is.
    hopeless: bool,
    /// The white space between the last call and the tag.
    space: String,
}

impl Default for WrittenCalls {
    fn default() -> Self {
        Self::Outside(Outside::default())
    }
}

impl WrittenCalls {
    /// Takes more of the text.
    pub(super) fn text(&mut self, text: &str, calls: &mut ToolCalls, events: &mut Events) {
        let mut rest = text;
        while !rest.is_empty() {
            rest = match self {
                Self::Outside(outside) => {
                    let Some(behind) = outside.take(rest, events) else { return };
                    let space = std::mem::take(&mut outside.space);
                    *self = Self::Inside(Inside { space, ..Inside::default() });
                    behind
                }
                Self::Inside(inside) => {
                    let Some(behind) = inside.take(rest) else {
                        if inside.json.len() > LONGEST_CALL {
                            self.flush(events);
                        }
                        return;
                    };
                    let is_call = inside.call(calls, events);
                    if !is_call {
                        inside.let_out(events);
                        events.text(CLOSE);
                    }
                    *self = Self::Outside(Outside { behind_call: is_call, ..Outside::default() });
                    behind
                }
            };
        }
    }

    /// The text is whole. A last call may lack its closing tag, since some servers take that for the
    /// end of the answer.
    pub(super) fn finish(&mut self, calls: &mut ToolCalls, events: &mut Events) {
        match self {
            Self::Inside(inside) if inside.call(calls, events) => *self = Self::default(),
            _ => self.flush(events),
        }
    }

    /// Lets out what is held: something else follows, or nothing more.
    pub(super) fn flush(&mut self, events: &mut Events) {
        match self {
            Self::Outside(outside) => {
                let matched = std::mem::take(&mut outside.matched);
                outside.say(&OPEN[..matched], events);
            }
            Self::Inside(inside) => {
                inside.let_out(events);
                *self = Self::default();
            }
        }
    }
}

impl Outside {
    /// Lets text out up to an opening tag, and gives back what is behind the tag. The tag's first
    /// character comes only once in it, so a failed match never hides the beginning of another.
    fn take<'a>(&mut self, text: &'a str, events: &mut Events) -> Option<&'a str> {
        let mut rest = text;
        loop {
            if self.matched == 0 {
                let start = rest.find('<').unwrap_or(rest.len());
                self.say(&rest[..start], events);
                rest = rest.get(start + 1..)?;
                self.matched = 1;
            }
            let missing = &OPEN[self.matched..];
            let fits = rest.bytes().zip(missing.bytes()).take_while(|(a, b)| a == b).count();
            self.matched += fits;
            rest = &rest[fits..];
            if self.matched == OPEN.len() {
                return Some(rest);
            }
            if rest.is_empty() {
                return None;
            }
            let matched = std::mem::take(&mut self.matched);
            self.say(&OPEN[..matched], events);
        }
    }

    fn say(&mut self, text: &str, events: &mut Events) {
        if !self.behind_call {
            events.text(text);
            return;
        }
        let said = text.trim_start();
        self.space.push_str(&text[..text.len() - said.len()]);
        if !said.is_empty() || self.space.len() > MOST_SPACE {
            self.behind_call = false;
            events.text(&std::mem::take(&mut self.space));
            events.text(said);
        }
    }
}

impl Inside {
    /// Takes text up to the closing tag, and gives back what is behind it.
    fn take<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        for (at, byte) in text.bytes().enumerate() {
            if CLOSE.as_bytes()[self.matched] == byte && (self.matched > 0 || !self.is_quoted()) {
                self.matched += 1;
                if self.matched == CLOSE.len() {
                    let (within, behind) = text.split_at(at + 1);
                    self.json.push_str(within);
                    self.json.truncate(self.json.len() - CLOSE.len());
                    return Some(behind);
                }
                continue;
            }
            self.matched = 0;
            self.look_at(byte);
        }
        self.json.push_str(text);
        None
    }

    /// Whether the next byte is part of a string.
    fn is_quoted(&self) -> bool {
        self.in_string && !self.hopeless
    }

    fn look_at(&mut self, byte: u8) {
        match byte {
            // A tag that came to nothing, and perhaps the next one.
            b'<' if !self.is_quoted() => self.matched = 1,
            _ if self.hopeless => {}
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            // In a string, JSON allows a line break only in disguise.
            0..=0x1f if self.in_string => self.hopeless = true,
            _ => {}
        }
    }

    /// Emits the call, if there is one.
    fn call(&self, calls: &mut ToolCalls, events: &mut Events) -> bool {
        let json = self.json.trim();
        let function = serde_json::from_str::<Function<'_>>(json).ok();
        function.filter(|_| json.starts_with('{')).is_some_and(|function| {
            let name = function.name.filled();
            name.is_some_and(|name| calls.add_whole(name, &function.arguments(), events))
        })
    }

    fn let_out(&mut self, events: &mut Events) {
        events.text(&self.space);
        events.text(OPEN);
        events.text(&self.json);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ProviderEvent;

    const CALL: &str = r#"<tool_call>{"name":"f","arguments":{"x":1}}</tool_call>"#;

    /// What the pieces give, whether ended in order or cut off.
    fn read(pieces: &[&str], whole: bool) -> Vec<ProviderEvent> {
        let (mut written, mut calls) = (WrittenCalls::default(), ToolCalls::default());
        let mut events = Events::default();
        for piece in pieces {
            written.text(piece, &mut calls, &mut events);
        }
        if whole {
            written.finish(&mut calls, &mut events);
        } else {
            written.flush(&mut events);
        }
        events.take()
    }

    fn shown(events: &[ProviderEvent]) -> String {
        let mut shown = String::new();
        for event in events {
            match event {
                ProviderEvent::TextDelta(text) => shown.push_str(text),
                ProviderEvent::ToolCallStart { name, .. } => shown.push_str(&format!("[{name}")),
                ProviderEvent::ToolCallDelta { arguments, .. } => {
                    shown.push_str(&format!(" {arguments}]"));
                }
                other => panic!("{other:?}"),
            }
        }
        shown
    }

    fn whole(text: &str) -> String {
        shown(&read(&[text], true))
    }

    #[test]
    fn calls_leave_the_text() {
        assert_eq!(whole(CALL), r#"[f {"x":1}]"#);
        assert_eq!(whole(&format!("Let me see.\n{CALL}\n")), "Let me see.\n[f {\"x\":1}]");
        assert_eq!(whole(&format!("{CALL}\n{CALL}")), r#"[f {"x":1}][f {"x":1}]"#);
        assert_eq!(whole(&format!("a{CALL}\n\nb")), "a[f {\"x\":1}]\n\nb");
        let text = r#"<tool_call> {"name":"f","arguments":"{\"x\":1}"} </tool_call>"#;
        assert_eq!(whole(text), r#"[f {"x":1}]"#);
    }

    #[test]
    fn what_is_no_call_stays_as_it_is() {
        for text in [
            "a < b <tool> </tool_call> <tool_cal",
            "<tool_call>{\"name\":\"f\",</tool_call>",
            "<tool_call>{\"name\":\"\"}</tool_call>",
            "<tool_call>[\"f\",{}]</tool_call>",
            "<tool_call>{\"name\":\"f\",\"arguments\":{\"x\":\"a\nb\"}}</tool_call> c",
            "<tool_call>",
            "<tool_call></tool_call>",
        ] {
            assert_eq!(whole(text), text);
        }
        let broken = "<tool_call>{</tool_call>";
        assert_eq!(whole(&format!("{CALL}\n{broken}")), format!("[f {{\"x\":1}}]\n{broken}"));
    }

    #[test]
    fn a_tag_within_the_arguments_is_part_of_them() {
        let arguments = r#"{"x":"\"</tool_call><tool_call>\\"}"#;
        let text = format!(r#"<tool_call>{{"name":"f","arguments":{arguments}}}</tool_call>."#);
        assert_eq!(whole(&text), format!("[f {arguments}]."));
    }

    #[test]
    fn without_a_closing_tag_the_end_decides() {
        let open = CALL.strip_suffix(CLOSE).unwrap();
        assert_eq!(whole(open), r#"[f {"x":1}]"#);
        assert_eq!(shown(&read(&[open], false)), open);
        assert_eq!(whole("a <tool_call>{\"na"), "a <tool_call>{\"na");
    }

    #[test]
    fn text_is_held_no_longer_than_it_may_be_a_tag() {
        let (mut written, mut calls) = (WrittenCalls::default(), ToolCalls::default());
        let mut said = |text: &str| {
            let mut events = Events::default();
            written.text(text, &mut calls, &mut events);
            shown(&events.take())
        };
        assert_eq!(said("a < b"), "a < b");
        assert_eq!(said("a <tool"), "a ");
        assert_eq!(said("s<"), "<tools");
        assert_eq!(said("<"), "<");
        assert_eq!(said("tool_call>{"), "");
        assert_eq!(said("</tool_call>b"), "<tool_call>{</tool_call>b");
    }

    #[test]
    fn more_calls_than_any_answer_has_are_text() {
        let text = CALL.repeat(200);
        let shown = whole(&text);
        assert!(shown.starts_with("[f") && shown.ends_with(CALL), "{shown}");
    }

    proptest! {
        #[test]
        fn any_splitting_gives_the_same(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "<tool_call>", "</tool_call>", r#"{"name":"f","arguments":{"x":"</tool_call>"}}"#,
                    CALL, "<", "</", "tool_call>", "\"", "\\", "{", "}", " ", "\n", "é", "text",
                ]),
                0..10,
            ),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
            ends in any::<bool>(),
        ) {
            let text = parts.concat();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.retain(|cut| text.is_char_boundary(*cut));
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&str> = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect();
            prop_assert_eq!(read(&pieces, ends), read(&[&text], ends));
        }

        #[test]
        fn text_without_an_opening_tag_is_untouched(text in "[<tol_ca>/{}\"é ]{0,30}") {
            prop_assume!(!text.contains(OPEN));
            prop_assert_eq!(whole(&text), text);
        }
    }
}
