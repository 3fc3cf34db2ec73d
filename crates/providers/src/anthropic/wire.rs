//! The JSON of a message's events, as far as it is used (protocols §2.2, §2.3).

use models::usage::{Usage, UsageSource};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::loose::{Count, Text};

/// The types of events that are part of an answer.
pub(super) const PARTS: [&str; 6] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
];

/// One event of a stream. Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    /// The block it is about.
    pub(super) index: Count,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(super) content_block: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    pub(super) usage: Option<UsageCounts>,
}

/// A message, empty at the start of a stream and whole outside one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) model: Text<'a>,
    #[serde(borrow)]
    pub(super) content: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) stop_reason: Text<'a>,
    #[serde(borrow)]
    pub(super) stop_details: Option<StopDetails<'a>>,
    pub(super) usage: Option<UsageCounts>,
}

/// What an event adds to a block, or to the message.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Delta<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    #[serde(borrow)]
    pub(super) thinking: Text<'a>,
    #[serde(borrow)]
    pub(super) signature: Text<'a>,
    #[serde(borrow)]
    pub(super) partial_json: Text<'a>,
    #[serde(borrow)]
    pub(super) citation: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) stop_reason: Text<'a>,
    #[serde(borrow)]
    pub(super) stop_details: Option<StopDetails<'a>>,
}

/// Why the model refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StopDetails<'a> {
    #[serde(borrow)]
    pub(super) explanation: Text<'a>,
}

/// Token counts; in a stream each one is the whole so far.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageCounts {
    input_tokens: Count,
    cache_creation_input_tokens: Count,
    cache_read_input_tokens: Count,
    output_tokens: Count,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct OutputDetails {
    thinking_tokens: Count,
    reasoning_tokens: Count,
}

impl UsageCounts {
    /// Replaces what later counts know.
    pub(super) fn update(&mut self, later: &Self) {
        for (count, later) in [
            (&mut self.input_tokens, later.input_tokens),
            (&mut self.cache_creation_input_tokens, later.cache_creation_input_tokens),
            (&mut self.cache_read_input_tokens, later.cache_read_input_tokens),
            (&mut self.output_tokens, later.output_tokens),
        ] {
            count.0 = later.0.or(count.0);
        }
        self.output_tokens_details = later.output_tokens_details.or(self.output_tokens_details);
    }

    /// The same without the answer, which has hardly begun when the first counts come.
    pub(super) fn of_prompt(self) -> Self {
        Self { output_tokens: Count(None), output_tokens_details: None, ..self }
    }

    /// The counts, unless there are none at all.
    pub(super) fn usage(&self) -> Option<Usage> {
        let cached = self.cache_read_input_tokens.0;
        let written = self.cache_creation_input_tokens.0;
        // The input leaves out what the cache read and wrote.
        let input = self.input_tokens.0.map(|tokens| {
            tokens.saturating_add(cached.unwrap_or(0)).saturating_add(written.unwrap_or(0))
        });
        let output = self.output_tokens.0;
        let reasoning = self
            .output_tokens_details
            .and_then(|details| details.thinking_tokens.0.or(details.reasoning_tokens.0));
        (input.is_some() || output.is_some()).then_some(Usage {
            input,
            cached,
            output,
            reasoning,
            source: Some(UsageSource::Reported),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(json: &str) -> UsageCounts {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_prompt_is_what_was_read_written_and_neither() {
        let mut usage = counts(
            r#"{"input_tokens":1,"cache_creation_input_tokens":20,"cache_read_input_tokens":300,
                "output_tokens":1}"#,
        )
        .of_prompt();
        assert_eq!(usage.usage().unwrap().output, None);
        usage.update(&counts(
            r#"{"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}"#,
        ));
        let usage = usage.usage().unwrap();
        assert_eq!((usage.input, usage.cached), (Some(321), Some(300)));
        assert_eq!((usage.output, usage.reasoning), (Some(9), Some(4)));
    }

    #[test]
    fn unknown_is_not_zero() {
        assert_eq!(counts("{}").usage(), None);
        assert_eq!(counts(r#"{"input_tokens":-1,"output_tokens":"x"}"#).usage(), None);
        let usage = counts(r#"{"output_tokens":3}"#).usage().unwrap();
        assert_eq!((usage.input, usage.cached, usage.reasoning), (None, None, None));
    }
}
