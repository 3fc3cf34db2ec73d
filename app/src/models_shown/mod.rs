//! What is known of a model, as badges and as words.

use leptos::prelude::*;
use models::{
    facts::{Fact, FactSource, ModelFacts, Price},
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
    let gone = (!model.listed).then(|| {
        badge("No longer listed".to_owned(), "when the server was last asked", Mood::Caution)
    });
    view! { <span class=BADGES>{gone} {known(&model.facts)}</span> }.into_any()
}

/// What is known of a model that is not saved yet.
pub(crate) fn fact_badges(facts: &ModelFacts) -> AnyView {
    view! { <span class=BADGES>{known(facts)}</span> }.into_any()
}

/// What is known otherwise than before, fact by fact.
pub(crate) fn differences(before: &ModelFacts, now: &ModelFacts) -> Vec<String> {
    let able = abilities(before).into_iter().zip(abilities(now)).filter_map(
        |((label, before), (_, now))| difference(label, before.as_ref(), now.as_ref(), yes_or_no),
    );
    let tokens = |tokens: &u32| format!("{} tokens", grouped(u64::from(*tokens)));
    let counted = [
        difference("Context", before.context_length.as_ref(), now.context_length.as_ref(), tokens),
        difference("Longest answer", before.max_output.as_ref(), now.max_output.as_ref(), tokens),
        difference("Price", before.price.as_ref(), now.price.as_ref(), price),
    ];
    able.chain(counted.into_iter().flatten()).collect()
}

/// A fact of which another value or another source is known now.
fn difference<T: PartialEq>(
    label: &str,
    before: Option<&Fact<T>>,
    now: Option<&Fact<T>>,
    show: impl Fn(&T) -> String,
) -> Option<String> {
    if before == now {
        return None;
    }
    let value =
        |fact: Option<&Fact<T>>| fact.map_or("unknown".to_owned(), |fact| show(&fact.value));
    let (old, new) = (value(before), value(now));
    match now {
        Some(fact) if old == new => Some(format!("{label}: {new}, {}", source(fact.source))),
        _ => Some(format!("{label}: {old} → {new}")),
    }
}

/// A fact that holds or not, as a word.
pub(crate) fn yes_or_no(holds: &bool) -> String {
    if *holds { "yes".to_owned() } else { "no".to_owned() }
}

const BADGES: &str = "flex flex-wrap gap-1";

fn abilities(facts: &ModelFacts) -> [(&'static str, Option<Fact<bool>>); 4] {
    [
        ("Vision", facts.vision),
        ("Tools", facts.tools),
        ("Reasoning", facts.reasoning),
        ("Embeddings", facts.embeddings),
    ]
}

fn known(facts: &ModelFacts) -> AnyView {
    let able = abilities(facts).into_iter().filter_map(|(label, fact)| {
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
    view! {
        {able.collect_view()}
        {context}
        {price}
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
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_otherwise_is_told() {
        let before = ModelFacts {
            context_length: Some(Fact::reported(8_192)),
            vision: Some(Fact::reported(false)),
            tools: Some(Fact::reported(true)),
            reasoning: Some(Fact::guessed(true)),
            ..ModelFacts::default()
        };
        let now = ModelFacts {
            context_length: Some(Fact::reported(32_768)),
            vision: Some(Fact::reported(true)),
            tools: Some(Fact::reported(true)),
            reasoning: Some(Fact::reported(true)),
            max_output: Some(Fact::reported(512)),
            ..ModelFacts::default()
        };
        assert_eq!(
            differences(&before, &now),
            [
                "Vision: no → yes",
                "Reasoning: yes, the server says",
                "Context: 8\u{202f}192 tokens → 32\u{202f}768 tokens",
                "Longest answer: unknown → 512 tokens",
            ]
        );
        assert!(differences(&now, &now).is_empty());
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
