//! The large hosted services, as far as listing their models goes.

use serde_json::{Value, json};

use super::{Kind, LISTS, Visit, card, kind, list, ok, openai_not_found};
use crate::{answer::Answer, errors};

pub(super) const KINDS: &[Kind] = &[
    kind("openrouter", "OpenRouter, whose list is open to all.", LISTS, openrouter),
    kind("openai", "OpenAI.", LISTS, openai),
    kind("azure-like", "Azure OpenAI, with the key in a header of its own.", AZURE_LISTS, azure),
    kind("anthropic", "Anthropic, two models to a page.", LISTS, anthropic),
    kind("gemini", "Google Gemini, two models to a page.", GEMINI_LISTS, gemini),
    kind("groq", "Groq.", LISTS, groq),
    kind("mistral", "Mistral.", LISTS, mistral),
    kind("deepseek", "DeepSeek.", LISTS, deepseek),
];

const AZURE_LISTS: &[&str] = &["/openai/v1/models", "/v1/models", "/models"];
const GEMINI_LISTS: &[&str] = &["/v1beta/models", "/v1/models", "/models"];

fn openrouter(visit: &Visit<'_>) -> Answer {
    let model = |id: &str, context: u32, input: &[&str], parameters: &[&str]| {
        json!({
            "id": id, "canonical_slug": id, "name": format!("Display name of {id}"),
            "created": 1_750_000_000, "context_length": context,
            "architecture": {"input_modalities": input, "output_modalities": ["text"]},
            "pricing": {
                "prompt": "0.0000025", "completion": "0.00001", "input_cache_read": "0.00000125",
            },
            "top_provider": {"context_length": context, "max_completion_tokens": 16_384},
            "supported_parameters": parameters,
        })
    };
    match visit.path {
        "/v1/models" => ok(json!({"data": [
            model("openai/gpt-4o", 128_000, &["text", "image"], &["tools", "tool_choice"]),
            model("deepseek/deepseek-r1", 163_840, &["text"], &["reasoning", "max_tokens"]),
        ]})),
        path => openai_not_found(path),
    }
}

fn openai(visit: &Visit<'_>) -> Answer {
    let answer = match visit.path {
        "/v1/models" if !visit.has_bearer() => errors::unauthorized(),
        "/v1/models" => list(json!([
            card("gpt-4o", "system"),
            card("gpt-4o-mini-2024-07-18", "system"),
            card("o3", "system"),
            card("gpt-5-mini", "system"),
            card("text-embedding-3-small", "system"),
            card("whisper-1", "openai-internal"),
        ])),
        path => openai_not_found(path),
    };
    answer.header("openai-version", "2020-10-01")
}

fn azure(visit: &Visit<'_>) -> Answer {
    let refused = || {
        Answer::json(
            401,
            &json!({"error": {
                "code": "401", "message": "Access denied due to invalid subscription key.",
            }}),
        )
    };
    let model = |id: &str, chats: bool| {
        json!({
            "id": id, "object": "model", "status": "succeeded", "created_at": 1_750_000_000,
            "lifecycle_status": "generally-available",
            "capabilities": {
                "fine_tune": false, "inference": true, "completion": false,
                "chat_completion": chats, "embeddings": !chats,
            },
        })
    };
    match visit.path {
        "/openai/v1/models" if !visit.has_key_in("api-key") => refused(),
        "/openai/v1/models" => {
            list(json!([model("gpt-4o-2024-08-06", true), model("text-embedding-3-large", false)]))
        }
        _ => Answer::json(404, &json!({"error": {"code": "404", "message": "Resource not found"}})),
    }
}

fn anthropic(visit: &Visit<'_>) -> Answer {
    let error = |status: u16, kind: &str, message: &str| {
        Answer::json(
            status,
            &json!({
                "type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1",
            }),
        )
    };
    if visit.path != "/v1/models" {
        return error(404, "not_found_error", "Not found");
    }
    if !visit.has_key_in("x-api-key") {
        return error(401, "authentication_error", "x-api-key header is required");
    }
    if !visit.received.headers.contains_key("anthropic-version") {
        return error(400, "invalid_request_error", "anthropic-version: header is required");
    }
    let model = |id: &str, name: &str, thinks: bool| {
        json!({
            "type": "model", "id": id, "display_name": name,
            "created_at": "2025-09-29T00:00:00Z", "max_input_tokens": 200_000,
            "max_tokens": 64_000,
            "capabilities": {
                "image_input": {"supported": true}, "pdf_input": {"supported": true},
                "thinking": {"supported": thinks},
            },
        })
    };
    let all = [
        model("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", true),
        model("claude-haiku-4-5-20251001", "Claude Haiku 4.5", true),
        model("claude-3-5-haiku-20241022", "Claude Haiku 3.5", false),
    ];
    let start = match visit.query("after_id") {
        Some(after) => all.iter().position(|card| card["id"] == after).map_or(3, |at| at + 1),
        None => 0,
    };
    let limit = visit.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20_usize);
    let end = (start + limit.min(2)).min(all.len());
    let page = &all[start.min(end)..end];
    ok(json!({
        "data": page, "has_more": end < all.len(),
        "first_id": page.first().map(|card| &card["id"]),
        "last_id": page.last().map(|card| &card["id"]),
    }))
}

fn gemini(visit: &Visit<'_>) -> Answer {
    let error = |code: u16, status: &str, message: &str, reason: &str| {
        Answer::json(
            code,
            &json!({"error": {
                "code": code, "message": message, "status": status,
                "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}],
            }}),
        )
    };
    if !matches!(visit.path, "/v1beta/models" | "/v1/models") {
        return Answer::html(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>");
    }
    if !visit.received.headers.contains_key("x-goog-api-key") {
        let message = "Method doesn't allow unregistered callers. Please use API Key.";
        return error(403, "PERMISSION_DENIED", message, "");
    }
    if !visit.has_key_in("x-goog-api-key") {
        let message = "API key not valid. Please pass a valid API key.";
        return error(400, "INVALID_ARGUMENT", message, "API_KEY_INVALID");
    }
    let model = |id: &str, context: u32, methods: &[&str], thinks: bool| {
        json!({
            "name": format!("models/{id}"), "version": "001",
            "displayName": format!("Display name of {id}"), "inputTokenLimit": context,
            "outputTokenLimit": 8_192, "supportedGenerationMethods": methods, "thinking": thinks,
        })
    };
    let all = [
        model("gemini-2.5-flash", 1_048_576, &["generateContent", "countTokens"], true),
        model("gemini-2.0-flash", 1_048_576, &["generateContent"], false),
        model("gemini-embedding-001", 2_048, &["embedContent"], false),
    ];
    let start: usize =
        visit.query("pageToken").and_then(|token| token.parse().ok()).unwrap_or_default();
    let end = (start + 2).min(all.len());
    let mut page = json!({"models": all[start.min(end)..end]});
    if end < all.len() {
        page["nextPageToken"] = json!(end.to_string());
    }
    ok(page)
}

fn groq(visit: &Visit<'_>) -> Answer {
    let model = |id: &str, owner: &str, context: u32, output: u32| {
        let mut model = card(id, owner);
        model["active"] = json!(true);
        model["context_window"] = json!(context);
        model["max_completion_tokens"] = json!(output);
        model["public_apps"] = Value::Null;
        model
    };
    match visit.path {
        "/v1/models" if !visit.has_bearer() => errors::unauthorized(),
        "/v1/models" => list(json!([
            model("llama-3.3-70b-versatile", "Meta", 131_072, 32_768),
            model("openai/gpt-oss-20b", "OpenAI", 131_072, 65_536),
            model("meta-llama/llama-4-scout-17b-16e-instruct", "Meta", 131_072, 8_192),
        ])),
        path => openai_not_found(path),
    }
}

fn mistral(visit: &Visit<'_>) -> Answer {
    let model = |id: &str, context: u32, tools: bool, vision: bool| {
        let mut model = card(id, "mistralai");
        model["name"] = json!(id);
        model["aliases"] = json!([]);
        model["max_context_length"] = json!(context);
        model["capabilities"] = json!({
            "completion_chat": tools, "completion_fim": false, "function_calling": tools,
            "fine_tuning": false, "vision": vision,
        });
        model["type"] = json!("base");
        model
    };
    match visit.path {
        "/v1/models" if !visit.has_bearer() => {
            Answer::json(401, &json!({"detail": "Unauthorized"}))
        }
        "/v1/models" => list(json!([
            model("mistral-large-latest", 131_072, true, false),
            model("magistral-medium-latest", 131_072, true, true),
            model("mistral-embed", 8_192, false, false),
        ])),
        _ => Answer::json(404, &json!({"message": "no Route matched with those values"})),
    }
}

fn deepseek(visit: &Visit<'_>) -> Answer {
    let model = |id: &str| json!({"id": id, "object": "model", "owned_by": "deepseek"});
    match visit.path {
        "/v1/models" | "/models" if !visit.has_bearer() => {
            let message = "Authentication Fails (auth header format should be Bearer sk-...)";
            let kind = "authentication_error";
            Answer::json(401, &errors::object(message, kind, json!("invalid_request_error")))
        }
        "/v1/models" | "/models" => {
            list(json!([model("deepseek-v4-flash"), model("deepseek-chat")]))
        }
        _ => Answer::whole(404, "text/plain", "404"),
    }
}
