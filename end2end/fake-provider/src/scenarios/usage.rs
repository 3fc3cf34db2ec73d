//! Where the token counts come, if at all.

use serde_json::json;

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, text};

pub(super) const TABLE: &[Scenario] = &[
    scenario("usage-end", "A usage chunk at the end, asked for or not.", |call| {
        call.stream().role().text(text::PLAIN).finish("stop").usage().done().answer()
    }),
    scenario("usage-on-finish", "Usage on the finish chunk, as Mistral does.", |call| {
        call.stream().role().text(text::PLAIN).finish_with_usage("stop").done().answer()
    }),
    scenario("usage-absent", "Never any usage, asked for or not.", |call| {
        call.stream().role().text(text::PLAIN).finish("stop").done().answer()
    }),
    scenario("usage-continuous", "Usage on every chunk: the last one counts.", continuous),
    scenario("usage-details", "Usage with cached and reasoning tokens, and timings.", details),
    scenario("usage-nonsense", "Usage of negative and fractional numbers and strings.", |call| {
        let usage = json!({"prompt_tokens": -1, "completion_tokens": "many", "total_tokens": 0.5});
        let stream = call.stream().role().text(text::PLAIN).finish("stop");
        stream.frame(json!({"choices": [], "usage": usage})).done().answer()
    }),
];

fn continuous(call: &Call) -> Answer {
    let mut stream = call.stream().role();
    for (count, token) in text::tokens(text::PLAIN).iter().enumerate() {
        let usage = json!({
            "prompt_tokens": call.prompt_tokens(),
            "completion_tokens": count + 1,
            "total_tokens": call.prompt_tokens() + count as u64 + 1,
        });
        stream = stream.delta_with(json!({"content": token}), &json!({"usage": usage}));
    }
    stream.finish("stop").done().answer()
}

fn details(call: &Call) -> Answer {
    let stream = call.stream().role().text(text::PLAIN).finish("stop");
    let mut usage = stream.usage_numbers();
    usage["prompt_tokens_details"] = json!({"cached_tokens": 3});
    usage["completion_tokens_details"] = json!({"reasoning_tokens": 2});
    let timings = json!({"prompt_ms": 12.5, "predicted_ms": 80.0, "predicted_per_second": 250.0});
    stream.frame(json!({"choices": [], "usage": usage, "timings": timings})).done().answer()
}
