//! Thinking aloud, and thoughts of which only a signature is seen.

use serde_json::json;

use crate::{
    gemini::part_stream::stream,
    scenarios::{Scenario, scenario},
};

const THOUGHT: &str = "The user wants an answer. It should be short. I will say 42.";
const ANSWER: &str = "The answer is 42.";

pub(super) const TABLE: &[Scenario] = &[
    scenario("reasoning-parts", "Thinks in parts marked `thought`.", |call| {
        stream(call).thought(THOUGHT).text(ANSWER).end().answer()
    }),
    scenario("reasoning-same-frame", "Thought and answer are parts of the same frame.", |call| {
        let parts = json!([{"text": THOUGHT, "thought": true}, {"text": ANSWER}]);
        stream(call).parts(parts).end().answer()
    }),
    scenario("reasoning-only", "Thinks and then answers nothing.", |call| {
        stream(call).thought(THOUGHT).end().answer()
    }),
    scenario("reasoning-signed-end", "The last frame is an empty text with a signature.", |call| {
        stream(call).thought(THOUGHT).text(ANSWER).signed_end().answer()
    }),
    scenario("reasoning-signed-text", "A text in the middle carries a signature.", |call| {
        stream(call)
            .thought(THOUGHT)
            .text("The answer")
            .signed(json!({"text": " is"}))
            .text(" 42.")
            .end()
            .answer()
    }),
];
