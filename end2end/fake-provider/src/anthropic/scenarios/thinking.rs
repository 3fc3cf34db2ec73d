//! Thoughts: signed, sealed, left out, between calls, and those of servers that sign nothing.

use serde_json::{Value, json};

use super::{
    super::{
        check::THOUGHTFUL,
        message::Message,
        message_stream::{MessageStream, input_delta},
        signature::{sealed, sign},
    },
    answered, tool,
};
use crate::{
    answer::Answer,
    call::Call,
    fold::fold,
    scenarios::{Scenario, scenario},
};

const THOUGHT: &str = "The user wants an answer. It should be short. I will say 42.";
const ANSWER: &str = "The answer is 42.";

pub(super) const TABLE: &[Scenario] = &[
    scenario("reasoning", "A thought with its signature, then text.", |call| {
        let stream = MessageStream::of(call).start().thinking_block(THOUGHT);
        stream.text_block(ANSWER).end("end_turn").answer()
    }),
    scenario("reasoning-only", "Thinks and then answers nothing.", |call| {
        MessageStream::of(call).start().thinking_block(THOUGHT).end("end_turn").answer()
    }),
    scenario("reasoning-length", "The token limit ends the thought.", |call| {
        let stream = MessageStream::of(call).start().open_thinking().thought(THOUGHT);
        stream.close().end("max_tokens").answer()
    }),
    scenario("reasoning-cut", "The connection closes before the signature.", |call| {
        MessageStream::of(call).start().open_thinking().thought(THOUGHT).cut().answer()
    }),
    scenario("reasoning-omitted", "The thought is left out, only the signature comes.", |call| {
        let signature = json!({"type": "signature_delta", "signature": sign(call.model(), "")});
        let stream = MessageStream::of(call).start().open_thinking().delta(signature).close();
        stream.text_block(ANSWER).end("end_turn").answer()
    }),
    scenario("reasoning-redacted", "A thought nobody may read, then a thought.", |call| {
        let block = json!({"type": "redacted_thinking", "data": sealed(call.model())});
        let stream = MessageStream::of(call).start().open(block).close().thinking_block(THOUGHT);
        stream.text_block(ANSWER).end("end_turn").answer()
    }),
    scenario("reasoning-tool", "A thought, then a call; `tool` names it.", |call| {
        after_thought(call, |stream, tool| {
            stream.call_block(&thoughtful("a"), tool, &["", "{\"tz\":", " \"UTC\"}"])
        })
    }),
    scenario("reasoning-tool-parallel", "A thought, text, then two calls.", |call| {
        after_thought(call, |stream, tool| {
            stream
                .text_block("Let me look that up twice.")
                .call_block(&thoughtful("a"), tool, &["", "{\"tz\": \"UTC\"}"])
                .call_block(&thoughtful("b"), tool, &["", "{\"tz\": ", "\"Asia/Tokyo\"}"])
        })
    }),
    scenario("reasoning-interleaved", "A thought, text, another thought, then a call.", |call| {
        after_thought(call, |stream, tool| {
            stream.text_block("One moment.").thinking_block("The clock will know.").call_block(
                &thoughtful("a"),
                tool,
                &["{\"tz\": \"UTC\"}"],
            )
        })
    }),
    scenario("reasoning-tool-json", "The same turn in one JSON answer.", |call| {
        let answer = after_thought(call, |stream, tool| {
            stream.call_block(&thoughtful("a"), tool, &["{\"tz\": \"UTC\"}"])
        });
        fold::<Message>(answer)
    }),
    scenario("reasoning-unsigned", "A thought without any signature, as vLLM.", |call| {
        let stream = MessageStream::of(call).start();
        let stream = stream.open(json!({"type": "thinking", "thinking": ""})).thought(THOUGHT);
        stream.close().text_block(ANSWER).end("end_turn").answer()
    }),
    scenario(
        "imitator-llamacpp",
        "Blocks overlap, signatures are empty, no ping, a call without input, as llama.cpp.",
        overlapping,
    ),
];

/// A thought and what follows, or the answer once the results are there.
fn after_thought(call: &Call, follow: fn(MessageStream, &str) -> MessageStream) -> Answer {
    answered(call).unwrap_or_else(|| {
        let stream = MessageStream::of(call).start().thinking_block(THOUGHT);
        follow(stream, tool(call)).end("tool_use").answer()
    })
}

fn thoughtful(name: &str) -> String {
    format!("{THOUGHTFUL}{name}")
}

fn overlapping(call: &Call) -> Answer {
    if let Some(answer) = answered(call) {
        return answer;
    }
    let unsigned = json!({"type": "signature_delta", "signature": ""});
    let id = "call_a";
    let begun: Value = json!({"type": "tool_use", "id": id, "name": tool(call)});
    let stream = MessageStream::of(call);
    let message = stream.empty_message();
    stream
        .event("message_start", json!({"message": message}))
        .open(json!({"type": "thinking", "thinking": "", "signature": ""}))
        .thought(THOUGHT)
        .open_text()
        .text("Let me look.")
        .open(begun)
        .delta_at(0, unsigned)
        .close_at(0)
        .delta_at(2, input_delta("{\"tz\":"))
        .close_at(1)
        .delta_at(2, input_delta("\"UTC\"}"))
        .close_at(2)
        .end("tool_use")
        .answer()
}
