//! Servers people run themselves and that are nobody but themselves.

use serde_json::{Value, json};

use super::{Kind, LISTS, Visit, card, fastapi_not_found, kind, list, ok, text};
use crate::answer::Answer;

/// What tells of its models; a key is of use only before a proxy.
const OLLAMA_LISTS: &[&str] = &["/v1/models", "/models", "/api/tags", "/api/show"];

pub(super) const KINDS: &[Kind] = &[
    kind("ollama", "Ollama 0.33 with four models, one of them loaded.", OLLAMA_LISTS, ollama),
    kind("ollama-old", "Ollama before it told capabilities.", OLLAMA_LISTS, ollama_old),
    kind("lm-studio", "LM Studio 0.4 with its v1 REST API.", LM_STUDIO_LISTS, lm_studio),
    kind("lm-studio-old", "LM Studio 0.3 with its v0 REST API.", LM_STUDIO_LISTS, lm_studio_old),
    kind("llama-cpp-python", "The server of llama-cpp-python.", LISTS, llama_cpp_python),
    kind("vllm", "vLLM with a base model and a LoRA adapter.", LISTS, vllm),
    kind("vllm-key", "vLLM that wants a key on `/v1`.", LISTS, vllm_with_key),
    kind("tgi", "Text Generation Inference.", LISTS, tgi),
    kind("text-generation-webui", "text-generation-webui.", WEBUI_LISTS, webui),
    kind("jan", "Jan, which wants a key everywhere.", LISTS, jan),
    kind("litellm", "LiteLLM's proxy, which wants a key.", LITELLM_LISTS, litellm),
    kind("generic", "Any server that speaks OpenAI's protocol.", LISTS, generic),
];

const LM_STUDIO_LISTS: &[&str] = &["/v1/models", "/models", "/api/v1/models", "/api/v0/models"];
const WEBUI_LISTS: &[&str] = &["/v1/models", "/models", "/v1/internal/model/list"];
const LITELLM_LISTS: &[&str] = &["/v1/models", "/models", "/model_group/info"];

/// Name, family, most context, capabilities.
const OLLAMA: [(&str, &str, u32, &[&str]); 4] = [
    ("llama3.2:3b", "llama", 131_072, &["completion", "tools"]),
    ("qwen3:8b", "qwen3", 40_960, &["completion", "tools", "thinking"]),
    ("llava:7b", "llama", 32_768, &["completion", "vision"]),
    ("nomic-embed-text:latest", "nomic-bert", 2_048, &["embedding"]),
];

fn ollama(visit: &Visit<'_>) -> Answer {
    if visit.path == "/api/show" {
        return show(visit, true);
    }
    ollama_paths(visit.path)
}

fn ollama_old(visit: &Visit<'_>) -> Answer {
    if visit.path == "/api/show" {
        return show(visit, false);
    }
    ollama_paths(visit.path)
}

fn ollama_paths(path: &str) -> Answer {
    match path {
        "/" => text(200, "Ollama is running"),
        "/api/version" => ok(json!({"version": "0.33.0"})),
        "/api/tags" => {
            let models: Vec<Value> = OLLAMA.iter().map(|model| tag(model.0, model.1)).collect();
            ok(json!({"models": models}))
        }
        "/api/ps" => {
            let mut loaded = tag("llama3.2:3b", "llama");
            loaded["expires_at"] = json!("2026-01-01T00:05:00Z");
            loaded["size_vram"] = json!(2_500_000_000_u64);
            loaded["context_length"] = json!(4_096);
            ok(json!({"models": [loaded]}))
        }
        "/v1/models" => {
            list(OLLAMA.iter().map(|model| card(model.0, "library")).collect::<Value>())
        }
        _ => text(404, "404 page not found"),
    }
}

fn show(visit: &Visit<'_>, tells_capabilities: bool) -> Answer {
    let body = visit.json();
    let Some(model) = OLLAMA.iter().find(|model| body["model"] == model.0) else {
        return Answer::json(404, &json!({"error": format!("model {} not found", body["model"])}));
    };
    let (name, family, context, capabilities) = model;
    let mut shown = json!({
        "details": {"format": "gguf", "family": family, "quantization_level": "Q4_K_M"},
        "model_info": {"general.architecture": family},
        "template": "{{ .Prompt }}",
        "modified_at": "2026-01-01T00:00:00Z",
    });
    shown["model_info"][format!("{family}.context_length")] = json!(context);
    if tells_capabilities {
        shown["capabilities"] = json!(capabilities);
    }
    if *name == "qwen3:8b" {
        shown["parameters"] = json!("num_ctx                        8192\nstop \"<|im_end|>\"");
    }
    ok(shown)
}

/// A model as `/api/tags` lists it.
pub(super) fn tag(name: &str, family: &str) -> Value {
    json!({
        "name": name,
        "model": name,
        "modified_at": "2026-01-01T00:00:00Z",
        "size": 2_000_000_000_u64,
        "digest": "0123456789abcdef",
        "details": {
            "parent_model": "",
            "format": "gguf",
            "family": family,
            "families": [family],
            "parameter_size": "3.2B",
            "quantization_level": "Q4_K_M",
        },
    })
}

fn lm_studio(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/api/v1/models" => ok(json!({"models": [
            {
                "type": "llm", "publisher": "qwen", "key": "qwen/qwen3-8b",
                "display_name": "Qwen3 8B", "architecture": "qwen3",
                "quantization": {"name": "Q4_K_M", "bits_per_weight": 4},
                "size_bytes": 5_000_000_000_u64, "params_string": "8B",
                "loaded_instances": [{"id": "qwen/qwen3-8b", "config": {"context_length": 8_192}}],
                "max_context_length": 40_960, "format": "gguf",
                "capabilities": {
                    "vision": false, "trained_for_tool_use": true,
                    "reasoning": {"allowed_options": ["on", "off"], "default": "on"},
                },
            },
            {
                "type": "llm", "publisher": "google", "key": "google/gemma-3-4b",
                "display_name": "Gemma 3 4B", "architecture": "gemma3", "loaded_instances": [],
                "max_context_length": 131_072, "format": "gguf",
                "capabilities": {"vision": true, "trained_for_tool_use": false},
            },
            {
                "type": "embedding", "publisher": "nomic-ai",
                "key": "text-embedding-nomic-embed-text-v1.5", "display_name": "Nomic Embed",
                "loaded_instances": [], "max_context_length": 2_048, "format": "gguf",
            },
        ]})),
        _ => lm_studio_old(visit),
    }
}

fn lm_studio_old(visit: &Visit<'_>) -> Answer {
    let entry = |id: &str, kind: &str, loaded: bool| {
        let mut entry = json!({
            "id": id, "object": "model", "type": kind, "publisher": "p", "arch": "a",
            "compatibility_type": "gguf", "quantization": "Q4_K_M",
            "state": if loaded { "loaded" } else { "not-loaded" },
            "max_context_length": 32_768,
        });
        if loaded {
            entry["loaded_context_length"] = json!(4_096);
        }
        entry
    };
    match visit.path {
        "/api/v0/models" => list(json!([
            entry("qwen/qwen3-8b", "llm", true),
            entry("google/gemma-3-4b", "vlm", false),
            entry("text-embedding-nomic-embed-text-v1.5", "embeddings", false),
        ])),
        "/v1/models" => list(json!([
            {"id": "qwen/qwen3-8b", "object": "model", "owned_by": "organization_owner"},
            {"id": "google/gemma-3-4b", "object": "model", "owned_by": "organization_owner"},
            {"id": "text-embedding-nomic-embed-text-v1.5", "object": "model",
             "owned_by": "organization_owner"},
        ])),
        path => lm_studio_anything(visit, path),
    }
}

/// What LM Studio says to any other path, with status 200.
pub(super) fn lm_studio_anything(visit: &Visit<'_>, path: &str) -> Answer {
    let method = if visit.received.body.as_ref().is_some_and(|body| !body.is_empty()) {
        "POST"
    } else {
        "GET"
    };
    ok(json!({"error": format!("Unexpected endpoint or method. ({method} {path})")}))
}

fn llama_cpp_python(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/v1/models" => {
            list(json!([{"id": "tiny", "object": "model", "owned_by": "me", "permissions": []}]))
                .header("server", "uvicorn")
        }
        _ => fastapi_not_found(),
    }
}

fn vllm(visit: &Visit<'_>) -> Answer {
    let answer = match visit.path {
        "/v1/models" => {
            let mut base = card("Qwen/Qwen2.5-VL-7B-Instruct", "vllm");
            base["root"] = base["id"].clone();
            base["parent"] = Value::Null;
            base["max_model_len"] = json!(32_768);
            base["permission"] = json!([{"id": "modelperm-1", "allow_sampling": true}]);
            let mut adapter = card("sql-lora", "vllm");
            adapter["parent"] = base["id"].clone();
            adapter["root"] = json!("/adapters/sql");
            adapter["max_model_len"] = Value::Null;
            list(json!([base, adapter]))
        }
        "/version" => ok(json!({"version": "0.11.2"})),
        "/health" => Answer::whole(200, "text/plain", ""),
        _ => fastapi_not_found(),
    };
    answer.header("server", "uvicorn")
}

fn vllm_with_key(visit: &Visit<'_>) -> Answer {
    if visit.path.starts_with("/v1") && !visit.has_bearer() {
        return Answer::json(401, &json!({"error": "Unauthorized"})).header("server", "uvicorn");
    }
    vllm(visit)
}

fn tgi(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/info" => ok(json!({
            "model_id": "meta-llama/Llama-3.1-8B-Instruct", "model_sha": "0123",
            "max_concurrent_requests": 128, "max_best_of": 2, "max_stop_sequences": 4,
            "max_input_tokens": 8_191, "max_total_tokens": 8_192, "validation_workers": 2,
            "router": "text-generation-router", "version": "3.3.4", "sha": "abc",
        })),
        "/v1/models" => list(json!([card("meta-llama/Llama-3.1-8B-Instruct", "meta-llama")])),
        _ => Answer::whole(404, "text/plain", ""),
    }
}

fn webui(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/v1/internal/model/info" => ok(json!({
            "model_name": "mistral-7b-instruct.Q4_K_M.gguf", "lora_names": [],
            "loader": "llama.cpp",
        })),
        "/v1/internal/model/list" => ok(json!({
            "model_names": ["mistral-7b-instruct.Q4_K_M.gguf", "phi-4"],
        })),
        "/v1/models" => list(json!([card("mistral-7b-instruct.Q4_K_M.gguf", "user")])),
        _ => fastapi_not_found(),
    }
}

fn jan(visit: &Visit<'_>) -> Answer {
    if !visit.has_bearer() {
        return text(401, "Missing or invalid authorization header");
    }
    match visit.path {
        "/v1/models" => list(json!([card("qwen2.5-7b-instruct", "llama.cpp")])),
        _ => text(404, "Not Found"),
    }
}

fn litellm(visit: &Visit<'_>) -> Answer {
    let answer = match visit.path {
        "/health/readiness" => ok(json!({
            "status": "healthy", "db": "Not connected", "litellm_version": "1.75.0",
        })),
        "/v1/models" | "/models" | "/model_group/info" if !visit.has_bearer() => Answer::json(
            401,
            &json!({"error": {
                "message": "Authentication Error, No api key passed in.", "type": "auth_error",
                "param": "None", "code": "401",
            }}),
        ),
        "/v1/models" | "/models" => list(json!([
            card("gpt-4o", "openai"),
            card("local-qwen", "openai"),
            card("embed-small", "openai"),
        ])),
        "/model_group/info" => ok(json!({"data": [
            {
                "model_group": "gpt-4o", "providers": ["openai"], "max_input_tokens": 128_000.0,
                "max_output_tokens": 16_384.0, "input_cost_per_token": 0.0000025,
                "output_cost_per_token": 0.00001, "mode": "chat", "supports_vision": true,
                "supports_function_calling": true, "supports_reasoning": false,
            },
            {
                "model_group": "local-qwen", "providers": ["hosted_vllm"],
                "max_input_tokens": null, "mode": "chat", "supports_vision": false,
                "supports_function_calling": false, "supports_reasoning": true,
            },
            {"model_group": "embed-small", "mode": "embedding", "max_input_tokens": 8_191},
        ]})),
        _ => fastapi_not_found(),
    };
    answer.header("x-litellm-version", "1.75.0")
}

fn generic(visit: &Visit<'_>) -> Answer {
    match visit.path {
        "/v1/models" => list(json!([
            card("my-model", "somebody"),
            card("qwen2.5-vl-7b", "somebody"),
            card("bge-embed-large", "somebody"),
            card("deepseek-r1-distill", "somebody"),
        ])),
        path => super::openai_not_found(path),
    }
}
