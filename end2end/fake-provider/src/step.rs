//! The wire steps a scenario is made of, and how frames are spelt as bytes.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// Lazily made, because some scenarios never end.
pub(crate) type Steps = Box<dyn Iterator<Item = Step> + Send>;

/// One thing that happens on the wire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A `data:` frame holding this JSON; a line of its own where the body is made of lines.
    Frame(Value),
    /// The same with an `event:` line before it.
    Event(&'static str, Value),
    /// The closing `data: [DONE]` frame.
    Done,
    /// Bytes as they are, whatever the framing.
    Bytes(Bytes),
    Wait(Duration),
    /// The connection is closed in the middle of the body.
    Cut,
    /// Nothing more is sent, but the connection stays open.
    Hold,
}

/// The same steps, with this wait before each.
pub(crate) fn paced(
    steps: impl Iterator<Item = Step> + Send + 'static,
    delay: Duration,
) -> impl Iterator<Item = Step> + Send + 'static {
    steps.flat_map(move |step| {
        let wait = (!delay.is_zero()).then_some(Step::Wait(delay));
        wait.into_iter().chain([step])
    })
}

/// How frames become bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    pub(crate) newline: &'static str,
    pub(crate) layout: Layout,
    /// The most bytes of one write; zero means a whole step.
    pub(crate) bytes_per_write: usize,
}

/// How a frame's JSON is laid out on `data:` lines.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    OneLine,
    /// `data:` without the space that usually follows.
    NoSpace,
    /// Indented JSON, each line with a `data:` of its own.
    ManyLines,
    /// No event stream at all: one JSON object a line.
    Bare,
}

impl Default for Framing {
    fn default() -> Self {
        Self { newline: "\n", layout: Layout::OneLine, bytes_per_write: 0 }
    }
}

impl Framing {
    /// What the step sends, if it sends anything.
    pub(crate) fn bytes(&self, step: &Step) -> Option<Bytes> {
        match step {
            Step::Frame(json) => Some(self.frame(json)),
            Step::Event(name, json) => {
                let mut event = format!("event: {name}{}", self.newline).into_bytes();
                event.extend_from_slice(&self.frame(json));
                Some(event.into())
            }
            Step::Done => Some(self.lines("data: ", ["[DONE]"])),
            Step::Bytes(bytes) => Some(bytes.clone()),
            Step::Wait(_) | Step::Cut | Step::Hold => None,
        }
    }

    /// The step as it breaks off `keep` bytes into `needle`.
    pub(crate) fn cut(&self, step: &Step, needle: &str, keep: usize) -> Bytes {
        let bytes = self.bytes(step).unwrap_or_default();
        let found = bytes.windows(needle.len()).position(|window| window == needle.as_bytes());
        bytes.slice(..found.map_or(bytes.len(), |start| start + keep))
    }

    pub(crate) fn frame(&self, json: &Value) -> Bytes {
        match self.layout {
            Layout::OneLine => self.lines("data: ", [json.to_string().as_str()]),
            Layout::NoSpace => self.lines("data:", [json.to_string().as_str()]),
            Layout::Bare => format!("{json}{}", self.newline).into(),
            Layout::ManyLines => self.lines("data: ", format!("{json:#}").lines()),
        }
    }

    fn lines<'a>(&self, prefix: &str, lines: impl IntoIterator<Item = &'a str>) -> Bytes {
        let mut event = String::new();
        for line in lines {
            event.push_str(prefix);
            event.push_str(line);
            event.push_str(self.newline);
        }
        event.push_str(self.newline);
        event.into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spelt(framing: Framing) -> String {
        String::from_utf8(framing.frame(&json!({"a": 1})).to_vec()).unwrap()
    }

    #[test]
    fn frames_are_spelt_in_each_layout() {
        assert_eq!(spelt(Framing::default()), "data: {\"a\":1}\n\n");
        let no_space = Framing { layout: Layout::NoSpace, newline: "\r\n", ..Framing::default() };
        assert_eq!(spelt(no_space), "data:{\"a\":1}\r\n\r\n");
        let bare = Framing { layout: Layout::Bare, ..Framing::default() };
        assert_eq!(spelt(bare), "{\"a\":1}\n");
        let named = Framing::default().bytes(&Step::Event("ping", json!({}))).unwrap();
        assert_eq!(named, "event: ping\ndata: {}\n\n");
        let many_lines = Framing { layout: Layout::ManyLines, ..Framing::default() };
        assert_eq!(spelt(many_lines), "data: {\ndata:   \"a\": 1\ndata: }\n\n");
    }
}
