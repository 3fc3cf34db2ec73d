//! Tells from an error answer what kind of failure it is (protocols §1.4, §2.3, §3, §4).

use models::run::FailureClass;

use super::BAD_CALL;
use crate::{error_body::ErrorBody, lacking::Lacking};

/// The class of an error answer, by its labels, its words and its status, in that order.
pub(super) fn classify(status: Option<u16>, body: &ErrorBody) -> FailureClass {
    let message = body.message.to_lowercase();
    let mentions = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    let may_be_context = !matches!(status, Some(401 | 402 | 403 | 404 | 429));
    if body.is(&[
        "context_length_exceeded",
        "exceed_context_size_error",
        "context_window_exceeded",
        "request_too_large",
    ]) || (may_be_context
        && mentions(&[
            "maximum context length",
            "context length exceeded",
            "exceeds the available context size",
            "exceeds the context window",
            "exceeds the model's context",
            "exceeds the context length",
            "exceed context window",
            "prompt is too long",
            "exceed context limit",
            "exceeds the maximum number of tokens allowed",
        ]))
    {
        return FailureClass::Context;
    }
    // Google words every limit as a quota; only that of the day is used up for good.
    let is_google = body.is(&["resource_exhausted"]);
    if body.is(&[
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "billing_error",
        "enforced_spend_limit_reached",
    ]) || body.daily_quota
        || mentions(&["credit balance is too low"])
        || (status == Some(429)
            && !is_google
            && mentions(&["exceeded your current quota", "insufficient balance"]))
    {
        return FailureClass::Quota;
    }
    if body.is(&["content_filter", "content_policy_violation"])
        || (status == Some(403) && mentions(&["moderation", "flagged"]))
    {
        return FailureClass::Filter;
    }
    if body.is(&["invalid_api_key", "authentication_error", "api_key_invalid"])
        || mentions(&["api_key_invalid", "api key not valid"])
    {
        return FailureClass::Authentication;
    }
    if body.is(&[BAD_CALL]) {
        return FailureClass::Protocol;
    }
    if Lacking::named_by(status, body).is_some() {
        return FailureClass::BadRequest;
    }
    if body.is(&["model_not_found"]) || mentions(&["unexpected endpoint or method"]) {
        return FailureClass::NotFound;
    }
    status.map_or_else(|| class_of_kind(body), class_of_status)
}

fn class_of_status(status: u16) -> FailureClass {
    match status {
        401 | 403 => FailureClass::Authentication,
        402 => FailureClass::Quota,
        404 | 405 | 410 => FailureClass::NotFound,
        408 | 504 => FailureClass::Timeout,
        413 => FailureClass::Context,
        429 => FailureClass::RateLimit,
        409 | 425 | 500.. => FailureClass::Overloaded,
        _ => FailureClass::BadRequest,
    }
}

/// For errors without a status. An error nobody can place is the server's own.
fn class_of_kind(body: &ErrorBody) -> FailureClass {
    if body.is(&[
        "rate_limit_exceeded",
        "rate_limit_error",
        "too_many_requests",
        "resource_exhausted",
    ]) {
        FailureClass::RateLimit
    } else if body.is(&[
        "invalid_request_error",
        "badrequesterror",
        "not_supported_error",
        "invalid_argument",
        "failed_precondition",
    ])
        // What Responses says of prompts and images, such as `invalid_prompt` and `image_too_large`.
        || body.code.starts_with("invalid_")
        || body.code.contains("image")
    {
        FailureClass::BadRequest
    } else if body.is(&["not_found_error", "notfounderror", "not_found"]) {
        FailureClass::NotFound
    } else if body.is(&["permission_error", "permission_denied", "unauthenticated"]) {
        FailureClass::Authentication
    } else if body.is(&["timeout", "timeout_error", "deadline_exceeded"]) {
        FailureClass::Timeout
    } else {
        FailureClass::Overloaded
    }
}
