//! What is known of a model, as badges and as words.

use leptos::prelude::*;
use models::{
    facts::{FactSource, Price},
    model::Model,
};

use crate::ui::{
    badge::{Mood, badge_class},
    number::grouped,
};

/// Millionths in a unit of a currency.
pub(crate) const MILLIONTHS: i64 = 1_000_000;

/// What a model can do, its context and its price; each says on hover who says so.
pub(crate) fn badges(model: &Model) -> AnyView {
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
pub(crate) fn price(price: &Price) -> String {
    match (price.input, price.output) {
        (0, 0) => "free".to_owned(),
        (input, output) => {
            format!("{} in, {} out {} / M", amount(input), amount(output), price.currency)
        }
    }
}

/// Millionths as an amount with as few decimals as it needs.
pub(crate) fn amount(millionths: i64) -> String {
    let whole = millionths / MILLIONTHS;
    let part = format!("{:06}", millionths % MILLIONTHS);
    match part.trim_end_matches('0') {
        "" => whole.to_string(),
        part => format!("{whole}.{part}"),
    }
}

/// Who says a fact.
pub(crate) const fn source(source: FactSource) -> &'static str {
    match source {
        FactSource::Reported => "the server says",
        FactSource::Table => "from the bundled table",
        FactSource::Guessed => "a guess",
        FactSource::User => "you say",
    }
}

#[cfg(test)]
pub(crate) mod sample {
    //! Models for tests.

    use models::{
        facts::ModelFacts, model::Model, parameters::Parameters, provider::ProviderKind,
        timestamp::Timestamp,
    };

    pub(crate) const IDS: [&str; 4] = [
        "01890a5d-ac96-774b-bcce-b302099a8051",
        "01890a5d-ac96-774b-bcce-b302099a8052",
        "01890a5d-ac96-774b-bcce-b302099a8053",
        "01890a5d-ac96-774b-bcce-b302099a8054",
    ];

    /// A model of the provider `Local`.
    pub(crate) fn model(index: usize, name: &str) -> Model {
        Model {
            id: IDS[index].parse().expect("an identifier"),
            provider_id: IDS[0].parse().expect("an identifier"),
            provider: "Local".to_owned(),
            kind: ProviderKind::OpenaiChat,
            name: name.to_owned(),
            display_name: None,
            facts: ModelFacts::default(),
            parameters: Parameters::default(),
            enabled: true,
            favourite: false,
            listed: true,
            last_used_at: None,
            seen_at: Timestamp(0),
            is_default: false,
        }
    }
}
