//! Servers that refuse a parameter of this protocol, and then answer without it.

use serde_json::{Value, json};

use super::super::ItemStream;
use crate::{
    answer::Answer,
    call::Call,
    errors,
    scenarios::{Scenario, scenario, shared::reject_with},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("reject-include", "400 while `include` is sent.", |call| {
        reject_with(call, "include", || Answer::json(400, &errors::unsupported("include")))
    }),
    scenario("reject-encrypted", "OpenAI's 400 for models that do not reason.", |call| {
        reject_with(call, "include", || {
            let message = "Encrypted content is not supported with this model.";
            parameter("include", message)
        })
    }),
    scenario("reject-include-422", "422 with a `detail` array while `include` is sent.", |call| {
        reject_with(call, "include", || {
            let detail =
                json!({"loc": ["body", "include"], "msg": "Extra inputs are not permitted"});
            Answer::json(422, &json!({"detail": [detail]}))
        })
    }),
    scenario("reject-reasoning", "400 while `reasoning` is sent.", |call| {
        reject_with(call, "reasoning", || Answer::json(400, &errors::unsupported("reasoning")))
    }),
    scenario("reject-reasoning-effort", "400 while an effort is asked for.", |call| {
        without(call, "effort", "reasoning.effort")
    }),
    scenario(
        "reject-reasoning-summary",
        "400 while a summary is asked for; the effort may stay.",
        |call| without(call, "summary", "reasoning.summary"),
    ),
    scenario("reject-text-format", "400 while `text` is sent.", |call| {
        reject_with(call, "text", || Answer::json(400, &errors::unsupported("text.format")))
    }),
    scenario("reject-max-output-tokens", "400 while `max_output_tokens` is sent.", |call| {
        let field = "max_output_tokens";
        reject_with(call, field, || Answer::json(400, &errors::unsupported(field)))
    }),
    scenario("knows-no-include", "Takes `include`, but never encrypts anything.", |call| {
        let stream = ItemStream::new(call).plainly().begin();
        stream.reasoning(&["Thinking."]).message(text::PLAIN).complete().answer()
    }),
];

/// Refuses one field of `reasoning`.
fn without(call: &Call, field: &str, parameter_name: &str) -> Answer {
    if call.body["reasoning"].get(field).is_none() {
        return call.say(text::RECOVERED);
    }
    let message = format!("Unsupported parameter: '{parameter_name}' is not supported here.");
    parameter(parameter_name, &message)
}

fn parameter(name: &str, message: &str) -> Answer {
    let mut error = errors::object(message, "invalid_request_error", Value::Null);
    error["error"]["param"] = json!(name);
    Answer::json(400, &error)
}
