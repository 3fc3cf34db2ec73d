//! llama.cpp's `/props` (protocols §10.3).

use models::{detection::ListedModel, facts::Fact};
use serde_json::Value;

use crate::card;

/// Adds what `/props` says of a loaded model.
pub(in crate::detect) fn llama_cpp(model: &mut ListedModel, props: &Value) {
    if !props["default_generation_settings"].is_object() || props["role"] == "router" {
        return;
    }
    let facts = &mut model.facts;
    let context = card::tokens(props, "/default_generation_settings/n_ctx");
    facts.context_length = context.map(Fact::reported).or(facts.context_length);
    facts.vision = card::flag(props, "/modalities/vision").map(Fact::reported).or(facts.vision);
    let template = card::filled(props, "chat_template").unwrap_or_default();
    let cap = |name: &str| card::flag(props, &format!("/chat_template_caps/{name}"));
    let tools = cap("supports_tool_calls").or_else(|| cap("supports_tools"));
    let mentions_tools = (!template.is_empty()).then(|| template.contains("tools"));
    facts.tools = tools.map(Fact::reported).or(mentions_tools.map(Fact::guessed)).or(facts.tools);
    let thinks = template.contains("<think")
        || cap("supports_reasoning_effort") == Some(true)
        || cap("supports_preserve_reasoning") == Some(true);
    if thinks {
        facts.reasoning = Some(Fact::reported(true));
    }
}

/// The models a router has loaded; to ask about any other would load it.
pub(in crate::detect) fn loaded_models(list: &Value) -> Vec<String> {
    let cards = list["data"].as_array().map(Vec::as_slice).unwrap_or_default();
    let loaded = cards
        .iter()
        .filter(|card| card.pointer("/status/value").and_then(Value::as_str) == Some("loaded"));
    loaded.filter_map(|card| card::filled(card, "id")).map(str::to_owned).collect()
}
