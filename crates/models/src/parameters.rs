//! Optional settings of a generation.

use serde::{Deserialize, Serialize};

use crate::provider::ProviderKind;

/// Optional settings of a generation. An absent one is not sent at all, since many servers refuse
/// fields they do not know, and an adapter leaves out what its protocol has no word for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// From 1: how many of the likeliest tokens are considered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Most tokens the answer may have; reasoning counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Up to four texts that end the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Vec<String>>,
    /// For repeatable sampling, where the server can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// A word the model knows, such as `low` or `high`; `none` turns reasoning off where that can be
    /// done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// −2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f64>,
    /// −2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f64>,
    /// The form the whole answer must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// How long the server keeps the model loaded: a duration such as `5m`, seconds, 0 or -1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<String>,
    /// Tokens of context the server shall provide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u32>,
}

/// JSON, the only way in, has no word for what is not a number.
impl Eq for Parameters {}

impl Parameters {
    /// These settings, with those of `other` where these say nothing.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            temperature: self.temperature.or(other.temperature),
            top_p: self.top_p.or(other.top_p),
            top_k: self.top_k.or(other.top_k),
            max_tokens: self.max_tokens.or(other.max_tokens),
            stop: self.stop.or(other.stop),
            seed: self.seed.or(other.seed),
            reasoning_effort: self.reasoning_effort.or(other.reasoning_effort),
            presence_penalty: self.presence_penalty.or(other.presence_penalty),
            frequency_penalty: self.frequency_penalty.or(other.frequency_penalty),
            response_format: self.response_format.or(other.response_format),
            keep_alive: self.keep_alive.or(other.keep_alive),
            context_length: self.context_length.or(other.context_length),
        }
    }
}

/// The form an answer must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ResponseFormat {
    /// Any JSON object.
    Json,
    /// JSON that follows a schema.
    JsonSchema {
        /// JSON Schema, as JSON text; an object at the top.
        schema: String,
    },
}

/// One of the [`Parameters`], to say which a protocol has a word for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// [`Parameters::temperature`].
    Temperature,
    /// [`Parameters::top_p`].
    TopP,
    /// [`Parameters::top_k`].
    TopK,
    /// [`Parameters::max_tokens`].
    MaxTokens,
    /// [`Parameters::stop`].
    Stop,
    /// [`Parameters::seed`].
    Seed,
    /// [`Parameters::reasoning_effort`].
    ReasoningEffort,
    /// [`Parameters::presence_penalty`].
    PresencePenalty,
    /// [`Parameters::frequency_penalty`].
    FrequencyPenalty,
    /// [`Parameters::response_format`].
    ResponseFormat,
    /// [`Parameters::keep_alive`].
    KeepAlive,
    /// [`Parameters::context_length`].
    ContextLength,
}

impl ProviderKind {
    /// The parameters a protocol has a word for, in the order they are offered.
    #[must_use]
    pub const fn parameters(self) -> &'static [Parameter] {
        use Parameter as P;
        match self {
            Self::OpenaiChat => &[
                P::Temperature,
                P::TopP,
                P::MaxTokens,
                P::ReasoningEffort,
                P::Stop,
                P::Seed,
                P::PresencePenalty,
                P::FrequencyPenalty,
                P::ResponseFormat,
            ],
            Self::OpenaiResponses => {
                &[P::Temperature, P::TopP, P::MaxTokens, P::ReasoningEffort, P::ResponseFormat]
            }
            Self::Anthropic => &[
                P::Temperature,
                P::TopP,
                P::TopK,
                P::MaxTokens,
                P::ReasoningEffort,
                P::Stop,
                P::ResponseFormat,
            ],
            Self::Gemini => &[
                P::Temperature,
                P::TopP,
                P::TopK,
                P::MaxTokens,
                P::ReasoningEffort,
                P::Stop,
                P::Seed,
                P::PresencePenalty,
                P::FrequencyPenalty,
                P::ResponseFormat,
            ],
            Self::Ollama => &[
                P::Temperature,
                P::TopP,
                P::TopK,
                P::MaxTokens,
                P::ContextLength,
                P::ReasoningEffort,
                P::Stop,
                P::Seed,
                P::PresencePenalty,
                P::FrequencyPenalty,
                P::KeepAlive,
                P::ResponseFormat,
            ],
            Self::Guide => &[],
        }
    }
}
