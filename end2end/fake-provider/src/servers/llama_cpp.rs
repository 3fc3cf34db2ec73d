//! llama.cpp's `llama-server` as protocols §10.3 saw it: plain, with a key, as a router, starting.

use serde_json::{Value, json};

use super::{Kind, LISTS, Visit, kind, ok};
use crate::{answer::Answer, errors, exchange::SentKey, scenarios};

pub(super) const KINDS: &[Kind] = &[
    kind("llama-cpp", "llama.cpp with one model and two slots.", LISTS, plain),
    kind("llama-cpp-key", "The same behind `--api-key`.", KEYED, with_key),
    kind("llama-cpp-router", "llama.cpp in router mode: one model loaded, one not.", KEYED, router),
    kind("llama-cpp-loading", "llama.cpp while it loads its model.", LISTS, loading),
];

const KEYED: &[&str] = &["/v1/models", "/models", "/props"];

fn plain(visit: &Visit<'_>) -> Answer {
    paths(visit.path).header("server", "llama.cpp")
}

fn with_key(visit: &Visit<'_>) -> Answer {
    let open = matches!(visit.path, "/health" | "/v1/health");
    let answer = if open || visit.key == SentKey::Right {
        paths(visit.path)
    } else {
        let error = errors::object("Invalid API Key", "authentication_error", json!(401));
        Answer::json(401, &error)
    };
    answer.header("server", "llama.cpp")
}

fn loading(visit: &Visit<'_>) -> Answer {
    let _ = visit;
    Answer::json(503, &scenarios::loading()).header("server", "llama.cpp")
}

fn paths(path: &str) -> Answer {
    match path {
        "/health" | "/v1/health" => ok(json!({"status": "ok"})),
        "/v1/models" | "/models" => ok(json!({
            // Beside `data` there is the same in Ollama's shape.
            "models": [{
                "name": "tiny", "model": "tiny", "modified_at": "", "size": "", "digest": "",
                "type": "model", "capabilities": ["completion"],
                "details": {"format": "gguf", "family": ""},
            }],
            "object": "list",
            "data": [{
                "id": "tiny", "object": "model", "created": 1_750_000_000, "owned_by": "llamacpp",
                "aliases": ["tiny"], "tags": [],
                "meta": {
                    "vocab_type": 2, "n_vocab": 2_048, "n_ctx": 2_048, "n_ctx_train": 8_192,
                    "n_embd": 128, "n_params": 1_000_000, "size": 2_000_000, "ftype": "F16",
                },
            }],
        })),
        "/props" => ok(props(2_048, false)),
        _ => not_found(),
    }
}

fn props(context: u32, vision: bool) -> Value {
    json!({
        "default_generation_settings": {"id": 0, "n_ctx": context, "params": {"n_predict": -1}},
        "total_slots": 2,
        "model_alias": "tiny",
        "model_path": "/secret/place/tiny.gguf",
        "modalities": {"vision": vision, "video": false, "audio": false},
        "chat_template": "{% if tools %}…{% endif %}<think>",
        "chat_template_caps": {
            "supports_tools": true, "supports_tool_calls": true,
            "supports_parallel_tool_calls": true, "supports_system_role": true,
            "supports_reasoning_effort": false, "supports_preserve_reasoning": true,
        },
        "build_info": "b6800-0c1e570",
        "is_sleeping": false,
    })
}

fn router(visit: &Visit<'_>) -> Answer {
    let entry = |id: &str, status: &str, images: bool| {
        let input = if images { json!(["text", "image"]) } else { json!(["text"]) };
        json!({
            "id": id, "object": "model", "created": 1_750_000_000, "owned_by": "llamacpp",
            "aliases": [], "tags": [], "source": "models-dir",
            "status": {"value": status, "args": ["llama-server", "--api-key", "inner-secret"]},
            "architecture": {"input_modalities": input, "output_modalities": ["text"]},
        })
    };
    let answer = match (visit.path, visit.query("model")) {
        ("/v1/models" | "/models", _) => ok(json!({
            "object": "list",
            "data": [entry("alpha", "loaded", false), entry("beta", "unloaded", true)],
        })),
        ("/props", Some(model)) => {
            if visit.query("autoload") != Some("false") {
                visit.violation("loads-a-model", &format!("asking for {model} would load it"));
            }
            match model {
                "alpha" => ok(props(4_096, false)),
                _ => {
                    let message = format!("model '{model}' is not loaded");
                    Answer::json(
                        400,
                        &errors::object(&message, "invalid_request_error", json!(400)),
                    )
                }
            }
        }
        ("/props", None) => ok(json!({
            "role": "router", "default_generation_settings": {"params": {}, "n_ctx": 0},
            "max_instances": 4, "models_autoload": true, "build_info": "b6800-0c1e570",
        })),
        ("/health", _) => ok(json!({"status": "ok"})),
        _ => not_found(),
    };
    answer.header("server", "llama.cpp")
}

fn not_found() -> Answer {
    Answer::json(404, &errors::object("File Not Found", "not_found_error", json!(404)))
}
