//! The JSON of an answer, as far as it is used (protocols §3).

use models::usage::{Usage, UsageSource};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::loose::{Count, Text};

/// One frame of a stream, or a whole answer. Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    pub(super) prompt_feedback: Option<PromptFeedback<'a>>,
    pub(super) usage_metadata: Option<UsageCounts>,
    #[serde(borrow)]
    pub(super) model_version: Text<'a>,
    #[serde(borrow)]
    pub(super) response_id: Text<'a>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

impl<'a> Chunk<'a> {
    /// By these fields a frame is known.
    pub(super) const KEYS: &'static [&'static str] =
        &["candidates", "promptFeedback", "usageMetadata"];

    /// Whether this is a part of an answer at all.
    pub(super) fn is_answer(&self) -> bool {
        self.candidates.is_some() || self.prompt_feedback.is_some() || self.usage_metadata.is_some()
    }

    /// The first candidate; no more than one is ever asked for.
    pub(super) fn candidate(&self) -> Option<&Candidate<'a>> {
        let mut candidates = self.candidates.iter().flatten();
        candidates.find(|candidate| candidate.index.0.unwrap_or_default() == 0)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Candidate<'a> {
    index: Count,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Text<'a>,
}

impl<'a> Candidate<'a> {
    /// The new parts, as they stand in the frame.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'a RawValue> {
        self.content.iter().filter_map(|content| content.parts.as_ref()).flatten().copied()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content<'a> {
    #[serde(borrow)]
    parts: Option<Vec<&'a RawValue>>,
}

/// What the answer is made of. Kinds that are not known here have none of the fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Part<'a> {
    /// Read strictly: a text that is none would be a hole in the answer.
    pub(super) text: Option<String>,
    thought: Option<bool>,
    #[serde(borrow)]
    thought_signature: Text<'a>,
    #[serde(borrow)]
    pub(super) function_call: Option<FunctionCall<'a>>,
}

impl<'a> Part<'a> {
    /// Reads one part; nothing if it is broken.
    pub(super) fn read(raw: &'a RawValue) -> Option<Self> {
        raw.get().starts_with('{').then(|| serde_json::from_str(raw.get()).ok())?
    }

    /// Whether it is a thought and no part of the answer.
    pub(super) fn is_thought(&self) -> bool {
        self.thought == Some(true)
    }

    pub(super) fn is_signed(&self) -> bool {
        self.thought_signature.filled().is_some()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FunctionCall<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
}

impl<'a> FunctionCall<'a> {
    /// The arguments, which are an object; nothing if they are something else.
    pub(super) fn arguments(&self) -> Option<&'a str> {
        match self.args.map(RawValue::get) {
            None | Some("null") => Some("{}"),
            Some(arguments) => arguments.starts_with('{').then_some(arguments),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PromptFeedback<'a> {
    #[serde(borrow)]
    pub(super) block_reason: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UsageCounts {
    prompt_token_count: Count,
    cached_content_token_count: Count,
    candidates_token_count: Count,
    thoughts_token_count: Count,
}

impl UsageCounts {
    /// The counts, unless there are none at all. Thoughts are counted beside the answer.
    pub(super) fn usage(&self) -> Option<Usage> {
        let (answer, thoughts) = (self.candidates_token_count.0, self.thoughts_token_count.0);
        let output = match (answer, thoughts) {
            (None, None) => None,
            (answer, thoughts) => {
                Some(answer.unwrap_or_default().saturating_add(thoughts.unwrap_or_default()))
            }
        };
        let input = self.prompt_token_count.0;
        (input.is_some() || output.is_some()).then_some(Usage {
            input,
            cached: self.cached_content_token_count.0,
            output,
            reasoning: thoughts,
            source: Some(UsageSource::Reported),
        })
    }
}
