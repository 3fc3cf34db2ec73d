//! Servers that refuse a request until it is changed, and then answer.

use super::super::{errors::invalid, message_stream::say};
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario(
        "context-exceeded",
        "400 until the prompt has at most `limit` (200) tokens.",
        |call| {
            let (asked, limit) = (call.prompt_tokens(), call.number("limit", 200));
            let message = format!("prompt is too long: {asked} tokens > {limit} maximum");
            unless(call, asked <= limit, &message)
        },
    ),
    scenario("context-exceeded-limit", "400 while prompt and `max_tokens` are too much.", |call| {
        let (asked, limit) = (call.prompt_tokens(), call.number("limit", 200));
        let message = format!(
            "input length and `max_tokens` exceed context limit: {asked} + 1000 > {limit}, \
             decrease input length or `max_tokens` and try again"
        );
        unless(call, asked <= limit, &message)
    }),
    scenario("reject-max-tokens", "400 while `max_tokens` is more than `limit` (4096).", |call| {
        let (asked, limit) = (&call.body["max_tokens"], call.number("limit", 4_096));
        let message = format!(
            "max_tokens: {asked} > {limit}, which is the maximum allowed number of output tokens"
        );
        unless(call, asked.as_u64().is_some_and(|asked| asked <= limit), &message)
    }),
    scenario("reject-temperature", "400 while `temperature` is sent.", |call| {
        let message = "temperature: Extra inputs are not permitted";
        unless(call, call.body.get("temperature").is_none(), message)
    }),
    scenario("reject-top-p", "400 while both `temperature` and `top_p` are sent.", |call| {
        let both = call.body.get("temperature").is_some() && call.body.get("top_p").is_some();
        let message = "`temperature` and `top_p` cannot both be specified for this model.";
        unless(call, !both, message)
    }),
    scenario("reject-reasoning-effort", "400 while thinking or effort is asked for.", |call| {
        let asked = call.body.get("thinking").or(call.body.get("output_config"));
        unless(call, asked.is_none(), "thinking: this model does not support thinking")
    }),
    scenario("reject-thinking-budget", "400 while a budget is sent: wants adaptive.", |call| {
        let message = "\"thinking.type.enabled\" is not supported for this model. Use \
                       \"thinking.type.adaptive\" and \"output_config.effort\".";
        unless(call, call.body["thinking"]["type"] != "enabled", message)
    }),
    scenario("reject-cache-control", "400 while there are cache marks, as imitators.", |call| {
        let marked = call.body.to_string().contains("\"cache_control\"");
        unless(call, !marked, "system.0.cache_control: Extra inputs are not permitted")
    }),
    scenario("reject-response-format", "400 while a format is asked for.", |call| {
        let message = "output_config.format: Extra inputs are not permitted";
        unless(call, call.body["output_config"].get("format").is_none(), message)
    }),
    scenario("reject-tools", "400 while `tools` is sent.", |call| {
        let message = "tools: this model does not support tool use";
        unless(call, call.body.get("tools").is_none(), message)
    }),
    scenario("reject-stream", "400 while a stream is asked for.", |call| {
        unless(call, !call.wants_stream(), "stream: Extra inputs are not permitted")
    }),
    scenario("reject-model", "400 about a field no client can drop.", |_| {
        invalid("model: this model takes no messages")
    }),
    scenario("reject-system", "400 while there is a system text.", |call| {
        let message = "system: this model takes no system prompt";
        unless(call, call.body.get("system").is_none(), message)
    }),
    scenario("reject-images", "400 while there is an image.", |call| {
        let pictured = call.body["messages"].to_string().contains("\"type\":\"image\"");
        unless(call, !pictured, "messages.0.content.0: this model does not support images")
    }),
];

/// Answers if all is well, else refuses in these words.
fn unless(call: &Call, well: bool, message: &str) -> Answer {
    if well { say(call, text::RECOVERED) } else { invalid(message) }
}
