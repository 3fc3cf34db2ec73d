//! What is known of a model, as badges and as words.

use leptos::prelude::*;
use models::{
    facts::{Fact, ModelFacts, Price},
    model::Model,
};

use super::model_form::{amount, source};
use crate::ui::{
    badge::{Mood, badge_class},
    number::grouped,
};

/// What a model can do, its context and its price; each says on hover who says so.
pub(super) fn badges(model: &Model) -> AnyView {
    let facts = &model.facts;
    let able = [
        ("Vision", facts.vision),
        ("Tools", facts.tools),
        ("Reasoning", facts.reasoning),
        ("Embeddings", facts.embeddings),
    ];
    let able = able.into_iter().filter_map(|(label, fact)| {
        let fact = fact.filter(|fact| fact.value)?;
        Some(badge(label.to_owned(), source(fact.source), Mood::Active))
    });
    let context = facts.context_length.map(|fact| {
        let text = format!("{} tokens", grouped(fact.value.into()));
        badge(text, source(fact.source), Mood::Neutral)
    });
    let price = facts
        .price
        .as_ref()
        .map(|fact| badge(price(&fact.value), source(fact.source), Mood::Neutral));
    let gone = (!model.listed).then(|| {
        badge("No longer listed".to_owned(), "when the server was last asked", Mood::Caution)
    });
    view! {
        <span class="flex flex-wrap gap-1">
            {gone} {able.collect_view()} {context} {price}
        </span>
    }
    .into_any()
}

fn badge(text: String, from: &'static str, mood: Mood) -> AnyView {
    view! {
        <span class=badge_class(mood) title=from>
            {text}
        </span>
    }
    .into_any()
}

/// For a million tokens in and out.
pub(super) fn price(price: &Price) -> String {
    match (price.input, price.output) {
        (0, 0) => "free".to_owned(),
        (input, output) => {
            format!("{} in, {} out {} / M", amount(input), amount(output), price.currency)
        }
    }
}

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
        let able = |fact: &Option<Fact<bool>>| {
            said(fact.as_ref(), |yes| if *yes { "yes".to_owned() } else { "no".to_owned() })
        };
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
