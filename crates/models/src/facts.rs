//! What is known of a model, and from whom.

use serde::{Deserialize, Serialize};

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// The server.
    Reported,
    /// The table of well-known models that comes with Chat Studio.
    Table,
    /// The model's name, or the kind of its server.
    Guessed,
    /// The owner, who is always right.
    User,
}

/// A value and who vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Fact<T> {
    /// What is said.
    pub value: T,
    /// Who says it.
    pub source: FactSource,
}

impl<T> Fact<T> {
    /// As the server says.
    pub const fn reported(value: T) -> Self {
        Self { value, source: FactSource::Reported }
    }

    /// As the bundled table says.
    pub const fn table(value: T) -> Self {
        Self { value, source: FactSource::Table }
    }

    /// As a name suggests.
    pub const fn guessed(value: T) -> Self {
        Self { value, source: FactSource::Guessed }
    }

    /// As the owner says.
    pub const fn user(value: T) -> Self {
        Self { value, source: FactSource::User }
    }
}

/// What a provider takes for a million tokens, in millionths of the currency's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Price {
    /// For a million tokens of the request.
    pub input: i64,
    /// For a million tokens of the answer.
    pub output: i64,
    /// For a million tokens of the request that were cached, where that is cheaper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached: Option<i64>,
    /// ISO 4217, such as `USD`.
    pub currency: String,
    /// The day it was valid, as `YYYY-MM-DD`; absent when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Everything known of a model. What is absent is unknown, which is not “no” and not zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ModelFacts {
    /// Tokens of the context, in force if the server tells that, else the most it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_length: Option<Fact<u32>>,
    /// The most tokens of one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output: Option<Fact<u32>>,
    /// Whether it sees images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vision: Option<Fact<bool>>,
    /// Whether it calls tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Fact<bool>>,
    /// Whether it reasons before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Fact<bool>>,
    /// Whether it makes embeddings, and no conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embeddings: Option<Fact<bool>>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Fact<Price>>,
}

impl ModelFacts {
    /// These facts, with those of `other` where these know nothing.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            context_length: self.context_length.or(other.context_length),
            max_output: self.max_output.or(other.max_output),
            vision: self.vision.or(other.vision),
            tools: self.tools.or(other.tools),
            reasoning: self.reasoning.or(other.reasoning),
            embeddings: self.embeddings.or(other.embeddings),
            price: self.price.or_else(|| other.price.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_wins_fact_by_fact() {
        let user = ModelFacts { vision: Some(Fact::user(false)), ..ModelFacts::default() };
        let reported = ModelFacts {
            vision: Some(Fact::reported(true)),
            context_length: Some(Fact::reported(8_192)),
            ..ModelFacts::default()
        };
        let known = user.or(&reported);
        assert_eq!(known.vision, Some(Fact::user(false)));
        assert_eq!(known.context_length, Some(Fact::reported(8_192)));
        assert_eq!(known.tools, None);
    }
}
