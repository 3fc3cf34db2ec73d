//! The JSON of one line of an answer, as far as it is used (protocols §4).

use std::borrow::Cow;

use models::usage::{Usage, UsageSource};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::loose::{Count, Text, text_or_json};

/// Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) model: Text<'a>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    pub(super) done: Option<bool>,
    #[serde(borrow)]
    pub(super) done_reason: Text<'a>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    prompt_eval_count: Count,
    eval_count: Count,
}

/// What a line adds. Text of a wrong type is no text that may be missing, so it is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    content: Option<Piece<'a>>,
    #[serde(borrow)]
    thinking: Option<Piece<'a>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<Call<'a>>>,
}

/// A text that is borrowed where JSON has no escapes.
#[derive(Debug, Deserialize)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>);

/// A whole tool call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) function: Function<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Function<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

impl Line<'_> {
    /// Whether the line reports an error, and not that there is none.
    pub(super) fn is_error(&self) -> bool {
        self.error.is_some_and(|error| !matches!(error.get(), r#""""# | "{}" | "false" | "null"))
    }

    /// The counts of the last line. Ollama leaves out what is zero or was cached, so a missing count
    /// is unknown.
    pub(super) fn usage(&self) -> Option<Usage> {
        let (input, output) = (self.prompt_eval_count.0, self.eval_count.0);
        (input.is_some() || output.is_some()).then(|| Usage {
            input,
            output,
            source: Some(UsageSource::Reported),
            ..Usage::default()
        })
    }
}

impl<'a> Message<'a> {
    pub(super) fn content(&self) -> &str {
        self.content.as_ref().map_or("", |piece| &piece.0)
    }

    pub(super) fn thinking(&self) -> &str {
        self.thinking.as_ref().map_or("", |piece| &piece.0)
    }

    pub(super) fn tool_calls(&self) -> &[Call<'a>] {
        self.tool_calls.as_deref().unwrap_or_default()
    }
}

impl Function<'_> {
    /// The arguments as JSON text; none mean an empty object.
    pub(super) fn arguments(&self) -> Cow<'_, str> {
        match text_or_json(self.arguments) {
            text if text.trim().is_empty() => Cow::Borrowed("{}"),
            text => text,
        }
    }
}
