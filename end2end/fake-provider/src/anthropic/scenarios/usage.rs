//! Where the token counts come, if at all.

use serde_json::{Value, json};

use super::super::message_stream::MessageStream;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("usage-absent", "Never any usage.", |call| {
        let stream = said(MessageStream::of(call).counting(json!(null)));
        stream.event("message_delta", json!({"delta": {"stop_reason": "end_turn"}})).stop().answer()
    }),
    scenario("usage-continuous", "Several counts, each of all tokens so far.", |call| {
        let mut stream = MessageStream::of(call).start().open_text();
        for (token, count) in text::tokens(text::PLAIN).iter().zip(1..) {
            let usage = json!({"output_tokens": count});
            stream =
                stream.text(token).event("message_delta", json!({"delta": {}, "usage": usage}));
        }
        stream.close().end("end_turn").answer()
    }),
    scenario(
        "usage-details",
        "Tokens read from and written to the cache, and of thought.",
        |call| {
            let stream = MessageStream::of(call).counting(json!({
            "input_tokens": 10,
            "cache_creation_input_tokens": 200,
            "cache_read_input_tokens": 3_000,
            "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        }));
            let usage = json!({
                "output_tokens": 19,
                "output_tokens_details": {"thinking_tokens": 2},
                "server_tool_use": {"web_search_requests": 0},
            });
            finished(said(stream), usage)
        },
    ),
    scenario("usage-late", "The counts of the prompt come at the end, as LiteLLM.", |call| {
        let stream = said(MessageStream::of(call).counting(json!({"input_tokens": 0})));
        finished(stream, prompt_and_answer(call))
    }),
    scenario("usage-nonsense", "Usage of negative and fractional numbers and strings.", |call| {
        let odd = json!({"input_tokens": -1, "cache_read_input_tokens": "some"});
        finished(said(MessageStream::of(call).counting(odd)), json!({"output_tokens": 0.5}))
    }),
];

fn said(stream: MessageStream) -> MessageStream {
    stream.start().text_block(text::PLAIN)
}

fn finished(stream: MessageStream, usage: Value) -> Answer {
    let delta = json!({"stop_reason": "end_turn"});
    stream.event("message_delta", json!({"delta": delta, "usage": usage})).stop().answer()
}

fn prompt_and_answer(call: &Call) -> Value {
    json!({"input_tokens": call.prompt_tokens(), "output_tokens": 19})
}
