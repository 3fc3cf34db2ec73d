//! Error answers: the usual body for each status, and the zoo of body shapes servers use.

use serde_json::{Value, json};

use crate::{answer::Answer, record::Recorder};

/// The error a well-behaved server answers with this status.
pub(crate) fn typical(status: u16) -> Answer {
    let (kind, code, message) = words(status);
    let answer =
        Answer::json(status, &object(message, kind, code.map_or(Value::Null, Value::from)));
    match status {
        429 => answer
            .header("x-ratelimit-limit-requests", "60")
            .header("x-ratelimit-remaining-requests", "0")
            .header("x-ratelimit-reset-requests", "1s"),
        _ => answer,
    }
}

/// OpenAI's error body.
pub(crate) fn object(message: &str, kind: &str, code: Value) -> Value {
    let mut body = json!({"error": {"message": message, "type": kind, "param": null}});
    body["error"]["code"] = code;
    body
}

/// The 400 for an optional field this server does not know, with the field in `error.param`.
pub(crate) fn unsupported(param: &str) -> Value {
    json!({"error": {
        "message": format!("Unsupported parameter: '{param}' is not supported with this model."),
        "type": "invalid_request_error",
        "param": param,
        "code": "unsupported_parameter",
    }})
}

pub(crate) fn model_not_found(model: &str) -> Answer {
    let message = format!("The model `{model}` does not exist or you do not have access to it.");
    Answer::json(404, &object(&message, "invalid_request_error", json!("model_not_found")))
}

pub(crate) fn unauthorized() -> Answer {
    let message = "Incorrect API key provided.";
    let error = object(message, "invalid_request_error", json!("invalid_api_key"));
    Answer::json(401, &error).header("www-authenticate", "Bearer")
}

/// The loud answer to a request that broke a rule; the violation is kept.
pub(crate) fn check_failed(recorder: &Recorder, request: u64, rule: &str, message: &str) -> Answer {
    recorder.violation(request, rule, message);
    Answer::json(400, &object(message, crate::CHECK_FAILED, json!(rule)))
}

/// The web page a proxy puts in front of a broken server.
pub(crate) fn proxy_page(status: u16) -> Answer {
    let (_, _, message) = words(status);
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status} \
         {message}</h1></center>\r\n<hr><center>nginx</center>\r\n\
         <script>window.hostile = 'error page'</script>\r\n</body>\r\n</html>\r\n"
    );
    Answer::html(status, &page)
}

/// The type, code and sentence OpenAI has for a status.
pub(crate) fn words(status: u16) -> (&'static str, Option<&'static str>, &'static str) {
    match status {
        400 => ("invalid_request_error", None, "The request is not valid."),
        401 => ("invalid_request_error", Some("invalid_api_key"), "Incorrect API key provided."),
        402 => ("insufficient_credits", None, "This account has no credits left."),
        403 => ("permission_error", None, "This country is not supported."),
        404 => ("invalid_request_error", Some("model_not_found"), "The model does not exist."),
        408 => ("timeout_error", None, "The request took too long."),
        409 => ("conflict_error", None, "Another request is changing this resource."),
        413 => ("request_too_large", None, "The request is too large."),
        422 => ("invalid_request_error", None, "The request cannot be processed."),
        429 => ("requests", Some("rate_limit_exceeded"), "Rate limit reached, slow down."),
        500 => ("server_error", None, "The server had an error."),
        501 => ("not_supported_error", None, "This server does not support that."),
        502 => ("server_error", None, "Bad Gateway"),
        503 => ("unavailable_error", None, "The service is overloaded."),
        504 => ("server_error", None, "Gateway Time-out"),
        529 => ("overloaded_error", None, "Overloaded"),
        _ => ("server_error", None, "Something went wrong."),
    }
}
