//! Servers that answer on Ollama's paths as well, as if they were Ollama.

use serde_json::{Value, json};

use super::{Kind, LISTS, Visit, card, fastapi_not_found, kind, list, local, ok, text};
use crate::{answer::Answer, errors};

pub(super) const KINDS: &[Kind] = &[
    kind("sglang", "SGLang, whose `/server_info` must never be asked.", SGLANG_LISTS, sglang),
    kind("sglang-embed", "SGLang with a model for embeddings.", SGLANG_LISTS, sglang_embed),
    kind("koboldcpp", "KoboldCpp.", LISTS, koboldcpp),
    kind("localai", "LocalAI with its discovery document.", LOCALAI_LISTS, localai),
    kind("localai-old", "LocalAI before it had one.", LOCALAI_LISTS, localai_old),
];

const SGLANG_LISTS: &[&str] = &["/v1/models", "/models", "/model_info"];
const LOCALAI_LISTS: &[&str] = &["/v1/models", "/models", "/v1/models/capabilities"];

fn sglang(visit: &Visit<'_>) -> Answer {
    sglang_paths(visit, true)
}

fn sglang_embed(visit: &Visit<'_>) -> Answer {
    sglang_paths(visit, false)
}

fn sglang_paths(visit: &Visit<'_>, generates: bool) -> Answer {
    let answer = match visit.path {
        "/v1/models" => {
            let mut model = card("Qwen/Qwen3-VL-8B-Instruct", "sglang");
            model["root"] = model["id"].clone();
            model["max_model_len"] = json!(65_536);
            list(json!([model]))
        }
        "/model_info" | "/get_model_info" => ok(json!({
            "model_path": "Qwen/Qwen3-VL-8B-Instruct", "tokenizer_path": "x",
            "is_generation": generates, "preferred_sampling_params": null,
            "weight_version": "default", "has_image_understanding": generates,
            "has_audio_understanding": false,
        })),
        "/server_info" | "/get_server_info" => {
            visit.violation("server-info", "this address tells the launch arguments with the key");
            ok(json!({"api_key": "sk-of-the-server"}))
        }
        path => imitated(path, "Qwen/Qwen3-VL-8B-Instruct").unwrap_or_else(fastapi_not_found),
    };
    answer.header("server", "uvicorn")
}

fn koboldcpp(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/api/extra/version" => ok(json!({
            "result": "KoboldCpp", "version": "1.104", "protected": false, "llm": true,
            "txt2img": false, "vision": true, "transcribe": false, "multiplayer": false,
            "websearch": false, "tts": false, "embeddings": false,
        })),
        "/api/extra/true_max_context_length" => ok(json!({"value": 16_384})),
        "/v1/models" => {
            let mut model = card("koboldcpp/gemma-3-4b-it-Q4_K_M", "koboldcpp");
            model["permission"] = json!([]);
            model["root"] = json!("koboldcpp");
            list(json!([model]))
        }
        path => imitated(path, "koboldcpp/gemma-3-4b-it-Q4_K_M")
            .unwrap_or_else(|| Answer::json(404, &json!({"detail": {"msg": "Not Found"}}))),
    }
}

fn localai(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/.well-known/localai.json" => ok(json!({
            "version": "v3.8.0",
            "endpoints": {"chat_completions": "/v1/chat/completions", "models": "/v1/models"},
            "endpoint_groups": {}, "capabilities": {"agents": false, "p2p": false},
        })),
        "/v1/models/capabilities" => list(json!([
            {
                "id": "qwen2.5-vl", "object": "model",
                "capabilities": ["chat", "completion", "vision", "tools"],
                "input_modalities": ["text", "image"], "output_modalities": ["text"],
            },
            {
                "id": "bert-embeddings", "object": "model", "capabilities": ["embeddings"],
                "input_modalities": ["text"], "output_modalities": ["embedding"],
            },
        ])),
        _ => localai_old(visit),
    }
}

fn localai_old(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/v1/models" => list(json!([
            {"id": "qwen2.5-vl", "object": "model"}, {"id": "bert-embeddings", "object": "model"},
        ])),
        "/version" => ok(json!({"version": "v3.8.0 (abcdef)"})),
        path => imitated(path, "qwen2.5-vl").unwrap_or_else(|| {
            let error = errors::object("Resource not found", "", json!(404));
            Answer::json(404, &error)
        }),
    }
}

/// Ollama's paths as imitated by others.
fn imitated(path: &str, model: &str) -> Option<Answer> {
    Some(match path {
        "/" => text(200, "Ollama is running"),
        "/api/version" => ok(json!({"version": "0.9.0"})),
        "/api/tags" => ok(json!({"models": [local::tag(model, "")]})),
        "/api/ps" => ok(json!({"models": Vec::<Value>::new()})),
        _ => return None,
    })
}
