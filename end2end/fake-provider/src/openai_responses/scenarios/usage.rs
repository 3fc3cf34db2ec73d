//! What the token counts say, if there are any.

use serde_json::{Value, json};

use super::super::ItemStream;
use crate::{
    answer::Answer,
    call::Call,
    scenarios::{Scenario, scenario},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("usage-absent", "Never any usage.", |call| with(call, |_| Value::Null)),
    scenario("usage-details", "Usage with cached and reasoning tokens.", |call| {
        with(call, |mut usage| {
            usage["input_tokens_details"]["cached_tokens"] = json!(3);
            usage["output_tokens_details"]["reasoning_tokens"] = json!(2);
            usage
        })
    }),
    scenario("usage-nonsense", "Usage of negative and fractional numbers and strings.", |call| {
        with(call, |_| json!({"input_tokens": -1, "output_tokens": "many", "total_tokens": 0.5}))
    }),
];

fn with(call: &Call, usage: fn(Value) -> Value) -> Answer {
    let stream = ItemStream::new(call).begin().message(text::PLAIN);
    let counted = usage(stream.usage_numbers());
    stream.complete_with(counted).answer()
}
