//! The reasons an answer may give for its end.

use serde_json::{Value, json};

use super::super::message_stream::MessageStream;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("length", "Ends because the token limit was reached.", |call| {
        because(call, "max_tokens")
    }),
    scenario("model-length", "Ends because the context is full.", |call| {
        because(call, "model_context_window_exceeded")
    }),
    scenario("stop-sequence", "Ends at a text that was asked to end it.", |call| {
        let delta = json!({"stop_reason": "stop_sequence", "stop_sequence": "END"});
        let usage = json!({"output_tokens": 12});
        let stream = MessageStream::begun(call).close();
        stream.event("message_delta", json!({"delta": delta, "usage": usage})).stop().answer()
    }),
    scenario("pause-turn", "A search of the server's own, and the turn is put aside.", paused),
    scenario("refusal", "Ends because a classifier stepped in, and says why.", |call| {
        let details = json!({"category": "cyber", "explanation": "This looks like an attack."});
        refused(MessageStream::begun(call).close(), details)
    }),
    scenario("refusal-at-once", "A refusal with its reason and no text at all.", |call| {
        let explanation = "I'm sorry, I can't help with that.";
        let details = json!({"category": null, "explanation": explanation});
        refused(MessageStream::of(call).start(), details)
    }),
    scenario("finish-unknown", "A stop reason nobody has heard of.", |call| {
        because(call, "solar_flare")
    }),
];

fn because(call: &Call, reason: &str) -> Answer {
    MessageStream::begun(call).close().end(reason).answer()
}

fn refused(stream: MessageStream, details: Value) -> Answer {
    let mut delta = json!({"stop_reason": "refusal", "stop_sequence": null});
    delta["stop_details"] = details;
    let usage = json!({"output_tokens": 7});
    stream.event("message_delta", json!({"delta": delta, "usage": usage})).stop().answer()
}

/// Asked again with the turn as it was, the answer comes.
fn paused(call: &Call) -> Answer {
    let search =
        json!({"type": "server_tool_use", "id": "srvtoolu_a", "name": "web_search", "input": {}});
    let found = json!({
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_a",
        "content": [{"type": "web_search_result", "title": "Clocks", "url": "https://example.com/"}],
    });
    let went_on = call.messages().last().is_some_and(|message| message["role"] == "assistant");
    if went_on {
        return super::say(call, " And now I know.");
    }
    MessageStream::of(call)
        .start()
        .text_block("Let me search.")
        .open(search)
        .input("{\"query\": \"clocks\"}")
        .close()
        .open(found)
        .close()
        .end("pause_turn")
        .answer()
}
