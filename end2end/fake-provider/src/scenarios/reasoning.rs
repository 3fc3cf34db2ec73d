//! Thinking aloud, in each of the styles servers use.

use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call};

const THOUGHT: &str = "The user wants an answer. It should be short. I will say 42.";
const ANSWER: &str = "The answer is 42.";

pub(super) const TABLE: &[Scenario] = &[
    scenario(
        "reasoning-content",
        "Thinks in `delta.reasoning_content`, as DeepSeek does.",
        |call| {
            call.stream().role().text_in("reasoning_content", THOUGHT).text(ANSWER).end().answer()
        },
    ),
    scenario("reasoning-field", "Thinks in `delta.reasoning`, as vLLM does.", |call| {
        call.stream().role().text_in("reasoning", THOUGHT).text(ANSWER).end().answer()
    }),
    scenario("reasoning-both", "The same thought in both fields: take one.", |call| {
        let both = |thought: &str| json!({"reasoning": thought, "reasoning_content": thought});
        let (half, rest) = THOUGHT.split_at(26);
        call.stream().role().delta(both(half)).delta(both(rest)).text(ANSWER).end().answer()
    }),
    scenario(
        "reasoning-details",
        "Thinks in `delta.reasoning_details`, as OpenRouter does.",
        details,
    ),
    scenario(
        "reasoning-array",
        "Content is an array with thinking items, as Mistral does.",
        |call| {
            call.stream()
                .role()
                .delta(json!({"content": [thinking("The user wants an answer.", false)]}))
                .delta(json!({"content": [thinking(" I will say 42.", true)]}))
                .delta(json!({"content": [{"type": "text", "text": ANSWER}]}))
                .end()
                .answer()
        },
    ),
    scenario(
        "reasoning-think-tags",
        "Thinks in `<think>` tags that are split over tokens.",
        |call| {
            call.stream()
                .role()
                .delta(json!({"content": "<th"}))
                .delta(json!({"content": "ink>\n"}))
                .text(THOUGHT)
                .delta(json!({"content": "\n</thi"}))
                .delta(json!({"content": "nk>\n\n"}))
                .text(ANSWER)
                .end()
                .answer()
        },
    ),
    scenario("reasoning-unclosed", "A `<think>` tag that is never closed.", |call| {
        call.say("<think>I think, and then I forget to stop thinking.")
    }),
    scenario("reasoning-only", "Thinks and then answers nothing.", |call| {
        call.stream().role().text_in("reasoning_content", THOUGHT).end().answer()
    }),
];

fn thinking(text: &str, closed: bool) -> Value {
    json!({"type": "thinking", "thinking": [{"type": "text", "text": text}], "closed": closed})
}

fn details(call: &Call) -> Answer {
    let detail = |text: &str| {
        json!({
            "reasoning": text,
            "reasoning_details": [
                {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0},
            ],
        })
    };
    let sealed = json!({"reasoning_details": [
        {"type": "reasoning.encrypted", "data": "c2VhbGVk", "id": "rs_1", "index": 1},
    ]});
    call.stream()
        .role()
        .delta(detail("The user wants an answer."))
        .delta(detail(" I will say 42."))
        .delta(sealed)
        .text(ANSWER)
        .end()
        .answer()
}
