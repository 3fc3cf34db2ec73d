//! The JSON of a Responses answer, as far as it is used (protocols §1.6).

use std::borrow::Cow;

use models::usage::{Usage, UsageSource};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::loose::{Count, Text};

/// One event of a stream. Every field may be missing, and none that an unknown event has can make it
/// unreadable.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) item_id: Text<'a>,
    pub(super) output_index: Count,
    content_index: Count,
    summary_index: Count,
    #[serde(borrow)]
    pub(super) delta: Option<&'a RawValue>,
    /// Of the `done` of a text.
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    /// Of the `done` of a refusal.
    #[serde(borrow)]
    pub(super) refusal: Text<'a>,
    /// Of the `done` of a call's arguments.
    #[serde(borrow)]
    pub(super) arguments: Text<'a>,
    #[serde(borrow)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) response: Option<&'a RawValue>,
}

impl Event<'_> {
    /// The part of the item that it is about.
    pub(super) fn part(&self) -> u64 {
        self.content_index.0.or(self.summary_index.0).unwrap_or_default()
    }
}

/// A text that must be one: the deltas of an answer cannot be skipped.
#[derive(Debug, Deserialize)]
pub(super) struct Exact<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The response as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Response<'a> {
    #[serde(borrow)]
    pub(super) status: Text<'a>,
    #[serde(borrow)]
    pub(super) model: Text<'a>,
    #[serde(borrow)]
    pub(super) output: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) incomplete_details: Option<IncompleteDetails<'a>>,
    usage: Option<UsageCounts>,
}

impl Response<'_> {
    /// The token counts, unless there are none at all.
    pub(super) fn usage(&self) -> Option<Usage> {
        let counts = self.usage.as_ref()?;
        let (input, output) = (counts.input_tokens.0, counts.output_tokens.0);
        (input.is_some() || output.is_some()).then(|| Usage {
            input,
            cached: counts
                .input_tokens_details
                .as_ref()
                .and_then(|details| details.cached_tokens.0),
            output,
            reasoning: counts
                .output_tokens_details
                .as_ref()
                .and_then(|details| details.reasoning_tokens.0),
            source: Some(UsageSource::Reported),
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IncompleteDetails<'a> {
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UsageCounts {
    input_tokens: Count,
    output_tokens: Count,
    input_tokens_details: Option<InputDetails>,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InputDetails {
    cached_tokens: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OutputDetails {
    reasoning_tokens: Count,
}

/// One thing the model made, of any kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OutputItem<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    /// Of calls. Their results refer to this, and not to `id`.
    #[serde(borrow)]
    pub(super) call_id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) arguments: Text<'a>,
    /// Of reasoning and of compacted history: what only the server can read.
    #[serde(borrow)]
    pub(super) encrypted_content: Text<'a>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    summary: Option<&'a RawValue>,
}

impl<'a> OutputItem<'a> {
    /// The parts of a message or of open reasoning.
    pub(super) fn content(&self) -> Option<Vec<Part<'a>>> {
        parts(self.content)
    }

    /// The parts of summed-up reasoning.
    pub(super) fn summary(&self) -> Option<Vec<Part<'a>>> {
        parts(self.summary)
    }
}

/// A part of an item.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part<'a> {
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    #[serde(borrow)]
    pub(super) refusal: Text<'a>,
}

/// The parts; nothing where they cannot be read. None at all is a list without parts.
fn parts(json: Option<&RawValue>) -> Option<Vec<Part<'_>>> {
    match json.map(RawValue::get) {
        None | Some("null") => Some(Vec::new()),
        Some(json) => serde_json::from_str(json).ok(),
    }
}
