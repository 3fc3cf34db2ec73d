//! Servers that refuse a request until it is changed, and then answer.

use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, errors, text};

/// Those that any protocol can play.
pub(crate) const SHARED: &[Scenario] = &[
    scenario(
        "context-exceeded",
        "400 until the prompt has at most `limit` (200) tokens.",
        |call| {
            let message = "the request exceeds the available context size, try increasing it";
            too_long(call).map_or_else(
                || call.say(text::RECOVERED),
                |(asked, limit)| {
                    Answer::json(
                        400,
                        &json!({"error": {
                            "code": 400,
                            "message": message,
                            "type": "exceed_context_size_error",
                            "n_prompt_tokens": asked,
                            "n_ctx": limit,
                        }}),
                    )
                },
            )
        },
    ),
    scenario("context-exceeded-openai", "The same in OpenAI's words.", |call| {
        too_long(call).map_or_else(
            || call.say(text::RECOVERED),
            |(asked, limit)| {
                let message = format!(
                    "This model's maximum context length is {limit} tokens. However, your \
                     messages resulted in {asked} tokens."
                );
                let kind = "invalid_request_error";
                let code = json!("context_length_exceeded");
                Answer::json(400, &errors::object(&message, kind, code))
            },
        )
    }),
    scenario("reject-temperature", "400 while `temperature` is sent.", |call| {
        reject(call, "temperature")
    }),
    scenario("reject-parallel-tool-calls", "400 while `parallel_tool_calls` is sent.", |call| {
        reject(call, "parallel_tool_calls")
    }),
    scenario("reject-tools", "400 while `tools` is sent.", |call| reject(call, "tools")),
    scenario("reject-stream", "400 while a stream is asked for.", |call| {
        if call.wants_stream() {
            Answer::json(400, &errors::unsupported("stream"))
        } else {
            call.say(text::RECOVERED)
        }
    }),
    scenario("reject-model", "400 whose `param` is a field no client can drop.", |_| {
        Answer::json(400, &errors::unsupported("model"))
    }),
    scenario("reject-images", "500 while there is an image, as llama.cpp.", |call| {
        reject_images(call, || {
            let message = "image input is not supported - hint: you may need the mmproj";
            Answer::json(500, &errors::object(message, "server_error", json!(500)))
        })
    }),
];

pub(super) const TABLE: &[Scenario] = &[
    scenario("reject-stream-options", "400 while `stream_options` is sent.", |call| {
        reject(call, "stream_options")
    }),
    scenario("reject-stream-options-in-words", "The same, the name only in the message.", |call| {
        reject_with(call, "stream_options", || {
            let message = "Extra inputs are not permitted: stream_options";
            Answer::json(400, &errors::object(message, "invalid_request_error", json!(400)))
        })
    }),
    scenario("reject-stream-options-422", "The same as 422 with a `detail` array.", |call| {
        reject_with(call, "stream_options", || {
            let detail =
                json!({"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"});
            Answer::json(422, &json!({"detail": [detail]}))
        })
    }),
    scenario("reject-max-completion-tokens", "400 while it is sent: wants max_tokens.", |call| {
        reject(call, "max_completion_tokens")
    }),
    scenario("reject-max-tokens", "400 while it is sent: wants max_completion_tokens.", |call| {
        reject_with(call, "max_tokens", || {
            let mut error = errors::unsupported("max_tokens");
            error["error"]["message"] = json!(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                 'max_completion_tokens' instead."
            );
            Answer::json(400, &error)
        })
    }),
    scenario("reject-reasoning-effort", "400 while `reasoning_effort` is sent.", |call| {
        reject(call, "reasoning_effort")
    }),
    scenario("reject-response-format", "400 while `response_format` is sent.", |call| {
        reject(call, "response_format")
    }),
    scenario(
        "reject-response-format-in-words",
        "The same, the name only in the message, as DeepSeek.",
        |call| {
            reject_with(call, "response_format", || {
                let message = "This response_format type is unavailable now";
                Answer::json(400, &errors::object(message, "invalid_request_error", Value::Null))
            })
        },
    ),
    scenario("reject-seed-422", "422 with a `detail` array while `seed` is sent.", |call| {
        reject_with(call, "seed", || {
            let detail = json!({"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"});
            Answer::json(422, &json!({"detail": [detail]}))
        })
    }),
    scenario("reject-tools-vllm", "400 while `tools` is sent, as vLLM without a parser.", |call| {
        reject_with(call, "tools", || {
            let message = "\"auto\" tool choice requires --enable-auto-tool-choice and \
                           --tool-call-parser to be set";
            Answer::json(400, &errors::object(message, "BadRequestError", json!(400)))
        })
    }),
    scenario("reject-tools-ollama", "400 while `tools` is sent, in Ollama's words.", |call| {
        reject_with(call, "tools", || {
            let message = "registry.ollama.ai/library/tiny:latest does not support tools";
            Answer::json(400, &errors::object(message, "invalid_request_error", Value::Null))
        })
    }),
    scenario("reject-tools-jinja", "500 while `tools` is sent, as older llama.cpp.", |call| {
        reject_with(call, "tools", || {
            let message = "tools param requires --jinja flag";
            Answer::json(500, &errors::object(message, "server_error", json!(500)))
        })
    }),
    scenario("reject-tools-404", "404 while `tools` is sent, as OpenRouter.", |call| {
        reject_with(call, "tools", || {
            let message = "No endpoints found that support tool use.";
            Answer::json(404, &json!({"error": {"message": message, "code": 404}}))
        })
    }),
    scenario("reject-system", "400 while there is a system message.", |call| {
        if call.messages().iter().any(|message| message["role"] == "system") {
            let message = "System role not supported";
            Answer::json(400, &errors::object(message, "invalid_request_error", json!(400)))
        } else {
            call.say(text::RECOVERED)
        }
    }),
    scenario("reject-images-400", "400 while there is an image, as vLLM.", |call| {
        reject_images(call, || {
            let message = "tiny is not a multimodal model";
            Answer::json(400, &errors::object(message, "BadRequestError", json!(400)))
        })
    }),
    scenario("reject-images-404", "404 while there is an image, as OpenRouter.", |call| {
        reject_images(call, || {
            let message = "No endpoints found that support image input";
            Answer::json(404, &json!({"error": {"message": message, "code": 404}}))
        })
    }),
];

fn reject_images(call: &Call, refusal: impl FnOnce() -> Answer) -> Answer {
    let has_image = call.conversation().to_string().contains("\"image_url\"");
    if has_image { refusal() } else { call.say(text::RECOVERED) }
}

fn reject(call: &Call, field: &str) -> Answer {
    reject_with(call, field, || Answer::json(400, &errors::unsupported(field)))
}

pub(crate) fn reject_with(call: &Call, field: &str, refusal: impl FnOnce() -> Answer) -> Answer {
    match call.body.get(field) {
        Some(_) => refusal(),
        None => call.say(text::RECOVERED),
    }
}

/// The tokens sent and the limit, where there are too many.
fn too_long(call: &Call) -> Option<(u64, u64)> {
    let limit = call.number("limit", 200);
    (call.prompt_tokens() > limit).then(|| (call.prompt_tokens(), limit))
}
