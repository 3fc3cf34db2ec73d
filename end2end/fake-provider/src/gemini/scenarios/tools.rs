//! Function calls, signed and not; given the responses, the answer quotes them.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    gemini::part_stream::{PartStream, say, stream},
    scenarios::{Scenario, scenario},
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("tool-one-piece", "One call; `tool` names it.", |call| {
        calling(call, |stream, tool| stream.part(with_id("call_a", tool, "UTC")))
    }),
    scenario("tool-parallel", "Two calls in two frames.", |call| {
        calling(call, |stream, tool| {
            stream.part(with_id("call_a", tool, "UTC")).part(with_id("call_b", tool, "Asia/Tokyo"))
        })
    }),
    scenario("tool-parallel-one-piece", "Two calls in one frame.", |call| {
        calling(call, |stream, tool| {
            stream.parts(json!([
                with_id("call_a", tool, "UTC"),
                with_id("call_b", tool, "Asia/Tokyo"),
            ]))
        })
    }),
    scenario("tool-no-id", "Two calls without id.", |call| {
        calling(call, |stream, tool| {
            stream.part(unsigned(tool, "UTC")).part(unsigned(tool, "Asia/Tokyo"))
        })
    }),
    scenario("tool-empty-arguments", "A call without arguments, meaning `{}`.", |call| {
        calling(call, |stream, tool| stream.part(json!({"functionCall": {"name": tool}})))
    }),
    scenario("tool-unknown-name", "Calls a tool that nobody offered.", |call| {
        calling(call, |stream, _| stream.part(with_id("call_a", "no_such_tool", "UTC")))
    }),
    scenario("text-then-tool", "Some text, then a call.", |call| {
        calling(call, |stream, tool| {
            stream.text("Let me look that up.").part(with_id("call_a", tool, "UTC"))
        })
    }),
    scenario("tool-last-frame", "The call is in the frame with the finish reason.", |call| {
        answered(call).unwrap_or_else(|| {
            stream(call).end_with(&with_id("call_a", tool(call), "UTC"), "STOP").answer()
        })
    }),
    scenario("tool-length", "A call, and then the token limit.", |call| {
        stream(call).part(with_id("call_a", tool(call), "UTC")).end_because("MAX_TOKENS").answer()
    }),
    scenario("tool-cut", "Cut off in the middle of a call's frame.", |call| {
        stream(call).cut_frame("{\"functionCall\": {", "functionCall", 6).cut().answer()
    }),
    scenario("tool-bad-json", "The arguments are a text that is no JSON.", |call| {
        let part = json!({"functionCall": {"name": tool(call), "args": "{\"tz\": \"UT"}});
        stream(call).part(part).end().answer()
    }),
    scenario("tool-no-name", "A call that does not say of what.", |call| {
        stream(call).part(json!({"functionCall": {"args": {}}})).end().answer()
    }),
    scenario("tool-forever", "Calls a tool again whatever the result.", |call| {
        let id = format!("call_{}", call.messages().len() + 10);
        stream(call).part(with_id(&id, tool(call), "UTC")).end().answer()
    }),
    scenario("signed-tool", "One signed call; its signature must come back.", |call| {
        calling(call, |stream, tool| {
            stream.thought("I need the time.").signed(unsigned(tool, "UTC"))
        })
    }),
    scenario(
        "signed-parallel",
        "Two calls in one frame, of which only the first is signed.",
        |call| {
            calling(call, |stream, tool| {
                stream.text("Both.").signed(with_id("call_a", tool, "UTC")).part(with_id(
                    "call_b",
                    tool,
                    "Asia/Tokyo",
                ))
            })
        },
    ),
    scenario("signed-steps", "Two steps, each with a signed call.", |call| {
        let step = |tz: &str| {
            let part = unsigned(tool(call), tz);
            stream(call).text("Step. ").signed(part).end().answer()
        };
        match steps_done(call) {
            0 => step("UTC"),
            1 => step("Asia/Tokyo"),
            _ => answered(call).unwrap_or_else(|| say(call, "(no responses)")),
        }
    }),
];

/// Calls as `parts` says, or answers once the responses are there.
fn calling(call: &Call, parts: fn(PartStream, &str) -> PartStream) -> Answer {
    answered(call).unwrap_or_else(|| parts(stream(call), tool(call)).end().answer())
}

fn answered(call: &Call) -> Option<Answer> {
    let last = call.messages().last()?["parts"].as_array()?;
    let results: Vec<String> = last
        .iter()
        .filter_map(|part| part.get("functionResponse"))
        .map(|response| match &response["response"] {
            Value::Object(fields) if fields.len() == 1 && fields.contains_key("result") => {
                fields["result"].as_str().unwrap_or_default().to_owned()
            }
            other => other.to_string(),
        })
        .collect();
    let text = format!("The tools said: {}", results.join("; "));
    (!results.is_empty()).then(|| say(call, &text))
}

/// How many turns of responses the last question has had.
fn steps_done(call: &Call) -> usize {
    let is_response = |turn: &Value| {
        turn["parts"]
            .as_array()
            .is_some_and(|parts| parts.iter().any(|part| part.get("functionResponse").is_some()))
    };
    call.messages()
        .iter()
        .rev()
        .take_while(|turn| turn["role"] == "model" || is_response(turn))
        .filter(|turn| turn["role"] == "user")
        .count()
}

/// The tool to call: as the model name says, else the first on offer, else one nobody offered.
fn tool<'a>(call: &'a Call) -> &'a str {
    call.parameters
        .text("tool")
        .or_else(|| call.body["tools"][0]["functionDeclarations"][0]["name"].as_str())
        .unwrap_or("get_time")
}

fn unsigned(name: &str, tz: &str) -> Value {
    json!({"functionCall": {"name": name, "args": {"tz": tz}}})
}

fn with_id(id: &str, name: &str, tz: &str) -> Value {
    json!({"functionCall": {"id": id, "name": name, "args": {"tz": tz}}})
}
