//! Ollama: tags, what is running, and what it shows of each model (protocols §4).

use std::collections::HashMap;

use models::{
    detection::ListedModel,
    facts::{Fact, ModelFacts},
};
use serde_json::Value;

use crate::card;

/// The models of `/api/tags`, by the name calls use. Newer versions tell capabilities here.
pub(in crate::detect) fn ollama_tags(tags: &Value) -> Vec<ListedModel> {
    let models = tags["models"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |tag: &Value| {
        let name = card::filled(tag, "name").or_else(|| card::filled(tag, "model"))?;
        let context = card::tokens(tag, "/details/context_length");
        let mut model = ListedModel::named(name);
        model.facts = capabilities(tag);
        model.facts.context_length = context.map(Fact::reported);
        Some(model)
    };
    models.iter().filter_map(read).collect()
}

/// The context in force of each model that is loaded, from `/api/ps`.
pub(in crate::detect) fn running(running: &Value) -> HashMap<String, u32> {
    let models = running["models"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |model: &Value| {
        let name = card::filled(model, "name")?.to_owned();
        Some((name, card::tokens(model, "/context_length")?))
    };
    models.iter().filter_map(read).collect()
}

/// What `/api/show` says of one model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::detect) struct Shown {
    facts: ModelFacts,
    /// The context the model is set up with.
    num_ctx: Option<u32>,
}

impl Shown {
    /// Adds it to what the list says. The context in force comes first.
    pub(in crate::detect) fn add_to(&self, model: &mut ListedModel, in_force: Option<u32>) {
        let mut facts = self.facts.clone().or(&model.facts);
        let context = in_force.or(self.num_ctx).map(Fact::reported);
        facts.context_length = context.or(facts.context_length);
        model.facts = facts;
    }
}

/// Reads `/api/show`.
pub(in crate::detect) fn shown(shown: &Value) -> Shown {
    let info = &shown["model_info"];
    let context = card::filled(info, "general.architecture")
        .and_then(|architecture| card::tokens(info, &format!("/{architecture}.context_length")));
    let num_ctx = card::filled(shown, "parameters").and_then(|parameters| {
        let lines =
            parameters.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
        let mut values = lines.filter(|(name, _)| *name == "num_ctx");
        values.find_map(|(_, value)| value.trim().parse().ok()).filter(|tokens| *tokens > 0)
    });
    let mut facts = capabilities(shown);
    facts.context_length = context.map(Fact::reported);
    Shown { facts, num_ctx }
}

/// Ollama's list of capabilities is complete: what is not in it, the model cannot do.
fn capabilities(value: &Value) -> ModelFacts {
    let can = |word: &str| card::lists(value, "/capabilities", &[word]).map(Fact::reported);
    ModelFacts {
        vision: can("vision"),
        tools: can("tools"),
        reasoning: can("thinking"),
        embeddings: can("embedding"),
        ..ModelFacts::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_context_in_force_comes_before_the_set_up_one_and_the_most() {
        let value = json!({
            "model_info": {"general.architecture": "llama", "llama.context_length": 131_072},
            "parameters": "stop \"x\"\nnum_ctx    8192",
            "capabilities": ["completion", "tools"],
        });
        let read = shown(&value);
        let mut model = ListedModel::named("m");
        read.add_to(&mut model, None);
        assert_eq!(model.facts.context_length, Some(Fact::reported(8_192)));
        assert_eq!(model.facts.vision, Some(Fact::reported(false)));
        read.add_to(&mut model, Some(4_096));
        assert_eq!(model.facts.context_length, Some(Fact::reported(4_096)));
        assert_eq!(shown(&json!({"model_info": 7, "parameters": []})), Shown::default());
    }
}
