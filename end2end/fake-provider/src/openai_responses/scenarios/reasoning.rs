//! Thinking aloud, encrypted or not.

use serde_json::json;

use super::{
    super::{ItemStream, items},
    tools::{calling, tool},
};
use crate::{
    call::Call,
    scenarios::{Scenario, scenario},
};

const THOUGHT: &str = "The user wants an answer. It should be short. I will say 42.";
const ANSWER: &str = "The answer is 42.";
const SUMMARY: [&str; 2] = ["**Reading**\n\nThe user wants an answer.", "I will say 42."];

pub(super) const TABLE: &[Scenario] = &[
    scenario("reasoning-summary", "Thinks in a summary of two parts, then answers.", |call| {
        ItemStream::new(call).begin().reasoning(&SUMMARY).message(ANSWER).complete().answer()
    }),
    scenario("reasoning-hidden", "Thinks without a word, as without `summary`.", |call| {
        ItemStream::new(call).begin().reasoning(&[]).message(ANSWER).complete().answer()
    }),
    scenario("reasoning-text", "Thinks in the open, as open-weight servers do.", |call| {
        let stream = ItemStream::new(call).begin().reasoning_text(THOUGHT);
        stream.message(ANSWER).complete().answer()
    }),
    scenario(
        "reasoning-tool",
        "Thinks, then calls a tool; the thoughts must come back with the result.",
        |call| {
            calling(call, |stream, tool| {
                stream.reasoning(&SUMMARY).call('a', tool, &["{\"tz\":", " \"UTC\"}"])
            })
        },
    ),
    scenario(
        "reasoning-tool-twice",
        "Thinks and calls, thinks about the result and calls again, then answers.",
        |call| {
            let results = call.tool_results().is_some();
            let calls = call.messages().iter().filter(|item| item["type"] == "function_call");
            match (results, calls.count()) {
                (true, 2..) => call.say("The second result settles it."),
                (_, earlier) => {
                    let letter = if earlier == 0 { 'a' } else { 'b' };
                    let thought = if earlier == 0 { "First look." } else { "Look again." };
                    let stream = ItemStream::new(call).begin().reasoning(&[thought]);
                    stream.call(letter, tool(call), &["{}"]).complete().answer()
                }
            }
        },
    ),
    scenario("reasoning-text-tool", "Thinks, announces the call in words, then calls.", |call| {
        calling(call, |stream, tool| {
            let stream = stream.reasoning(&SUMMARY).message("Let me look that up.");
            stream.call('a', tool, &["{}"])
        })
    }),
    scenario("reasoning-parallel", "Thinks, then calls two tools.", |call| {
        calling(call, |stream, tool| {
            stream.reasoning(&SUMMARY).call('a', tool, &["{}"]).call('b', tool, &["{}"])
        })
    }),
    scenario("reasoning-only", "Thinks and then answers nothing.", |call| {
        ItemStream::new(call).begin().reasoning(&SUMMARY).complete().answer()
    }),
    scenario(
        "reasoning-late",
        "The thoughts' `done` comes after the answer's deltas, as llama.cpp does it.",
        late,
    ),
];

fn late(call: &Call) -> crate::answer::Answer {
    let stream = ItemStream::new(call).begin();
    let mut item = items::reasoning("rs_0", &[]);
    item["content"] = json!([items::reasoning_text(THOUGHT)]);
    item["encrypted_content"] = json!("");
    let text = |delta: &str| json!({"item_id": "msg_0", "delta": delta});
    stream
        .event("response.output_item.added", json!({"item": items::announced(&item)}))
        .event("response.reasoning_text.delta", json!({"item_id": "rs_0", "delta": THOUGHT}))
        .event(
            "response.output_item.added",
            json!({"item": items::announced(&items::message("msg_0", ""))}),
        )
        .event("response.output_text.delta", text("The answer"))
        .event("response.output_text.delta", text(" is 42."))
        .event("response.output_item.done", json!({"item": item}))
        .event("response.output_item.done", json!({"item": items::message("msg_0", ANSWER)}))
        .complete()
        .unnumbered(|_| {})
}
