//! Errors before the stream: by status, by what they ask for, by shape of the body.

use serde_json::json;

use crate::{
    answer::Answer,
    gemini::{errors, part_stream::say},
    scenarios::{Scenario, scenario, status, status_given},
    text,
};

pub(super) const TABLE: &[Scenario] = &[
    scenario("error", "The error of the status given as number.", |call| {
        errors::typical(status(call, 500))
    })
    .numbered(&[
        "error-400",
        "error-401",
        "error-402",
        "error-403",
        "error-404",
        "error-408",
        "error-409",
        "error-413",
        "error-429",
        "error-499",
        "error-500",
        "error-501",
        "error-502",
        "error-503",
        "error-504",
        "error-529",
    ]),
    scenario("flaky", "Fails that many times with `status` (503), then answers.", |call| {
        if call.earlier < call.suffix.unwrap_or(1) {
            errors::typical(status_given(call, 503))
        } else {
            say(call, text::RECOVERED)
        }
    })
    .numbered(&["flaky-1", "flaky-2", "flaky-5"]),
    scenario("error-429-retry-after", "429, retry after `seconds` (1) by header.", |call| {
        errors::typical(429).header("retry-after", &call.number("seconds", 1).to_string())
    }),
    scenario("error-429-retry-info", "429, retry after `seconds` (34) in the details.", |call| {
        let seconds = format!("{}s", call.number("seconds", 34));
        errors::exhausted(QUOTA, "GenerateRequestsPerMinutePerProjectPerModel", &seconds)
    }),
    scenario("error-429-retry-info-fraction", "The same with a fraction of seconds.", |_| {
        errors::exhausted(QUOTA, "GenerateRequestsPerMinutePerProjectPerModel", "1.250s")
    }),
    scenario("error-429-retry-info-long", "429, retry after an hour.", |_| {
        errors::exhausted(QUOTA, "GenerateRequestsPerMinutePerProjectPerModel", "3600s")
    }),
    scenario("error-429-retry-info-nonsense", "429, retry after a word.", |_| {
        errors::exhausted(QUOTA, "GenerateRequestsPerMinutePerProjectPerModel", "soon")
    }),
    scenario("error-429-quota", "429 because the day's quota is used up.", |_| {
        errors::exhausted(QUOTA, "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "20s")
    }),
    scenario("error-key", "400 because the key is not valid.", |_| errors::wrong_key()),
    scenario("error-no-key", "403 because there is no key.", |_| {
        let message = "Method doesn't allow unregistered callers (callers without established \
                       identity). Please use API Key or other form of API consumer identity.";
        Answer::json(403, &errors::object(403, "PERMISSION_DENIED", message))
    }),
    scenario("error-location", "400 because of where the client is.", |_| {
        let message = "User location is not supported for the API use.";
        Answer::json(400, &errors::object(400, "FAILED_PRECONDITION", message))
    }),
    scenario("error-shape-array", "An array with one error in it, `status` (503).", |call| {
        let status = status_given(call, 503);
        let error = errors::object(status, "UNAVAILABLE", "The service is currently unavailable.");
        Answer::json(status, &json!([error]))
    }),
    scenario("error-key-array", "The refusal of the key inside an array.", |_| {
        let details = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
        let error = errors::detailed(400, "INVALID_ARGUMENT", "Wrong credentials.", &details);
        Answer::json(400, &json!([error]))
    }),
    scenario("error-odd-details", "400 with details of the wrong types.", |_| {
        let details = json!([7, null, {"@type": 3, "retryDelay": 5}, {"fieldViolations": "x"}]);
        let error = errors::detailed(400, "INVALID_ARGUMENT", "Odd details.", &details);
        Answer::json(400, &error)
    }),
    scenario("error-slow-body", "500 whose body never arrives.", |_| {
        errors::typical(500).body_never_comes()
    }),
    scenario("error-echoes-key", "400 whose message repeats the key it was sent.", |call| {
        let sent = call.headers.get("x-goog-api-key").and_then(|value| value.to_str().ok());
        let message = format!("API key not valid: {}", sent.unwrap_or("(none)"));
        Answer::json(400, &errors::object(400, "INVALID_ARGUMENT", &message))
    }),
];

const QUOTA: &str = "You exceeded your current quota, please check your plan and billing details.";
