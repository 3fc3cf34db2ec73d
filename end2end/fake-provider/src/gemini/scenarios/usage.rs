//! Where the token counts come, if at all. Elsewhere every frame counts up to itself.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{PartStream, prompt_tokens, stream},
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
                "promptTokenCount": prompt_tokens(call),
                "candidatesTokenCount": 18,
                "totalTokenCount": prompt_tokens(call) + 18,
            })
        })
    }),
    scenario("usage-details", "Usage with cached tokens, thoughts and modalities.", |call| {
        last(call, |call| {
            json!({
                "promptTokenCount": prompt_tokens(call),
                "cachedContentTokenCount": 3,
                "candidatesTokenCount": 18,
                "thoughtsTokenCount": 20,
                "totalTokenCount": prompt_tokens(call) + 38,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9}],
            })
        })
    }),
    scenario("usage-prompt-only", "Usage that only ever counts the prompt.", |call| {
        last(call, |call| json!({"promptTokenCount": prompt_tokens(call)}))
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
