//! Errors before the stream: by status, by retry headers, by Anthropic's own types.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::super::{
    errors::{invalid, object, typical},
    message_stream::say,
};
use crate::{
    answer::Answer,
    scenarios::{
        Scenario,
        errors::{STATUSES, status, status_given},
        scenario,
    },
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("error", "The error of the status given as number.", |call| {
        typical(status(call, 500))
    })
    .numbered(STATUSES),
    scenario("flaky", "Fails that many times with `status` (529), then answers.", |call| {
        if call.earlier < call.suffix.unwrap_or(1) {
            typical(status_given(call, 529))
        } else {
            say(call, text::RECOVERED)
        }
    })
    .numbered(&["flaky-1", "flaky-2", "flaky-5"]),
    scenario("error-429-retry-after", "429, retry after `seconds` (1).", |call| {
        typical(429).header("retry-after", &call.number("seconds", 1).to_string())
    }),
    scenario("error-429-retry-date", "429, retry at a date in `seconds` (1).", |call| {
        let date = SystemTime::now() + Duration::from_secs(call.number("seconds", 1));
        typical(429).header("retry-after", &httpdate::fmt_http_date(date))
    }),
    scenario("error-429-retry-long", "429, retry after an hour.", |_| {
        typical(429).header("retry-after", "3600")
    }),
    scenario("error-429-quota", "429 because a limit on spending is reached.", |_| {
        let mut error = object("rate_limit_error", "You have reached your spend limit.");
        error["error"]["details"] = json!({"error_code": "enforced_spend_limit_reached"});
        Answer::json(429, &error)
    }),
    scenario("error-400-credit", "400 because the credit has run out.", |_| {
        invalid("Your credit balance is too low to access the Anthropic API.")
    }),
    scenario("error-500-no-retry", "500 that says it should not be retried.", |_| {
        typical(500).header("x-should-retry", "false")
    }),
    scenario("error-400-retry", "400 that says it should be retried.", |_| {
        typical(400).header("x-should-retry", "true")
    }),
    scenario("error-echoes-key", "401 whose message repeats the key it was sent.", |call| {
        let sent = call.headers.get("x-api-key").and_then(|value| value.to_str().ok());
        let message = format!("invalid x-api-key: {}", sent.unwrap_or("(none)"));
        Answer::json(401, &object("authentication_error", &message))
    }),
];
