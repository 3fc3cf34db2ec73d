//! The order of messages: turns alternate, and calls are answered at once and together.

use std::collections::HashSet;

use serde_json::Value;

use super::{blocks, thinks};
use crate::check::{
    Broken,
    shape::{self, Check, Shape},
};

/// Calls with such ids were made after a thought, which must come back with them.
pub(in crate::anthropic) const THOUGHTFUL: &str = "toolu_thought_";

const FIELDS: &[(&str, Shape)] =
    &[("role", Shape::OneOf(&["user", "assistant"])), ("content", Shape::Any)];

pub(super) fn check(body: &Value) -> Result<(), Broken> {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    (!messages.is_empty()).or_broken("messages", || "`messages` is missing or empty".to_owned())?;
    let model = body["model"].as_str().unwrap_or_default();
    let mut calls: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for (index, message) in messages.iter().enumerate() {
        let place = format!("messages[{index}]");
        let role = message["role"].as_str().unwrap_or_default();
        ["user", "assistant"]
            .contains(&role)
            .or_broken("role", || format!("{place} has the role {}", message["role"]))?;
        shape::fields(message, FIELDS, &place)?;
        let expected = if index % 2 == 0 { "user" } else { "assistant" };
        (role == expected).or_broken("role-order", || {
            format!("{place} is {role}'s: the user begins and turns alternate")
        })?;
        let content = blocks::of(message);
        (!content.is_empty()).or_broken("content", || format!("{place}: content is empty"))?;
        for block in &content {
            blocks::check(block, role, model, &place)?;
        }
        answers(&calls, &content, &place)?;
        calls = called(&content, &mut seen, &place)?;
    }
    calls.is_empty().or_broken("tool-result", || {
        format!("the messages end before the results of the calls {calls:?}")
    })?;
    if let [.., before, last] = messages {
        continues(body, before, last)?;
    }
    no_space_at_the_end(messages)
}

/// The results of all calls, together and first in the message after them; and no others.
fn answers(calls: &[String], content: &[Value], place: &str) -> Result<(), Broken> {
    let id = |block: &Value| block["tool_use_id"].as_str().unwrap_or_default().to_owned();
    let is_result = |block: &&Value| block["type"] == "tool_result";
    let mut first: Vec<String> = content.iter().take_while(is_result).map(id).collect();
    let all = content.iter().filter(is_result).count();
    (first.len() == all)
        .or_broken("tool-result", || format!("{place}: results come before everything else"))?;
    let mut wanted = calls.to_vec();
    first.sort_unstable();
    wanted.sort_unstable();
    (first == wanted).or_broken("tool-result", || {
        format!("{place} answers the calls {first:?}, but the calls before were {wanted:?}")
    })
}

/// The calls of a message; no identifier may come twice in a conversation.
fn called(
    content: &[Value],
    seen: &mut HashSet<String>,
    place: &str,
) -> Result<Vec<String>, Broken> {
    let calls = content.iter().filter(|block| block["type"] == "tool_use");
    let calls: Vec<String> =
        calls.map(|call| call["id"].as_str().unwrap_or_default().to_owned()).collect();
    for id in &calls {
        seen.insert(id.clone())
            .or_broken("tool-use", || format!("{place}: there was a call {id:?} before"))?;
    }
    let thoughtful = calls.iter().any(|id| id.starts_with(THOUGHTFUL));
    (!thoughtful || content.iter().any(is_thought)).or_broken("thinking-missing", || {
        format!("{place}: the thought before the call is gone")
    })?;
    Ok(calls)
}

/// With thinking on, a turn that goes on after its calls must begin with its thought.
fn continues(body: &Value, before: &Value, last: &Value) -> Result<(), Broken> {
    let goes_on = blocks::of(last).first().is_some_and(|block| block["type"] == "tool_result");
    if !goes_on || !thinks(body) {
        return Ok(());
    }
    blocks::of(before).first().is_some_and(is_thought).or_broken("thinking-missing", || {
        "with thinking on, the turn that called the tools must begin with a thought".to_owned()
    })
}

fn is_thought(block: &Value) -> bool {
    block["type"] == "thinking" || block["type"] == "redacted_thinking"
}

fn no_space_at_the_end(messages: &[Value]) -> Result<(), Broken> {
    let last = messages.last().filter(|message| message["role"] == "assistant");
    let ends_in_space = last.is_some_and(|message| {
        let content = blocks::of(message);
        let text = content.last().and_then(|block| block["text"].as_str());
        text.is_some_and(|text| text.ends_with(char::is_whitespace))
    });
    (!ends_in_space).or_broken("trailing-space", || {
        "the final assistant message may not end in white space".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(messages: Value) -> Option<&'static str> {
        check(&json!({"model": "m", "messages": messages})).err().map(|broken| broken.rule)
    }

    fn user(content: Value) -> Value {
        json!({"role": "user", "content": content})
    }

    fn assistant(content: Value) -> Value {
        json!({"role": "assistant", "content": content})
    }

    fn call(id: &str) -> Value {
        json!({"type": "tool_use", "id": id, "name": "f", "input": {}})
    }

    fn result(id: &str) -> Value {
        json!({"type": "tool_result", "tool_use_id": id, "content": "1"})
    }

    #[test]
    fn a_tool_loop_passes() {
        let both = json!([result("b"), result("a"), {"type": "text", "text": "and?"}]);
        let messages =
            json!([user(json!("x")), assistant(json!([call("a"), call("b")])), user(both)]);
        assert_eq!(rule(messages), None);
    }

    #[test]
    fn turns_and_results_have_their_order() {
        let x = || user(json!("x"));
        let text = json!({"type": "text", "text": "t"});
        for (messages, expected) in [
            (json!([]), "messages"),
            (json!([{"role": "system", "content": "x"}]), "role"),
            (json!([assistant(json!("x"))]), "role-order"),
            (json!([x(), x()]), "role-order"),
            (json!([user(json!([]))]), "content"),
            (json!([user(json!(""))]), "blank-text"),
            (json!([x(), assistant(json!([call("a")]))]), "tool-result"),
            (json!([x(), assistant(json!([call("a"), call("a")]))]), "tool-use"),
            (
                json!([
                    x(),
                    assistant(json!([call("a")])),
                    user(json!([result("a")])),
                    assistant(json!([call("a")])),
                    user(json!([result("a")]))
                ]),
                "tool-use",
            ),
            (json!([x(), assistant(json!([call("a")])), x()]), "tool-result"),
            (json!([user(json!([result("a")]))]), "tool-result"),
            (
                json!([x(), assistant(json!([call("a")])), user(json!([text, result("a")]))]),
                "tool-result",
            ),
            (json!([x(), assistant(json!("Once upon "))]), "trailing-space"),
            (
                json!([
                    x(),
                    assistant(json!([call("toolu_thought_1")])),
                    user(json!([result("toolu_thought_1")]))
                ]),
                "thinking-missing",
            ),
        ] {
            assert_eq!(rule(messages.clone()), Some(expected), "{messages}");
        }
    }

    #[test]
    fn thinking_goes_on_with_its_thought_only() {
        let messages =
            json!([user(json!("x")), assistant(json!([call("a")])), user(json!([result("a")]))]);
        let body = json!({"model": "m", "thinking": {"type": "enabled"}, "messages": messages});
        assert_eq!(check(&body).map_err(|broken| broken.rule), Err("thinking-missing"));
    }
}
