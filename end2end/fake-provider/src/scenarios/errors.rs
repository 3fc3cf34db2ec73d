//! Errors before the stream: by status, by retry headers, by shape of the body.

use std::time::{Duration, SystemTime};

use axum::http::header;
use serde_json::{Value, json};

use super::{Scenario, scenario};
use crate::{answer::Answer, call::Call, errors, text};

/// Longer than any error text a person wants to read.
const HUGE: usize = 2_000_000;

/// The statuses that are listed, of every protocol.
pub(crate) const STATUSES: &[&str] = &[
    "error-400",
    "error-401",
    "error-402",
    "error-403",
    "error-404",
    "error-408",
    "error-409",
    "error-413",
    "error-422",
    "error-429",
    "error-500",
    "error-501",
    "error-502",
    "error-503",
    "error-504",
    "error-529",
];

pub(crate) const TABLE: &[Scenario] = &[
    scenario("error", "The error of the status given as number.", |call| {
        errors::typical(status(call, 500))
    })
    .numbered(STATUSES),
    scenario("flaky", "Fails that many times with `status` (503), then answers.", |call| {
        if call.earlier < call.suffix.unwrap_or(1) {
            errors::typical(status_given(call, 503))
        } else {
            call.say(text::RECOVERED)
        }
    })
    .numbered(&["flaky-1", "flaky-2", "flaky-5"]),
    scenario("error-429-retry-after", "429, retry after `seconds` (1).", |call| {
        errors::typical(429).header("retry-after", &call.number("seconds", 1).to_string())
    }),
    scenario("error-429-retry-after-ms", "429, retry after `milliseconds` (50).", |call| {
        let wait = call.number("milliseconds", 50).to_string();
        errors::typical(429).header("retry-after-ms", &wait).header("retry-after", "30")
    }),
    scenario("error-429-retry-date", "429, retry at a date in `seconds` (1).", |call| {
        let date = SystemTime::now() + Duration::from_secs(call.number("seconds", 1));
        errors::typical(429).header("retry-after", &httpdate::fmt_http_date(date))
    }),
    scenario("error-429-retry-long", "429, retry after an hour.", |_| {
        errors::typical(429).header("retry-after", "3600")
    }),
    scenario("error-429-retry-nonsense", "429, retry after a word.", |_| {
        errors::typical(429).header("retry-after", "soon")
    }),
    scenario("error-429-quota", "429 because the quota is used up: no retry helps.", |_| {
        let message = "You exceeded your current quota, please check your plan.";
        let error = errors::object(message, "insufficient_quota", json!("insufficient_quota"));
        Answer::json(429, &error)
    }),
    scenario("error-500-no-retry", "500 that says it should not be retried.", |_| {
        errors::typical(500).header("x-should-retry", "false")
    }),
    scenario("error-400-retry", "400 that says it should be retried.", |_| {
        errors::typical(400).header("x-should-retry", "true")
    }),
    scenario("error-loading", "503 while the model is loading, as llama.cpp.", |_| {
        Answer::json(503, &loading())
    }),
    scenario("error-content-filter", "400 by Azure's filter before the stream.", |_| {
        let mut error = errors::object("The prompt was filtered.", "", json!("content_filter"));
        error["error"]["innererror"] = json!({"code": "ResponsibleAIPolicyViolation"});
        Answer::json(400, &error)
    }),
    scenario("error-tool-use", "400 because the model wrote a bad call, as Groq.", |_| {
        let kind = "invalid_request_error";
        let mut error =
            errors::object("Failed to call a function.", kind, json!("tool_use_failed"));
        error["error"]["failed_generation"] = json!("<function=get_time>{\"tz\":");
        Answer::json(400, &error)
    }),
    scenario("error-echoes-key", "401 whose message repeats the key it was sent.", |call| {
        let sent = call.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let message = format!("Incorrect API key provided: {}", sent.unwrap_or("(none)"));
        Answer::json(
            401,
            &errors::object(&message, "invalid_request_error", json!("invalid_api_key")),
        )
    }),
];

/// What stands between a client and any protocol's server answers with these.
pub(crate) const BODIES: &[Scenario] = &[
    scenario("error-html", "`status` (502) with a proxy's web page.", |call| {
        errors::proxy_page(status_given(call, 502))
    }),
    scenario("error-empty", "`status` (500) with no body at all.", |call| {
        Answer::whole(status_given(call, 500), "text/plain", "")
    }),
    scenario("error-text", "`status` (500) with plain text.", |call| {
        Answer::whole(status_given(call, 500), "text/plain", "upstream connect error")
    }),
    scenario("error-huge", "`status` (500) with two million characters.", |call| {
        Answer::whole(status_given(call, 500), "text/plain", "long ".repeat(HUGE / 5))
    }),
    scenario("error-slow-body", "500 whose body never arrives.", |_| {
        errors::typical(500).body_never_comes()
    }),
    scenario("error-shape-string", "`{\"error\": \"…\"}`, as Ollama.", |call| {
        shape(call, &json!({"error": "model requires more system memory"}))
    }),
    scenario("error-shape-typed-string", "A string and `error_type`, as TGI.", |call| {
        shape(call, &json!({"error": "Input validation error", "error_type": "validation"}))
    }),
    scenario("error-shape-message", "`{\"message\": \"…\"}`.", |call| {
        shape(call, &json!({"message": "no Route matched with those values"}))
    }),
    scenario("error-shape-detail", "`{\"detail\": \"…\"}`, as FastAPI.", |call| {
        shape(call, &json!({"detail": "Not authenticated here"}))
    }),
    scenario("error-shape-detail-array", "`detail` as an array of validation errors.", |call| {
        let first =
            json!({"loc": ["body", "messages"], "msg": "field required", "type": "missing"});
        shape(call, &json!({"detail": [first]}))
    }),
    scenario("error-shape-array", "An array with one error in it, as Google.", |call| {
        let error =
            json!({"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"});
        shape(call, &json!([{"error": error}]))
    }),
    scenario("error-shape-integer-code", "The code is the integer status, as vLLM.", |call| {
        let error = errors::object("Bad request from vLLM.", "BadRequestError", json!(400));
        shape(call, &error)
    }),
    scenario("error-shape-nonsense", "JSON that says nothing at all.", |call| {
        shape(call, &json!([[], {"a": null}]))
    }),
];

pub(crate) fn loading() -> Value {
    errors::object("Loading model", "unavailable_error", json!(503))
}

fn shape(call: &Call, body: &Value) -> Answer {
    Answer::json(status_given(call, 400), body)
}

/// The number after the name, else the `status` parameter.
pub(crate) fn status(call: &Call, default: u16) -> u16 {
    call.suffix.and_then(|number| number.try_into().ok()).unwrap_or(status_given(call, default))
}

/// The `status` parameter.
pub(crate) fn status_given(call: &Call, default: u16) -> u16 {
    call.parameters.number("status").and_then(|number| number.try_into().ok()).unwrap_or(default)
}
