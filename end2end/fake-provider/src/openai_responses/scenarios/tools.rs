//! Tool calls, in every way servers stream them; given the results, the answer quotes them.

use serde_json::json;

use super::super::{ItemStream, items};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
};

const ARGUMENTS: &str = "{\"tz\": \"UTC\"}";

pub(super) const TABLE: &[Scenario] = &[
    scenario("tool-fragments", "One call, its arguments in pieces; `tool` names it.", |call| {
        calling(call, |stream, tool| stream.call('a', tool, &["{\"tz\":", " \"U", "TC\"}"]))
    }),
    scenario("tool-parallel", "Two calls, their pieces interleaved.", |call| {
        calling(call, interleaved)
    }),
    scenario("tool-one-piece", "A whole call in one delta.", |call| {
        calling(call, |stream, tool| stream.call('a', tool, &[ARGUMENTS]))
    }),
    scenario("tool-parallel-one-piece", "Two calls, one after the other.", |call| {
        calling(call, |stream, tool| {
            stream.call('a', tool, &[ARGUMENTS]).call('b', tool, &[ARGUMENTS])
        })
    }),
    scenario("tool-arguments-done", "The arguments come only with their `done`.", |call| {
        calling(call, |stream, tool| {
            let item = stream.call_item('a', tool, ARGUMENTS);
            stream.added(items::announced(&item)).arguments_done(&item, 0).done(item)
        })
    }),
    scenario("tool-no-arguments-done", "No `done` for the arguments, as llama.cpp.", |call| {
        calling(call, |stream, tool| {
            let item = stream.call_item('a', tool, ARGUMENTS);
            let stream = stream.added(items::announced(&item));
            stream.pieces(&item["id"], 0, &["{\"tz\":", " \"UTC\"}"]).done(item)
        })
    }),
    scenario("tool-item-done-only", "A call that comes only as a finished item.", |call| {
        calling(call, |stream, tool| {
            let item = stream.call_item('a', tool, ARGUMENTS);
            stream.done(item)
        })
    }),
    scenario("tool-late-name", "The arguments come before the call is announced.", |call| {
        calling(call, |stream, tool| {
            let item = stream.call_item('a', tool, ARGUMENTS);
            stream.pieces(&item["id"], 0, &["{\"tz\":", " \"UTC\"}"]).done(item)
        })
    }),
    scenario("tool-no-id", "A call without `call_id`.", |call| {
        calling(call, |stream, tool| {
            let mut item = stream.call_item('a', tool, ARGUMENTS);
            item["call_id"] = json!("");
            stream.added(items::announced(&item)).arguments_done(&item, 0).done(item)
        })
    }),
    scenario("tool-bad-json", "The arguments are cut-off JSON.", |call| {
        calling(call, |stream, tool| stream.call('a', tool, &["{\"tz\": \"UT"]))
    }),
    scenario("tool-empty-arguments", "The arguments are an empty string, meaning `{}`.", |call| {
        calling(call, |stream, tool| stream.call('a', tool, &[]))
    }),
    scenario("tool-unknown-name", "Calls a tool that nobody offered.", |call| {
        calling(call, |stream, _| stream.call('a', "no_such_tool", &[ARGUMENTS]))
    }),
    scenario("text-then-tool", "Some text, then a call.", |call| {
        calling(call, |stream, tool| {
            stream.message("Let me look that up.").call('a', tool, &[ARGUMENTS])
        })
    }),
    scenario("tool-cut", "Cut off in the middle of a call's arguments.", |call| {
        opened(call).cut().answer()
    }),
    scenario("tool-incomplete", "The token limit ends a call's arguments.", |call| {
        opened(call).incomplete("max_output_tokens").answer()
    }),
    scenario("tool-forever", "Calls a tool again whatever the result.", |call| {
        let stream = ItemStream::new(call).begin();
        let call_id = format!("call_{}", call.messages().len());
        let item = items::function_call("fc_a", &call_id, tool(call), ARGUMENTS);
        let stream = stream.added(items::announced(&item)).arguments_done(&item, 0);
        stream.done(item).complete().answer()
    }),
];

/// Calls as `items` says, or answers once the results are there.
pub(super) fn calling(call: &Call, items: fn(ItemStream, &str) -> ItemStream) -> Answer {
    match call.tool_results() {
        Some(results) => call.say(&format!("The tools said: {}", results.join("; "))),
        None => items(ItemStream::new(call).begin(), tool(call)).complete().answer(),
    }
}

/// The tool to call: as the model name says, else the first on offer, else one nobody offered.
pub(super) fn tool<'a>(call: &'a Call) -> &'a str {
    call.parameters
        .text("tool")
        .or_else(|| call.body["tools"][0]["name"].as_str())
        .unwrap_or("get_time")
}

/// A call whose arguments have only begun.
fn opened(call: &Call) -> ItemStream {
    let stream = ItemStream::new(call).begin();
    let item = stream.call_item('a', tool(call), "");
    let id = item["id"].clone();
    stream.added(items::announced(&item)).pieces(&id, 0, &["{\"tz\":"])
}

fn interleaved(stream: ItemStream, tool: &str) -> ItemStream {
    let one = stream.call_item('a', tool, ARGUMENTS);
    let two = stream.call_item('b', tool, "{\"tz\": \"Asia/Tokyo\"}");
    let (first, second) = (one["id"].clone(), two["id"].clone());
    stream
        .added_at(0, items::announced(&one))
        .pieces(&first, 0, &["{\"tz\":"])
        .added_at(1, items::announced(&two))
        .pieces(&second, 1, &["{\"tz\": \"Asia/"])
        .pieces(&first, 0, &[" \"UTC\"}"])
        .pieces(&second, 1, &["Tokyo\"}"])
        .arguments_done(&one, 0)
        .arguments_done(&two, 1)
        .done(one)
        .done(two)
}
