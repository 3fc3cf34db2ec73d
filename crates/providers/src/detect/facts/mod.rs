//! What each kind of server tells of its models beyond their list (protocols §5.4).

mod gateways;
mod known_models;
mod llama_cpp;
mod lm_studio;
mod names;
mod ollama;
mod single;

use models::{
    detection::{ListedModel, ServerKind},
    facts::Fact,
};

pub(super) use self::{
    gateways::{lite_llm, local_ai, sglang, webui_list},
    llama_cpp::{llama_cpp, loaded_models},
    lm_studio::{lm_studio, lm_studio_old},
    ollama::ollama_tags,
    single::{kobold_cpp, kobold_cpp_context, tgi},
};

/// Fills in what the server did not tell: from the table of well-known models, then from the kind,
/// then from the name. Prices of the table are those of the maker, so they hold for `its_own` models
/// only, and not for a gateway that looks the same.
pub(super) fn complete(kind: ServerKind, its_own: bool, models: &mut [ListedModel]) {
    for model in models {
        let facts = std::mem::take(&mut model.facts);
        let mut known = known_models::facts(kind, &model.name);
        known.price = known.price.filter(|_| its_own);
        let facts = facts.or(&known).or(&names::facts(&model.name));
        model.facts = facts;
        by_kind(kind, model);
    }
}

/// What is true of all conversation models of a kind.
fn by_kind(kind: ServerKind, model: &mut ListedModel) {
    let facts = &mut model.facts;
    if facts.embeddings.is_some_and(|fact| fact.value) {
        return;
    }
    let guess = || Some(Fact::guessed(true));
    let calls_tools = matches!(kind, ServerKind::Anthropic | ServerKind::Tgi | ServerKind::Groq);
    if calls_tools && !names::is_no_conversation(&model.name) {
        facts.tools = facts.tools.or_else(guess);
    }
    // Open models stand in Google's list too, and those that customers made.
    if kind == ServerKind::Gemini && names::is_gemini(&model.name) {
        facts.tools = facts.tools.or_else(guess);
        facts.vision = facts.vision.or_else(guess);
    }
}

#[cfg(test)]
mod tests {
    use models::facts::FactSource;

    use super::*;

    #[test]
    fn what_was_reported_stays_and_the_rest_is_filled_in() {
        let mut model = ListedModel::named("gpt-4o");
        model.facts.context_length = Some(Fact::reported(9));
        let mut models = [model];
        complete(ServerKind::OpenAi, true, &mut models);
        let facts = &models[0].facts;
        assert_eq!(facts.context_length, Some(Fact::reported(9)));
        assert_eq!(facts.vision, Some(Fact::table(true)));
        assert_eq!(facts.price.as_ref().map(|price| price.source), Some(FactSource::Table));
        let mut models =
            ["models/gemini-9-pro", "models/gemini-9-native-audio", "models/gemma-3-4b-it"]
                .map(ListedModel::named);
        complete(ServerKind::Gemini, true, &mut models);
        let tools = models.map(|model| model.facts.tools);
        assert_eq!(tools, [Some(Fact::guessed(true)), None, None]);
        let mut models = [ListedModel::named("claude-sonnet-4-5")];
        complete(ServerKind::Anthropic, false, &mut models);
        assert_eq!(models[0].facts.price, None);
        assert_eq!(models[0].facts.context_length, Some(Fact::table(200_000)));
    }
}
