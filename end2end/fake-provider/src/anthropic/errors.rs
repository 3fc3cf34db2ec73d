//! Errors in Anthropic's words (protocols §2.3).

use serde_json::{Value, json};

use crate::{answer::Answer, errors::words, record::Recorder};

/// The error Anthropic answers with this status.
pub(super) fn typical(status: u16) -> Answer {
    let kind = match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 | 529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    };
    let (_, _, message) = words(status);
    let answer = Answer::json(status, &object(kind, message));
    match status {
        429 => answer
            .header("anthropic-ratelimit-requests-limit", "60")
            .header("anthropic-ratelimit-requests-remaining", "0"),
        _ => answer,
    }
}

/// The body of an error, before the stream or inside it.
pub(super) fn object(kind: &str, message: &str) -> Value {
    json!({
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": "req_fake",
    })
}

/// A 400 in these words.
pub(super) fn invalid(message: &str) -> Answer {
    Answer::json(400, &object("invalid_request_error", message))
}

pub(super) fn model_not_found(model: &str) -> Answer {
    Answer::json(404, &object("not_found_error", &format!("model: {model}")))
}

/// The loud answer to a request that broke a rule; the violation is kept.
pub(super) fn check_failed(recorder: &Recorder, request: u64, rule: &str, message: &str) -> Answer {
    recorder.violation(request, rule, message);
    let mut error = object(crate::CHECK_FAILED, message);
    error["error"]["details"] = json!({"error_code": rule});
    Answer::json(400, &error)
}
