//! The JSON of a Chat Completions answer, as far as it is used (protocols §1.2, §1.3).

use std::{borrow::Cow, fmt};

use models::usage::{Usage, UsageSource};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::loose::{Count, Text, text_or_json};

/// One frame of a stream, or a whole answer. Every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) model: Text<'a>,
    #[serde(borrow)]
    pub(super) choices: Choices<'a>,
    pub(super) usage: Option<UsageCounts>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) x_groq: Option<GroqExtension<'a>>,
    /// `error` on error objects of some servers.
    #[serde(borrow)]
    pub(super) object: Text<'a>,
    /// `error` on error objects of others.
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
}

impl<'a> Chunk<'a> {
    /// The error inside, unless it is one of the ways to say that there is none.
    pub(super) fn failure(&self) -> Option<&'a str> {
        let own = self.error.map(RawValue::get);
        let groq = self.x_groq.as_ref().and_then(|extension| extension.error).map(RawValue::get);
        own.or(groq).filter(|json| !matches!(*json, r#""""# | "{}" | "false" | "null"))
    }

    /// Whether the object as a whole is an error.
    pub(super) fn is_error_object(&self) -> bool {
        !self.choices.present
            && (self.object.filled() == Some("error") || self.kind.filled() == Some("error"))
    }
}

/// Groq's own field, present on its first and last frames.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GroqExtension<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    pub(super) usage: Option<UsageCounts>,
}

/// The first choice; no more than one is ever asked for.
#[derive(Debug, Default)]
pub(super) struct Choices<'a> {
    /// Whether the key was there, even if empty.
    pub(super) present: bool,
    pub(super) first: Option<Choice<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice<'a> {
    index: Count,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    /// Instead of `delta` in a whole answer.
    #[serde(borrow)]
    pub(super) message: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Text<'a>,
}

/// What a frame adds, or all there is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Delta<'a> {
    #[serde(borrow)]
    pub(super) content: Content<'a>,
    #[serde(borrow)]
    pub(super) reasoning_content: Content<'a>,
    #[serde(borrow)]
    reasoning: Content<'a>,
    #[serde(borrow)]
    pub(super) reasoning_details: Details<'a>,
    /// Google's own field.
    #[serde(borrow)]
    pub(super) extra_content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) refusal: Text<'a>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<Fragment<'a>>>,
}

impl<'a> Delta<'a> {
    /// The reasoning, once: servers that send it under several names repeat it.
    pub(super) fn reasoning(&self) -> Option<&Content<'a>> {
        [&self.reasoning_content, &self.reasoning, &self.reasoning_details.content]
            .into_iter()
            .find(|content| !content.is_empty())
    }
}

/// OpenRouter's blocks of reasoning, to be shown and to be kept.
#[derive(Debug, Default)]
pub(super) struct Details<'a> {
    content: Content<'a>,
    /// All of them, to the letter.
    pub(super) raw: Option<&'a RawValue>,
}

/// A text, or Mistral's and OpenRouter's list of typed pieces.
#[derive(Debug, Default)]
pub(super) enum Content<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Pieces(Vec<Piece<'a>>),
}

impl Content<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.is_empty(),
            Self::Pieces(pieces) => pieces.is_empty(),
        }
    }

    /// All of its text.
    pub(super) fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Nothing => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Pieces(pieces) => pieces.iter().filter_map(|piece| piece.text.filled()).collect(),
        }
    }
}

/// One piece of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Piece<'a> {
    /// Of text pieces, and of `reasoning.text`.
    #[serde(borrow)]
    pub(super) text: Text<'a>,
    /// Of `reasoning.summary`.
    #[serde(borrow)]
    pub(super) summary: Text<'a>,
    /// Of `thinking` pieces.
    #[serde(borrow)]
    pub(super) thinking: Content<'a>,
    /// Whether a `thinking` piece is the last of its thought.
    pub(super) closed: Option<bool>,
    /// Of `thinking` pieces.
    #[serde(borrow)]
    pub(super) signature: Text<'a>,
}

/// Part of a tool call, or all of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fragment<'a> {
    pub(super) index: Count,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) function: Option<Function<'a>>,
    /// Google's own field.
    #[serde(borrow)]
    pub(super) extra_content: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Function<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

impl<'a> Function<'a> {
    /// The arguments as text.
    pub(super) fn arguments(&self) -> Cow<'a, str> {
        text_or_json(self.arguments)
    }
}

/// Token counts under the names of several servers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageCounts {
    prompt_tokens: Count,
    completion_tokens: Count,
    prompt_cache_hit_tokens: Count,
    prompt_tokens_details: Option<PromptDetails>,
    completion_tokens_details: Option<CompletionDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CompletionDetails {
    reasoning_tokens: Count,
}

impl UsageCounts {
    /// The counts, unless there are none at all.
    pub(super) fn usage(&self) -> Option<Usage> {
        let cached =
            self.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens.0);
        let reasoning = self.completion_tokens_details.as_ref();
        let (input, output) = (self.prompt_tokens.0, self.completion_tokens.0);
        (input.is_some() || output.is_some()).then(|| Usage {
            input,
            cached: cached.or(self.prompt_cache_hit_tokens.0),
            output,
            reasoning: reasoning.and_then(|details| details.reasoning_tokens.0),
            source: Some(UsageSource::Reported),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Choices<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ChoicesVisitor)
    }
}

struct ChoicesVisitor;

impl<'de> Visitor<'de> for ChoicesVisitor {
    type Value = Choices<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of choices")
    }

    fn visit_unit<E: Error>(self) -> Result<Choices<'de>, E> {
        Ok(Choices { present: true, first: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Choices<'de>, A::Error> {
        let mut first = None;
        while let Some(choice) = items.next_element::<Choice<'de>>()? {
            if first.is_none() && choice.index.0.unwrap_or_default() == 0 {
                first = Some(choice);
            }
        }
        Ok(Choices { present: true, first })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Details<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Option<&'a RawValue> = Deserialize::deserialize(deserializer)?;
        // What cannot be shown may still have to go back.
        let content = raw.and_then(|raw| serde_json::from_str(raw.get()).ok());
        Ok(Self { content: content.unwrap_or_default(), raw })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a list of pieces")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Content<'de>, E> {
        Ok(Content::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Content<'de>, E> {
        Ok(Content::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Content<'de>, E> {
        Ok(Content::Nothing)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Content<'de>, E> {
        Ok(Content::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content<'de>, A::Error> {
        let mut pieces = Vec::new();
        while let Some(piece) = items.next_element()? {
            pieces.push(piece);
        }
        Ok(Content::Pieces(pieces))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Content<'de>, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Content::Nothing)
    }
}
