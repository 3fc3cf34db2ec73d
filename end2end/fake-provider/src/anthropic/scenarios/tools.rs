//! Calls, in every way servers stream them; given the results, the answer quotes them.

use serde_json::json;

use super::{
    super::message_stream::{MessageStream, input_delta},
    answered, tool,
};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("tool-fragments", "One call, its input in pieces; `tool` names it.", |call| {
        calling(call, |stream, tool| {
            stream.call_block("toolu_a", tool, &["", "{\"tz\":", " \"U", "TC\"}"])
        })
    }),
    scenario("tool-parallel", "Two calls, their pieces interleaved.", |call| {
        calling(call, |stream, tool| {
            stream
                .open_call("toolu_a", tool)
                .delta_at(0, input_delta("{\"tz\":"))
                .open_call("toolu_b", tool)
                .delta_at(1, input_delta("{\"tz\": \"Asia/"))
                .delta_at(0, input_delta(" \"UTC\"}"))
                .close_at(0)
                .delta_at(1, input_delta("Tokyo\"}"))
                .close_at(1)
        })
    }),
    scenario("tool-one-piece", "The whole input in one delta.", |call| {
        calling(call, |stream, tool| stream.call_block("toolu_a", tool, &["{\"tz\": \"UTC\"}"]))
    }),
    scenario("tool-parallel-one-piece", "Two calls, each input in one delta.", |call| {
        calling(call, |stream, tool| {
            stream.call_block("toolu_a", tool, &["{\"tz\": \"UTC\"}"]).call_block(
                "toolu_b",
                tool,
                &["{\"tz\": \"UTC\"}"],
            )
        })
    }),
    scenario("tool-object-arguments", "The input is whole in the block's start.", |call| {
        calling(call, |stream, tool| {
            let input = json!({"tz": "UTC"});
            stream
                .open(json!({"type": "tool_use", "id": "toolu_a", "name": tool, "input": input}))
                .close()
        })
    }),
    scenario("tool-no-index", "Two calls whose events name no index.", |call| {
        calling(call, |stream, tool| {
            let begun = |id: &str| json!({"content_block": {"type": "tool_use", "id": id, "name": tool, "input": {}}});
            let input = json!({"delta": input_delta("{\"tz\": \"UTC\"}")});
            stream
                .event("content_block_start", begun("toolu_a"))
                .event("content_block_delta", input.clone())
                .event("content_block_stop", json!({}))
                .event("content_block_start", begun("toolu_b"))
                .event("content_block_delta", input)
                .event("content_block_stop", json!({}))
        })
    }),
    scenario("tool-no-id", "A call without id.", |call| {
        calling(call, |stream, tool| {
            let block = json!({"type": "tool_use", "name": tool, "input": {}});
            stream.open(block).input("{\"tz\": \"UTC\"}").close()
        })
    }),
    scenario("tool-no-name", "A call without name.", |call| {
        calling(call, |stream, _| {
            stream.open(json!({"type": "tool_use", "id": "toolu_a", "input": {}})).close()
        })
    }),
    scenario("tool-bad-json", "The input is cut-off JSON.", |call| {
        calling(call, |stream, tool| stream.call_block("toolu_a", tool, &["{\"tz\": \"UT"]))
    }),
    scenario("tool-empty-arguments", "The input is an empty text, meaning `{}`.", |call| {
        calling(call, |stream, tool| stream.call_block("toolu_a", tool, &[""]))
    }),
    scenario("tool-unknown-name", "Calls a tool that nobody offered.", |call| {
        calling(call, |stream, _| {
            stream.call_block("toolu_a", "no_such_tool", &["{\"tz\": \"UTC\"}"])
        })
    }),
    scenario("text-then-tool", "Some text, then a call.", |call| {
        calling(call, |stream, tool| {
            let stream = stream.text_block("Let me look that up.");
            stream.call_block("toolu_a", tool, &["{\"tz\": \"UTC\"}"])
        })
    }),
    scenario("tool-finish-stop", "A call, but the reason is `end_turn`.", |call| {
        answered(call).unwrap_or_else(|| {
            let stream = MessageStream::of(call).start();
            let pieces = ["{\"tz\": \"UTC\"}"];
            stream.call_block("toolu_a", tool(call), &pieces).end("end_turn").answer()
        })
    }),
    scenario("tool-length", "The token limit ends a second call in its input.", |call| {
        let stream = MessageStream::of(call).start();
        stream
            .call_block("toolu_a", tool(call), &["{\"tz\": \"UTC\"}"])
            .call_block("toolu_b", tool(call), &["{\"tz\":"])
            .end("max_tokens")
            .answer()
    }),
    scenario("tool-cut", "Cut off in the middle of a call's input.", |call| {
        let begun = MessageStream::of(call).start().open_call("toolu_a", tool(call));
        begun.input("{\"tz\":").cut().answer()
    }),
    scenario("tool-forever", "Calls a tool again whatever the result.", |call| {
        let id = format!("toolu_{}", call.messages().len());
        let stream = MessageStream::of(call).start();
        stream.call_block(&id, tool(call), &["{\"tz\": \"UTC\"}"]).end("tool_use").answer()
    }),
];

/// Calls as `blocks` says, or answers once the results are there.
fn calling(call: &Call, blocks: fn(MessageStream, &str) -> MessageStream) -> Answer {
    answered(call).unwrap_or_else(|| {
        blocks(MessageStream::of(call).start(), tool(call)).end("tool_use").answer()
    })
}
