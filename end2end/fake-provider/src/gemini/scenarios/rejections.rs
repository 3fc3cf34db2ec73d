//! Models that refuse a request until it is changed, and then answer.

use crate::{
    answer::Answer,
    call::Call,
    gemini::{errors, part_stream::say},
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario(
        "context-exceeded",
        "400 until the prompt has at most `limit` (200) tokens.",
        |call| {
            let (asked, limit) = (call.prompt_tokens(), call.number("limit", 200));
            reject(call, asked > limit, || {
                errors::refused(&format!(
                    "The input token count ({asked}) exceeds the maximum number of tokens allowed \
                     ({limit})."
                ))
            })
        },
    ),
    scenario("reject-temperature", "400 while `temperature` is sent.", |call| {
        reject(call, configured(call, "temperature"), || {
            errors::refused_field(
                "generation_config.temperature",
                "Unable to submit request because it has a value this model does not support.",
            )
        })
    }),
    scenario("reject-penalty", "400 while a penalty is sent.", |call| {
        let sent = configured(call, "presencePenalty") || configured(call, "frequencyPenalty");
        reject(call, sent, || errors::refused("Penalty is not enabled for this model."))
    }),
    scenario("reject-reasoning-effort", "400 while a thinking level is sent.", |call| {
        let sent = configured(call, "thinkingConfig");
        reject(call, sent, || errors::refused("Thinking level is not supported for this model."))
    }),
    scenario("reject-thinking-field", "400, because an older API has no such field.", |call| {
        reject(call, configured(call, "thinkingConfig"), || {
            errors::refused(
                "Invalid JSON payload received. Unknown name \"thinkingConfig\" at \
                 'generation_config': Cannot find field.",
            )
        })
    }),
    scenario("reject-response-format", "400 while JSON is asked for.", |call| {
        reject(call, configured(call, "responseMimeType"), || {
            errors::refused("JSON mode is not enabled for this model.")
        })
    }),
    scenario("reject-system", "400 while there is a system instruction, as Gemma.", |call| {
        reject(call, call.body.get("systemInstruction").is_some(), || {
            errors::refused("Developer instruction is not enabled for models/gemma-3-27b-it")
        })
    }),
    scenario("reject-tools", "400 while `tools` is sent.", |call| {
        reject(call, call.body.get("tools").is_some(), || {
            errors::refused("Function calling is not enabled for this model.")
        })
    }),
    scenario("reject-images", "400 while there is an image.", |call| {
        let sent = call.body["contents"].to_string().contains("\"inlineData\"");
        reject(call, sent, || {
            errors::refused("Image input modality is not enabled for this model.")
        })
    }),
    scenario("reject-model", "400 about a field no client can drop.", |_| {
        errors::refused_field("contents", "* GenerateContentRequest.contents: contents is odd")
    }),
];

fn configured(call: &Call, field: &str) -> bool {
    call.body["generationConfig"].get(field).is_some()
}

fn reject(call: &Call, refuse: bool, refusal: impl FnOnce() -> Answer) -> Answer {
    if refuse { refusal() } else { say(call, text::RECOVERED) }
}
