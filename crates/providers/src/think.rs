//! Splits `<think>…</think>` from the beginning of a content that mixes reasoning into the answer.

use crate::answer::Events;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Where the two kinds of content go.
pub(crate) trait Sink {
    /// Takes more of the answer.
    fn text(&mut self, text: &str);

    /// Takes more of the reasoning.
    fn reasoning(&mut self, text: &str);
}

impl Sink for Events {
    fn text(&mut self, text: &str) {
        self.text(text);
    }

    fn reasoning(&mut self, text: &str) {
        self.reasoning(text);
    }
}

/// Where in the content we are. What is held may be part of a mark and goes out when it is not.
#[derive(Debug)]
pub(crate) enum Think {
    /// Only white space, or the beginning of the opening mark.
    Start(String),
    /// Just behind the opening mark, where models put a line break.
    Opened,
    /// Inside; holds the beginning of the closing mark.
    Inside(String),
    /// Just behind the closing mark, where servers put blank lines.
    Behind,
    /// The answer. Marks further on are text.
    Answer,
}

impl Default for Think {
    fn default() -> Self {
        Self::Start(String::new())
    }
}

impl Think {
    /// Takes more content.
    pub(crate) fn content(&mut self, text: &str, sink: &mut impl Sink) {
        match self {
            Self::Answer => sink.text(text),
            Self::Behind => {
                let text = text.trim_start();
                if !text.is_empty() {
                    *self = Self::Answer;
                    sink.text(text);
                }
            }
            Self::Start(held) => {
                held.push_str(text);
                let said = held.trim_start();
                if let Some(inside) = said.strip_prefix(OPEN) {
                    let inside = inside.to_owned();
                    *self = Self::Opened;
                    self.content(&inside, sink);
                } else if !OPEN.starts_with(said) {
                    sink.text(held);
                    *self = Self::Answer;
                }
            }
            Self::Opened => {
                let text = text.trim_start();
                if !text.is_empty() {
                    *self = Self::Inside(String::new());
                    self.content(text, sink);
                }
            }
            Self::Inside(held) => {
                held.push_str(text);
                if let Some((inside, behind)) = held.split_once(CLOSE) {
                    sink.reasoning(inside);
                    let behind = behind.to_owned();
                    *self = Self::Behind;
                    self.content(&behind, sink);
                } else {
                    let certain = held.len() - partial_mark(held);
                    sink.reasoning(&held[..certain]);
                    held.drain(..certain);
                }
            }
        }
    }

    /// Lets out what is held: something else follows, or nothing more.
    pub(crate) fn flush(&mut self, sink: &mut impl Sink) {
        match self {
            Self::Start(held) => sink.text(&std::mem::take(held)),
            Self::Inside(held) => sink.reasoning(&std::mem::take(held)),
            Self::Opened | Self::Behind | Self::Answer => {}
        }
    }

    /// The server tells reasoning apart itself, so marks in the content are meant as text.
    pub(crate) fn stop_looking(&mut self, sink: &mut impl Sink) {
        if matches!(self, Self::Start(_)) {
            self.flush(sink);
            *self = Self::Answer;
        }
    }
}

/// How many bytes at the end of the text may be the beginning of the closing mark.
fn partial_mark(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|length| text.ends_with(&CLOSE[..*length])).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ProviderEvent;

    fn split(pieces: &[&str]) -> (String, String) {
        let (mut think, mut events) = (Think::default(), Events::default());
        for piece in pieces {
            think.content(piece, &mut events);
        }
        think.flush(&mut events);
        let (mut reasoning, mut text) = (String::new(), String::new());
        for event in events.take() {
            match event {
                ProviderEvent::ReasoningDelta(delta) => reasoning.push_str(&delta),
                ProviderEvent::TextDelta(delta) => text.push_str(&delta),
                other => panic!("{other:?}"),
            }
        }
        (reasoning, text)
    }

    fn both(reasoning: &str, text: &str) -> (String, String) {
        (reasoning.to_owned(), text.to_owned())
    }

    #[test]
    fn reasoning_at_the_beginning_is_split_off() {
        assert_eq!(split(&["<think>\nwhy</think>\n\nbecause"]), both("why", "because"));
        assert_eq!(split(&["\n<thi", "nk>w", "hy</", "think", ">", "\n", "so"]), both("why", "so"));
        assert_eq!(split(&["<think></think>x"]), both("", "x"));
    }

    #[test]
    fn unclosed_reasoning_stays_reasoning() {
        assert_eq!(split(&["<think>on and on </thin"]), both("on and on </thin", ""));
    }

    #[test]
    fn marks_elsewhere_and_other_marks_are_text() {
        for text in ["a <think>b</think>", "<thin", "<thinker>", "  ", "</think>x"] {
            assert_eq!(split(&[text]), both("", text));
        }
        assert_eq!(split(&["<think>a</think>b<think>c</think>"]), both("a", "b<think>c</think>"));
    }

    proptest! {
        #[test]
        fn any_splitting_gives_the_same(
            text in "[ \n]{0,2}(<think>)?[<a/é]{0,6}(</think>)?[ \n]{0,2}[<b>]{0,4}",
            size in 1_usize..6,
        ) {
            let characters: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = characters.chunks(size).map(|c| c.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(split(&pieces), split(&[text.as_str()]));
        }
    }
}
