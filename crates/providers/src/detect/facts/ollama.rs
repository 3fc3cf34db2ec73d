//! Ollama: tags and what is shown of each model (protocols §4).

use models::detection::ListedModel;
use serde_json::Value;

use crate::{card, ollama::shown::Shown};

/// The models of `/api/tags`, by the name calls use. Newer versions tell capabilities here.
pub(in crate::detect) fn ollama_tags(tags: &Value) -> Vec<ListedModel> {
    let models = tags["models"].as_array().map(Vec::as_slice).unwrap_or_default();
    let read = |tag: &Value| {
        let name = card::filled(tag, "name").or_else(|| card::filled(tag, "model"))?;
        Some(ListedModel { facts: Shown::read(tag, name).facts(), ..ListedModel::named(name) })
    };
    models.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use models::facts::Fact;
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_read_one_by_one() {
        let tags = json!({"models": [
            {"name": "a:latest", "model": "a"}, {"size": 1}, 7,
            {"model": "c", "capabilities": ["embedding"], "details": {"context_length": 512}},
        ]});
        let models = ollama_tags(&tags);
        let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
        assert_eq!(names, ["a:latest", "c"]);
        assert_eq!(models[1].facts.embeddings, Some(Fact::reported(true)));
        assert_eq!(models[1].facts.context_length, Some(Fact::reported(512)));
        for other in [json!({"models": null}), json!({"data": []}), json!([])] {
            assert_eq!(ollama_tags(&other), [], "{other}");
        }
    }
}
