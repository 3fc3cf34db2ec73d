//! LM Studio's own lists, old and new (protocols §1.7).

use models::{detection::ListedModel, facts::Fact};
use serde_json::{Value, json};

use crate::card;

/// The models of `/api/v1/models`.
pub(in crate::detect) fn lm_studio(list: &Value) -> Option<Vec<ListedModel>> {
    list["models"].as_array().map(|models| models.iter().filter_map(read).collect())
}

/// The models of `/api/v0/models`.
pub(in crate::detect) fn lm_studio_old(list: &Value) -> Option<Vec<ListedModel>> {
    list["data"].as_array().map(|models| models.iter().filter_map(card::read).collect())
}

fn read(entry: &Value) -> Option<ListedModel> {
    let name = card::filled(entry, "key")?;
    let mut named = entry.clone();
    named["id"] = json!(name);
    let mut model = card::read(&named)?;
    let in_force = card::tokens(entry, "/loaded_instances/0/config/context_length");
    model.facts.context_length = in_force.map(Fact::reported).or(model.facts.context_length);
    if entry["capabilities"].is_object() && model.facts.reasoning.is_none() {
        // This list names reasoning wherever there is any.
        model.facts.reasoning = Some(Fact::reported(false));
    }
    Some(model)
}
