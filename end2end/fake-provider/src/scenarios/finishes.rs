//! The reasons an answer may give for its end.

use serde_json::json;

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call};

pub(super) const TABLE: &[Scenario] = &[
    scenario("length", "Ends because the token limit was reached.", |call| because(call, "length")),
    scenario("model-length", "Mistral's word for a full context.", |call| {
        because(call, "model_length")
    }),
    scenario("content-filter", "Ends because a filter stepped in.", |call| {
        because(call, "content_filter")
    }),
    scenario("refusal", "A refusal in `delta.refusal` and no content.", |call| {
        let refused = "I'm sorry, I can't help with that.";
        call.stream().role().text_in("refusal", refused).end().answer()
    }),
    scenario("finish-error", "The finish reason is `error`.", |call| because(call, "error")),
    scenario("finish-resource", "DeepSeek's word for too little capacity.", |call| {
        because(call, "insufficient_system_resource")
    }),
    scenario("finish-unknown", "A finish reason nobody has heard of.", |call| {
        because(call, "solar_flare")
    }),
    scenario("finish-with-text", "The finish chunk carries the last text.", |call| {
        let last =
            json!([{"index": 0, "delta": {"content": " the end."}, "finish_reason": "stop"}]);
        call.begun().choices(last).done().answer()
    }),
    scenario("text-after-finish", "More text after the finish chunk.", |call| {
        call.begun().finish("stop").text(" One more thing.").done().answer()
    }),
];

fn because(call: &Call, reason: &str) -> Answer {
    call.begun().end_because(reason).answer()
}
