//! Tool calls, in every way servers stream them; given the results, the answer quotes them.

use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, chunk_stream::ChunkStream, seal};

pub(super) const TABLE: &[Scenario] = &[
    scenario("tool-fragments", "One call, its arguments in pieces; `tool` names it.", |call| {
        calling(call, |stream, tool| {
            stream
                .delta(start(0, "call_a", tool))
                .delta(more(0, "{\"tz\":"))
                .delta(more(0, " \"U"))
                .delta(more(0, "TC\"}"))
        })
    }),
    scenario("tool-parallel", "Two calls, their pieces interleaved.", |call| {
        calling(call, |stream, tool| {
            stream
                .delta(start(0, "call_a", tool))
                .delta(more(0, "{\"tz\":"))
                .delta(start(1, "call_b", tool))
                .delta(more(1, "{\"tz\": \"Asia/"))
                .delta(more(0, " \"UTC\"}"))
                .delta(more(1, "Tokyo\"}"))
        })
    }),
    scenario("tool-one-piece", "A whole call in one chunk, as Ollama does.", |call| {
        calling(call, |stream, tool| stream.delta(calls(json!([whole(0, "call_a", tool)]))))
    }),
    scenario("tool-parallel-one-piece", "Two whole calls in one chunk.", |call| {
        calling(call, |stream, tool| {
            stream.delta(calls(json!([whole(0, "call_a", tool), whole(1, "call_b", tool)])))
        })
    }),
    scenario(
        "tool-no-index",
        "Two calls without index, the first in pieces, as Google does.",
        |call| {
            calling(call, |stream, tool| {
                stream
                    .delta(without("index", start(0, "call_a", tool)))
                    .delta(without("index", more(0, "{\"tz\": \"UTC\"}")))
                    .delta(calls(json!([strip("index", whole(0, "call_b", tool))])))
            })
        },
    ),
    scenario("tool-no-id", "A call without id.", |call| {
        calling(call, |stream, tool| {
            stream
                .delta(without("id", start(0, "call_a", tool)))
                .delta(more(0, "{\"tz\": \"UTC\"}"))
        })
    }),
    scenario("tool-repeated-id", "Id and name come again with each piece, or as null.", |call| {
        calling(call, |stream, tool| {
            stream
                .delta(start(0, "call_a", tool))
                .delta(calls(json!([piece(0, json!("call_a"), json!(tool), "{\"tz\":")])))
                .delta(calls(json!([piece(0, Value::Null, Value::Null, " \"UTC\"}")])))
        })
    }),
    scenario("tool-bad-json", "The arguments are cut-off JSON.", |call| {
        calling(call, |stream, tool| {
            stream.delta(start(0, "call_a", tool)).delta(more(0, "{\"tz\": \"UT"))
        })
    }),
    scenario("tool-empty-arguments", "The arguments are an empty string, meaning `{}`.", |call| {
        calling(call, |stream, tool| stream.delta(start(0, "call_a", tool)))
    }),
    scenario("tool-object-arguments", "The arguments are an object instead of a string.", |call| {
        calling(call, |stream, tool| {
            let mut call = whole(0, "call_a", tool);
            call["function"]["arguments"] = json!({"tz": "UTC"});
            stream.delta(calls(json!([call])))
        })
    }),
    scenario("tool-unknown-name", "Calls a tool that nobody offered.", |call| {
        calling(call, |stream, _| stream.delta(calls(json!([whole(0, "call_a", "no_such_tool")]))))
    }),
    scenario("text-then-tool", "Some text, then a call.", |call| {
        calling(call, |stream, tool| {
            stream.text("Let me look that up.").delta(calls(json!([whole(0, "call_a", tool)])))
        })
    }),
    scenario("tool-finish-stop", "A call, but the finish reason says stop.", |call| {
        answered(call).unwrap_or_else(|| {
            let piece = calls(json!([whole(0, "call_a", tool(call))]));
            call.stream().role().delta(piece).end().answer()
        })
    }),
    scenario("tool-cut", "Cut off in the middle of a call's arguments.", |call| {
        let begun = call.stream().role().delta(start(0, "call_a", tool(call)));
        begun.delta(more(0, "{\"tz\":")).cut().answer()
    }),
    scenario("tool-forever", "Calls a tool again whatever the result.", |call| {
        let piece =
            calls(json!([whole(0, &format!("call_{}", call.messages().len()), tool(call))]));
        call.stream().role().delta(piece).end_because("tool_calls").answer()
    }),
    scenario(
        "tool-as-text",
        "The call is plain text in `<tool_call>` tags, as Hermes writes it.",
        |call| answered(call).unwrap_or_else(|| call.say(&written(tool(call), "UTC"))),
    ),
    scenario(
        "tool-as-text-parallel",
        "Text and two such calls, their tags split over tokens.",
        |call| {
            answered(call).unwrap_or_else(|| {
                let (one, two) = (written(tool(call), "UTC"), written(tool(call), "Asia/Tokyo"));
                let said = format!("Let me look that up.\n{one}\n{two}\n");
                let characters: Vec<char> = said.chars().collect();
                let pieces = characters.chunks(5).map(|piece| piece.iter().collect::<String>());
                let begun = call.stream().role();
                let pieces: Vec<String> = pieces.collect();
                begun.tokens("content", pieces.into_iter()).end().answer()
            })
        },
    ),
    scenario("tool-as-text-unclosed", "Such a call without its closing tag.", |call| {
        answered(call).unwrap_or_else(|| {
            call.say(written(tool(call), "UTC").trim_end_matches("</tool_call>"))
        })
    }),
    scenario("tool-as-text-broken", "Such a call whose JSON is broken.", |call| {
        call.say("<tool_call>{\"name\": \"get_time\", \"arguments\": {</tool_call> Sorry.")
    }),
    scenario("tool-as-text-cut", "Cut off in the middle of such a call.", |call| {
        call.stream().role().text("<tool_call>{\"name\": \"get_time\", ").cut().answer()
    }),
    scenario(
        "tool-thought-signature",
        "Two calls, the first with a signature that must come back with it, as Google.",
        |call| match answered(call) {
            Some(_) if !is_signed(call.last_turn()) => {
                let message = "Function call is missing a thought_signature in functionCall parts.";
                let error = json!({"code": 400, "message": message, "status": "INVALID_ARGUMENT"});
                Answer::json(400, &json!([{"error": error}]))
            }
            Some(answer) => answer,
            None => {
                let mut first = strip("index", whole(0, "call_a", tool(call)));
                first["extra_content"] = signature();
                let second = strip("index", whole(0, "call_b", tool(call)));
                let stream = call.stream().role().delta(calls(json!([first])));
                stream.delta(calls(json!([second]))).end().answer()
            }
        },
    ),
];

/// Calls as `fragments` says, or answers once the results are there.
fn calling(call: &Call, fragments: fn(ChunkStream, &str) -> ChunkStream) -> Answer {
    answered(call).unwrap_or_else(|| {
        fragments(call.stream().role(), tool(call)).end_because("tool_calls").answer()
    })
}

/// The answer that quotes the results, once they are there.
pub(crate) fn answered(call: &Call) -> Option<Answer> {
    let results = call.tool_results()?;
    Some(call.say(&format!("The tools said: {}", results.join("; "))))
}

/// A delta that calls the tool in one piece.
pub(super) fn one_call(call: &Call) -> Value {
    calls(json!([whole(0, "call_a", tool(call))]))
}

/// A call as Hermes models write it.
fn written(tool: &str, zone: &str) -> String {
    let call = json!({"name": tool, "arguments": {"tz": zone}});
    format!("<tool_call>\n{call}\n</tool_call>")
}

/// Google's signature of a call.
fn signature() -> Value {
    json!({"google": {"thought_signature": seal::sealed("Q2FsbA")}})
}

/// Whether the first call of a turn is signed, and only that.
fn is_signed(turn: &Value) -> bool {
    turn["tool_calls"][0]["extra_content"] == signature()
        && turn["tool_calls"][1].get("extra_content").is_none()
}

/// The tool to call: as the model name says, else the first on offer, else one nobody offered.
pub(crate) fn tool<'a>(call: &'a Call) -> &'a str {
    call.parameters
        .text("tool")
        .or_else(|| call.body["tools"][0]["function"]["name"].as_str())
        .unwrap_or("get_time")
}

fn calls(fragments: Value) -> Value {
    let mut delta = json!({});
    delta["tool_calls"] = fragments;
    delta
}

fn start(index: u64, id: &str, name: &str) -> Value {
    calls(json!([piece(index, json!(id), json!(name), "")]))
}

fn more(index: u64, arguments: &str) -> Value {
    calls(json!([{"index": index, "function": {"arguments": arguments}}]))
}

fn whole(index: u64, id: &str, name: &str) -> Value {
    piece(index, json!(id), json!(name), "{\"tz\": \"UTC\"}")
}

fn piece(index: u64, id: Value, name: Value, arguments: &str) -> Value {
    let function = json!({"arguments": arguments});
    let mut piece = json!({"index": index, "type": "function", "function": function});
    piece["id"] = id;
    piece["function"]["name"] = name;
    piece
}

/// The delta with a field missing from its only fragment.
fn without(field: &str, mut delta: Value) -> Value {
    delta["tool_calls"][0] = strip(field, delta["tool_calls"][0].take());
    delta
}

fn strip(field: &str, mut fragment: Value) -> Value {
    if let Some(fields) = fragment.as_object_mut() {
        fields.remove(field);
    }
    fragment
}
