//! Thinking aloud, in each of the styles servers use; some want their thoughts back with the results of
//! tools.

use serde_json::{Value, json};

use super::{Scenario, scenario, tools};
use crate::{answer::Answer, call::Call, chunk_stream::ChunkStream, errors, seal};

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
        |call| detailed(call).text(ANSWER).end().answer(),
    ),
    scenario(
        "reasoning-details-tool",
        "Thinks in `reasoning_details` and calls; with the results it wants them back.",
        |call| {
            let given = |turn: &Value| turn["reasoning_details"] == details();
            wanting(call, given, detailed, || {
                let message = "Provider returned error: the reasoning blocks of the latest \
                               assistant message cannot be modified";
                Answer::json(400, &json!({"error": {"message": message, "code": 400}}))
            })
        },
    ),
    scenario(
        "reasoning-content-tool",
        "Thinks in `reasoning_content` and calls; 400 if it does not come back, as DeepSeek.",
        |call| {
            let given = |turn: &Value| turn["reasoning_content"] == THOUGHT;
            let think = |call: &Call| call.stream().role().text_in("reasoning_content", THOUGHT);
            wanting(call, given, think, unthinking)
        },
    ),
    scenario(
        "reasoning-content-tool-empty",
        "The same with an empty thought, which must come back too.",
        |call| {
            let given = |turn: &Value| turn["reasoning_content"] == "";
            let think = |call: &Call| call.stream().role().delta(json!({"reasoning_content": ""}));
            wanting(call, given, think, unthinking)
        },
    ),
    scenario(
        "reasoning-array-tool",
        "Thinks in thinking items and calls; with the results it wants them back, as Mistral.",
        |call| {
            let given = |turn: &Value| {
                turn["content"][0] == thinking("The user wants an answer. I will say 42.", true)
            };
            wanting(call, given, thoughtful, || {
                let message = "The thinking of the last assistant message is missing.";
                Answer::json(400, &errors::object(message, "invalid_request_error", Value::Null))
            })
        },
    ),
    scenario(
        "reasoning-array",
        "Content is an array with thinking items, as Mistral does.",
        |call| {
            let said = json!({"content": [{"type": "text", "text": ANSWER}]});
            thoughtful(call).delta(said).end().answer()
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

fn thoughtful(call: &Call) -> ChunkStream {
    call.stream()
        .role()
        .delta(json!({"content": [thinking("The user wants an answer.", false)]}))
        .delta(json!({"content": [thinking(" I will say 42.", true)]}))
}

/// A stream that has thought in OpenRouter's blocks, each of them in pieces.
fn detailed(call: &Call) -> ChunkStream {
    let text = |text: &str| {
        let piece =
            json!({"type": "reasoning.text", "text": text, "format": "fake-v1", "index": 0});
        json!({"reasoning": text, "reasoning_details": [piece]})
    };
    let whole = details();
    let signed = json!({"type": "reasoning.text", "signature": whole[0]["signature"], "index": 0});
    let data = whole[1]["data"].as_str().unwrap_or_default();
    let (begin, end) = data.split_at(data.len() / 2);
    let sealed = |data: &str| {
        let piece = json!({"type": "reasoning.encrypted", "data": data, "id": "rs_1", "index": 1});
        json!({"reasoning_details": [piece]})
    };
    call.stream()
        .role()
        .delta(text("The user wants an answer."))
        .delta(text(" I will say 42."))
        .delta(json!({"reasoning_details": [signed]}))
        .delta(sealed(begin))
        .delta(sealed(end))
}

/// Those blocks as they must come back.
fn details() -> Value {
    let text = "The user wants an answer. I will say 42.";
    let data = seal::sealed("c2VhbGVk");
    json!([
        {
            "type": "reasoning.text",
            "text": text,
            "format": "fake-v1",
            "signature": seal::of(text),
            "index": 0,
        },
        {"type": "reasoning.encrypted", "data": data, "id": "rs_1", "index": 1},
    ])
}

/// Thinks and calls a tool, and answers its results only if the thought came back with the call.
fn wanting(
    call: &Call,
    given: impl FnOnce(&Value) -> bool,
    think: impl FnOnce(&Call) -> ChunkStream,
    refusal: impl FnOnce() -> Answer,
) -> Answer {
    match tools::answered(call) {
        Some(_) if !given(call.last_turn()) => refusal(),
        Some(answer) => answer,
        None => think(call).delta(tools::one_call(call)).end_because("tool_calls").answer(),
    }
}

fn unthinking() -> Answer {
    let message = "The `reasoning_content` in the thinking mode must be passed back to the API.";
    Answer::json(400, &errors::object(message, "invalid_request_error", Value::Null))
}
