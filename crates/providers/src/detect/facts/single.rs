//! Servers with one model that describe themselves: Text Generation Inference and KoboldCpp.

use models::{detection::ListedModel, facts::Fact};
use serde_json::Value;

use crate::card;

/// Adds what Text Generation Inference's `/info` says; it may be all there is.
pub(in crate::detect) fn tgi(models: &mut Vec<ListedModel>, info: &Value) {
    if models.is_empty() {
        models.extend(card::filled(info, "model_id").map(ListedModel::named));
    }
    let context = card::tokens(info, "/max_total_tokens")
        .or_else(|| card::tokens(info, "/max_input_tokens"))
        .or_else(|| card::tokens(info, "/max_input_length"));
    if let ([model], Some(context)) = (models.as_mut_slice(), context) {
        model.facts.context_length = Some(Fact::reported(context));
    }
}

/// Adds what KoboldCpp's `/api/extra/version` says.
pub(in crate::detect) fn kobold_cpp(models: &mut [ListedModel], version: &Value) {
    if let [model] = models {
        let told = |name: &str| version[name].as_bool().map(Fact::reported);
        model.facts.vision = told("vision").or(model.facts.vision);
        // Its model for embeddings is an additional one.
        model.facts.embeddings = model
            .facts
            .embeddings
            .or(Some(Fact::reported(false)))
            .filter(|_| version["llm"] == true);
    }
}

/// Adds KoboldCpp's context.
pub(in crate::detect) fn kobold_cpp_context(models: &mut [ListedModel], answer: &Value) {
    if let ([model], Some(tokens)) = (models, card::tokens(answer, "/value")) {
        model.facts.context_length = Some(Fact::reported(tokens));
    }
}
