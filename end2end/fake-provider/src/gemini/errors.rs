//! Google's error answers: code, words, status, and details that are objects with a type.

use serde_json::{Value, json};

use crate::answer::Answer;

/// The error Google answers with this status.
pub(super) fn typical(status: u16) -> Answer {
    let (name, message) = words(status);
    Answer::json(status, &object(status, name, message))
}

pub(super) fn object(code: u16, status: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message, "status": status}})
}

/// The same with details.
pub(super) fn detailed(code: u16, status: &str, message: &str, details: &Value) -> Value {
    let mut error = object(code, status, message);
    error["error"]["details"] = details.clone();
    error
}

/// A wrong key is no 401 but a 400 with a reason.
pub(super) fn wrong_key() -> Answer {
    let message = "API key not valid. Please pass a valid API key.";
    let details = json!([{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }]);
    Answer::json(400, &detailed(400, "INVALID_ARGUMENT", message, &details))
}

pub(super) fn model_not_found(model: &str) -> Answer {
    let message = format!(
        "models/{model} is not found for API version v1beta, or is not supported for \
         generateContent. Call ListModels to see the list of available models."
    );
    Answer::json(404, &object(404, "NOT_FOUND", &message))
}

/// 429 with the wait asked for, such as `34s`.
pub(super) fn exhausted(message: &str, quota: &str, seconds: &str) -> Answer {
    let details = json!([
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [{"quotaMetric": "generate_content_requests", "quotaId": quota}],
        },
        {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds},
    ]);
    Answer::json(429, &detailed(429, "RESOURCE_EXHAUSTED", message, &details))
}

/// 400 for a field of the request, named where Google names it.
pub(super) fn refused_field(field: &str, message: &str) -> Answer {
    let details = json!([{
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field, "description": message}],
    }]);
    Answer::json(400, &detailed(400, "INVALID_ARGUMENT", message, &details))
}

/// 400 in words alone.
pub(super) fn refused(message: &str) -> Answer {
    Answer::json(400, &object(400, "INVALID_ARGUMENT", message))
}

fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("INVALID_ARGUMENT", "Request contains an invalid argument."),
        401 => ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
        402 => ("FAILED_PRECONDITION", "This project has no billing account."),
        403 => ("PERMISSION_DENIED", "The caller does not have permission."),
        404 => ("NOT_FOUND", "Requested entity was not found."),
        408 => ("DEADLINE_EXCEEDED", "The request took too long."),
        409 => ("ABORTED", "Another request is changing this resource."),
        413 => ("INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes."),
        429 => ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        499 => ("CANCELLED", "The operation was cancelled."),
        500 => ("INTERNAL", "An internal error has occurred."),
        501 => ("UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."),
        503 => ("UNAVAILABLE", "The model is overloaded. Please try again later."),
        504 => ("DEADLINE_EXCEEDED", "The request timed out. Please try again."),
        _ => ("UNKNOWN", "Something went wrong."),
    }
}
