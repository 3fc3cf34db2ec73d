//! Servers that describe many models in a list of its own: SGLang, LocalAI, LiteLLM, the web UI.

use std::collections::HashMap;

use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts},
};
use serde_json::Value;

use crate::card;

/// Adds what SGLang's `/model_info` says of its one model.
pub(in crate::detect) fn sglang(models: &mut [ListedModel], info: &Value) {
    let sees = card::flag(info, "/has_image_understanding").map(Fact::reported);
    let embeds = card::flag(info, "/is_generation").map(|talks| Fact::reported(!talks));
    for model in models {
        model.facts.vision = sees.or(model.facts.vision);
        model.facts.embeddings = embeds.or(model.facts.embeddings);
    }
}

/// Adds LocalAI's `/v1/models/capabilities`.
pub(in crate::detect) fn local_ai(models: &mut [ListedModel], list: &Value) {
    let told = |entry: &Value| {
        let can = |words: &[&str]| card::lists(entry, "/capabilities", words);
        let sees = can(&["vision"]).map(Fact::reported);
        // It names tools only where they were set up; their absence says nothing.
        let calls = can(&["tools", "function_calling"]).filter(|calls| *calls);
        let facts = ModelFacts {
            vision: sees,
            tools: calls.map(Fact::reported),
            embeddings: can(&["embedding", "embeddings"]).map(Fact::reported),
            ..ModelFacts::default()
        };
        Some((card::filled(entry, "id")?.to_owned(), facts))
    };
    add(models, entries(list).filter_map(told).collect());
}

/// Adds LiteLLM's `/model_group/info`.
pub(in crate::detect) fn lite_llm(models: &mut [ListedModel], list: &Value) {
    let told = |entry: &Value| {
        let can = |name: &str| card::flag(entry, &format!("/supports_{name}")).map(Fact::reported);
        let tokens = |name: &str| card::tokens(entry, &format!("/{name}")).map(Fact::reported);
        let price = card::price(
            entry,
            "/input_cost_per_token",
            "/output_cost_per_token",
            "/cache_read_input_token_cost",
        );
        let facts = ModelFacts {
            context_length: tokens("max_input_tokens"),
            max_output: tokens("max_output_tokens"),
            vision: can("vision"),
            tools: can("function_calling"),
            reasoning: can("reasoning"),
            embeddings: card::filled(entry, "mode").map(|mode| Fact::reported(mode == "embedding")),
            // Nothing is its word for a price that nobody set.
            price: price.filter(|price| price.input > 0 || price.output > 0).map(Fact::reported),
        };
        Some((card::filled(entry, "model_group")?.to_owned(), facts))
    };
    add(models, entries(list).filter_map(told).collect());
}

/// All models text-generation-webui could load, after the one it has loaded.
pub(in crate::detect) fn webui_list(models: &mut Vec<ListedModel>, list: &Value) {
    let names = list["model_names"].as_array().map(Vec::as_slice).unwrap_or_default();
    for name in names.iter().filter_map(Value::as_str).filter(|name| !name.is_empty()) {
        if !models.iter().any(|model| model.name == name) {
            models.push(ListedModel::named(name));
        }
    }
}

fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list["data"].as_array().into_iter().flatten()
}

fn add(models: &mut [ListedModel], told: HashMap<String, ModelFacts>) {
    for model in models {
        if let Some(facts) = told.get(&model.name) {
            model.facts = facts.clone().or(&model.facts);
        }
    }
}
