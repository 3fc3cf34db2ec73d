//! `GET /ollama/api/tags`, `POST /ollama/api/show`, `GET /ollama/api/ps`: the models and their facts.

use serde_json::{Value, json};

use super::{chat::not_found, check, scenarios};
use crate::{
    answer::Answer,
    errors,
    exchange::{Received, ServerState},
    model_name::ModelName,
    scenarios::{find, model_names},
};

/// A model that makes embeddings and no conversation.
pub(super) const EMBEDDING_MODEL: &str = "nomic-embed-text:latest";
/// What `/api/show` says of a scenario.
const SCENARIO: Facts = Facts {
    family: "fake",
    context_length: 131_072,
    capabilities: &["completion", "tools", "thinking", "vision"],
    parameters: "temperature 0.7",
};

/// A made-up model of the list.
struct Card {
    name: &'static str,
    show: Show,
}

/// How the server answers when it is asked about a model.
enum Show {
    Facts(Facts),
    /// As before there were capabilities: neither these nor `model_info`.
    Old,
    /// JSON that makes no sense.
    Nonsense,
    Broken,
    NotFound,
    Silent,
}

struct Facts {
    family: &'static str,
    context_length: u64,
    capabilities: &'static [&'static str],
    parameters: &'static str,
}

const CARDS: &[Card] = &[
    facts("llama3.2:3b", "llama", 131_072, &["completion", "tools"], "stop \"<|eot_id|>\""),
    facts("qwen3:8b", "qwen3", 40_960, &["completion", "tools", "thinking"], "top_k 20"),
    facts(
        "gemma3:4b",
        "gemma3",
        131_072,
        &["completion", "vision"],
        "num_ctx                        16384\nstop \"<end_of_turn>\"",
    ),
    facts("gpt-oss:20b", "gptoss", 131_072, &["completion", "tools", "thinking"], ""),
    facts("tiny:1b", "llama", 2_048, &["completion"], ""),
    facts(EMBEDDING_MODEL, "nomic-bert", 2_048, &["embedding"], "num_ctx 8192"),
    Card { name: "show-old:7b", show: Show::Old },
    Card { name: "show-nonsense:7b", show: Show::Nonsense },
    Card { name: "show-500:7b", show: Show::Broken },
    Card { name: "show-404:7b", show: Show::NotFound },
    Card { name: "show-silent:7b", show: Show::Silent },
];

const fn facts(
    name: &'static str,
    family: &'static str,
    context_length: u64,
    capabilities: &'static [&'static str],
    parameters: &'static str,
) -> Card {
    Card { name, show: Show::Facts(Facts { family, context_length, capabilities, parameters }) }
}

/// Whether a name is one of the made-up models, which all answer `plain`.
pub(super) fn is_card(name: &str) -> bool {
    CARDS.iter().any(|card| card.name == name)
}

/// The list: made-up models, every scenario, and the extra names. One stands in it twice.
pub(super) fn tags(extra: &[String]) -> Answer {
    let cards = CARDS.iter().map(|card| card.name).chain(["llama3.2:3b"]);
    let mut models: Vec<Value> = cards.chain(model_names(scenarios::ALL)).map(tag).collect();
    models.extend(extra.iter().map(|name| tag(name)));
    models.push(cloud_tag());
    models.push(json!({"size": 7}));
    Answer::json(200, &json!({"models": models}))
}

/// What is loaded: one model with less context than it could have, and one nobody lists.
pub(super) fn loaded() -> Answer {
    let loaded = |name: &str, context_length: u64| {
        let mut model = tag(name);
        model["expires_at"] = json!("2026-01-01T00:05:00Z");
        model["size_vram"] = json!(4_000_000_000_u64);
        model["context_length"] = json!(context_length);
        model
    };
    Answer::json(200, &json!({"models": [loaded("qwen3:8b", 32_768), loaded("gone:1b", 4_096)]}))
}

pub(super) fn show(state: &ServerState, received: &Received, body: &[u8]) -> Answer {
    let body = match check::show(&received.headers, body) {
        Ok(body) => body,
        Err(broken) => {
            let message = &broken.message;
            return errors::check_failed(&state.recorder, received.number, broken.rule, message);
        }
    };
    let name = body["model"].as_str().unwrap_or_default();
    let Some(card) = CARDS.iter().find(|card| card.name == name) else {
        let known = find(scenarios::ALL, ModelName::scenario_of(name)).is_some();
        return if known { shown(&SCENARIO) } else { not_found(name) };
    };
    match &card.show {
        Show::Facts(facts) => shown(facts),
        Show::Old => Answer::json(200, &json!({"license": "", "parameters": "num_ctx 2048"})),
        Show::Nonsense => Answer::json(
            200,
            &json!({"capabilities": "all", "model_info": [1], "parameters": 7, "details": null}),
        ),
        Show::Broken => Answer::json(500, &json!({"error": "the manifest is broken"})),
        Show::NotFound => not_found(name),
        Show::Silent => Answer::silence(),
    }
}

fn shown(facts: &Facts) -> Answer {
    let family = facts.family;
    let mut info = json!({"general.architecture": family, "general.parameter_count": 3_000_000});
    info[format!("{family}.context_length")] = json!(facts.context_length);
    info[format!("{family}.embedding_length")] = json!(2_048);
    // Of the part that sees images, and no answer to how long a conversation may be.
    info["clip.vision.context_length"] = json!(77);
    Answer::json(
        200,
        &json!({
            "license": "Nobody's",
            "parameters": facts.parameters,
            "template": "{{ .Prompt }}",
            "details": details(family),
            "model_info": info,
            "capabilities": facts.capabilities,
            "modified_at": "2026-01-01T00:00:00Z",
        }),
    )
}

fn tag(name: &str) -> Value {
    json!({
        "name": name,
        "model": name,
        "modified_at": "2026-01-01T00:00:00Z",
        "size": 2_000_000_000_u64,
        "digest": "0".repeat(64),
        "details": details("fake"),
    })
}

/// A model in the cloud, of which the list itself says what the others must be asked.
fn cloud_tag() -> Value {
    let mut model = tag("far-away:120b-cloud");
    model["remote_model"] = json!("far-away:120b");
    model["remote_host"] = json!("https://ollama.com:443");
    model["capabilities"] = json!(["completion", "tools"]);
    model["details"]["context_length"] = json!(131_072);
    model
}

fn details(family: &str) -> Value {
    json!({
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family],
        "parameter_size": "3.2B",
        "quantization_level": "Q4_K_M",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_made_up_model_hides_a_scenario() {
        let names: HashSet<&str> = model_names(scenarios::ALL).collect();
        for card in CARDS {
            assert!(!names.contains(card.name), "{}", card.name);
        }
    }
}
