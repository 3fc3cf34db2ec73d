//! Where the token counts come, if at all. Elsewhere every frame counts up to itself.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{PartStream, stream},
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("usage-absent", "Never any usage.", |call| {
        stream(call).without_usage().text(text::PLAIN).end().answer()
    }),
    scenario("usage-end", "Usage on the last frame only.", |call| {
        last(call, |call| {
            json!({
                "promptTokenCount": call.prompt_tokens(),
                "candidatesTokenCount": 18,
                "totalTokenCount": call.prompt_tokens() + 18,
            })
        })
    }),
    scenario("usage-details", "Usage with cached tokens, thoughts and modalities.", |call| {
        last(call, |call| {
            json!({
                "promptTokenCount": call.prompt_tokens(),
                "cachedContentTokenCount": 3,
                "candidatesTokenCount": 18,
                "thoughtsTokenCount": 20,
                "totalTokenCount": call.prompt_tokens() + 38,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
            })
        })
    }),
    scenario("usage-prompt-only", "Usage that only ever counts the prompt.", |call| {
        last(call, |call| json!({"promptTokenCount": call.prompt_tokens()}))
    }),
    scenario("usage-nonsense", "Usage of negative and fractional numbers and words.", |call| {
        last(
            call,
            |_| json!({"promptTokenCount": -1, "candidatesTokenCount": "many", "totalTokenCount": 0.5}),
        )
    }),
];

fn last(call: &Call, usage: fn(&Call) -> Value) -> Answer {
    let said: PartStream = stream(call).without_usage().text(text::PLAIN);
    let mut frame = said.last_frame(&json!({"text": ""}), "STOP");
    frame["usageMetadata"] = usage(call);
    said.frame(frame).answer()
}
