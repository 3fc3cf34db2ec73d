//! What is known of a model, as the hints of the form that overrides it.

use models::facts::{Fact, ModelFacts};

use crate::{
    models_shown::{price, source, yes_or_no},
    ui::number::grouped,
};

/// What the server, the table or a guess says, as the hint of the field that overrides it.
pub(super) fn said<T>(fact: Option<&Fact<T>>, show: impl Fn(&T) -> String) -> String {
    match fact {
        None => "Unknown.".to_owned(),
        Some(fact) => format!("Now {} ({}).", show(&fact.value), source(fact.source)),
    }
}

/// The hints of a form's fields, by fact.
pub(super) struct Hints {
    pub context_length: String,
    pub max_output: String,
    pub vision: String,
    pub tools: String,
    pub reasoning: String,
    pub embeddings: String,
    pub price: String,
}

impl Hints {
    /// What is known now.
    pub(super) fn of(facts: &ModelFacts) -> Self {
        let count = |fact: &Option<Fact<u32>>| {
            said(fact.as_ref(), |tokens| format!("{} tokens", grouped(u64::from(*tokens))))
        };
        let able = |fact: &Option<Fact<bool>>| said(fact.as_ref(), yes_or_no);
        Self {
            context_length: count(&facts.context_length),
            max_output: count(&facts.max_output),
            vision: able(&facts.vision),
            tools: able(&facts.tools),
            reasoning: able(&facts.reasoning),
            embeddings: able(&facts.embeddings),
            price: said(facts.price.as_ref(), price),
        }
    }
}
