//! Says what the error answers of servers mean, and whether to try again (protocols §1.4).

use std::time::{Duration, SystemTime};

use models::run::FailureClass;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use secrecy::ExposeSecret;

use crate::{
    error::{ProviderError, hide_key},
    error_body::ErrorBody,
    lacking::Lacking,
    transport::Server,
};

/// Groq's word for a tool call of the model's that it could not read (protocols §1.7).
const BAD_CALL: &str = "tool_use_failed";
/// Longest part of a server's own words that is shown, in characters.
const SHOWN: usize = 600;
/// The longest wait a server may ask for before the request is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What an answer with an error status means.
pub(crate) fn from_response(
    server: &Server,
    status: u16,
    headers: &HeaderMap,
    body: &ErrorBody,
) -> ProviderError {
    if (300..400).contains(&status) {
        return redirect(server, status, headers);
    }
    let class = classify(Some(status), body);
    let said = words(server, body);
    let message = if body.html {
        format!("{} answered {status} with a web page.", server.name)
    } else if let Some(lacking) = Lacking::named_by(Some(status), body) {
        format!("{} answered {status}: {} ({said})", server.name, lacking.matter())
    } else if said.is_empty() {
        format!("{} answered {status} without saying why.", server.name)
    } else {
        format!("{} answered {status}: {said}", server.name)
    };
    let wait = requested_wait(headers).or(body.wait);
    let mut error = ProviderError::new(class, message, action(class, server, body, wait));
    error.status = Some(status);
    // Asked again, the model usually writes a call that can be read.
    error.ask_to_wait(wait, is_retryable(class, status) || body.is(&[BAD_CALL]));
    if class != FailureClass::Quota
        && let Some(advice) = headers.get("x-should-retry")
    {
        error.retryable = advice == "true";
    }
    error
}

/// What an error inside an answer with status 200 means.
pub(crate) fn in_band(server: &Server, body: &ErrorBody) -> ProviderError {
    let status = body.code.parse().ok().filter(|status| (400..600).contains(status));
    let class = classify(status, body);
    let said = words(server, body);
    let message = if said.is_empty() {
        format!("{} reported an error without saying which.", server.name)
    } else {
        format!("{} reported an error: {said}", server.name)
    };
    let mut error = ProviderError::new(class, message, action(class, server, body, body.wait));
    error.status = status;
    error.ask_to_wait(body.wait, is_retryable(class, status.unwrap_or_default()));
    error
}

impl ProviderError {
    /// Keeps the wait the server asks for, unless it is longer than anyone watches a run: then an
    /// earlier attempt is only refused again.
    fn ask_to_wait(&mut self, wait: Option<Duration>, retryable: bool) {
        self.retry_after = wait.filter(|wait| *wait <= LONGEST_WAIT);
        self.retryable = retryable && wait.is_none_or(|wait| wait <= LONGEST_WAIT);
    }
}

fn classify(status: Option<u16>, body: &ErrorBody) -> FailureClass {
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

fn is_retryable(class: FailureClass, status: u16) -> bool {
    let never = matches!(status, 501 | 505);
    let passing =
        matches!(class, FailureClass::RateLimit | FailureClass::Overloaded | FailureClass::Timeout);
    passing && !never
}

fn action(
    class: FailureClass,
    server: &Server,
    body: &ErrorBody,
    wait: Option<Duration>,
) -> String {
    let message = body.message.to_lowercase();
    let lacking = Lacking::named_by(None, body).filter(|_| class == FailureClass::BadRequest);
    if let Some(lacking) = lacking {
        return lacking.action(body).to_owned();
    }
    let fixed = match class {
        FailureClass::Protocol if body.is(&[BAD_CALL]) => {
            "The model wrote a tool call that cannot be read. Try again, or choose a model that is \
             good with tools."
        }
        FailureClass::Authentication if body.signs_in => {
            "This model runs in the cloud: sign in on the server's machine, for Ollama with `ollama \
             signin`, or choose a model that runs locally."
        }
        FailureClass::Authentication if server.key.is_none() => {
            "This server wants a key: enter one for this provider."
        }
        FailureClass::Authentication => {
            "Check the key of this provider and what it may be used for."
        }
        FailureClass::Quota => "Top up the account at the provider, or choose another model.",
        FailureClass::Context => {
            "Shorten the message, begin a new conversation, or choose a model with a larger context."
        }
        FailureClass::NotFound => {
            return format!(
                "Refresh the list of models, and check the model's name and the base URL; {}.",
                server.base_url_hint
            );
        }
        FailureClass::Filter => "Put the message differently, or choose another model.",
        FailureClass::RateLimit | FailureClass::Overloaded => {
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return format!("Try again in {} s.", wait.as_secs_f64().ceil());
            }
            if message.contains("loading model") {
                "The server is starting: try again in a moment."
            } else if message.contains("more system memory") {
                "Choose a smaller model or a shorter context, or free memory on the server."
            } else {
                "Try again in a moment, or choose another model."
            }
        }
        FailureClass::BadRequest if message.contains("host header") => {
            "Allow this server's host name in its own settings."
        }
        FailureClass::BadRequest
            if message.contains("https port") || message.contains("https server") =>
        {
            "Try the address with https:// instead of http://."
        }
        FailureClass::BadRequest => "Check the model and its parameters.",
        _ => "Try again in a moment.",
    };
    fixed.to_owned()
}

/// The server's words: without the key, control characters and line breaks, and not too long.
fn words(server: &Server, body: &ErrorBody) -> String {
    let mut text = body.message.clone();
    if let Some(key) = &server.key {
        // Before it is cut, lest half a key remain.
        text = hide_key(&text, key.expose_secret());
    }
    let clean: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let clean = clean.join(" ");
    match clean.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

fn redirect(server: &Server, status: u16, headers: &HeaderMap) -> ProviderError {
    let target = headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| url::Url::parse(location).ok())
        .map(|url| format!(" to {}", url.origin().ascii_serialization()))
        .unwrap_or_default();
    let mut error = ProviderError::new(
        FailureClass::NotFound,
        format!("{} redirects{target}, which is not followed.", server.name),
        "Enter the address the server really has as the base URL.",
    );
    error.status = Some(status);
    error
}

/// How long the server asks to wait: `retry-after-ms`, else `retry-after` as seconds or a date.
fn requested_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |text: &str| text.trim().parse::<f64>().ok();
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Duration::try_from_secs_f64(milliseconds / 1_000.0).ok();
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Some(seconds) = number(value) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use secrecy::SecretString;
    use url::Url;

    use super::*;
    use crate::Endpoint;

    fn server() -> Server {
        Server::new(&Endpoint {
            base_url: Url::parse("http://127.0.0.1:8080/v1").unwrap(),
            key: Some(SecretString::from("sk-very-secret")),
        })
    }

    fn answered(status: u16, headers: &[(&'static str, &str)], body: &str) -> ProviderError {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        from_response(&server(), status, &map, &ErrorBody::parse(body.as_bytes()))
    }

    #[test]
    fn statuses_and_codes_give_class_and_retry() {
        use FailureClass as Class;
        let coded = |code: &str| format!(r#"{{"error":{{"message":"m","code":"{code}"}}}}"#);
        let said = |words: &str| format!(r#"{{"error":{{"message":"{words}"}}}}"#);
        let typed = |kind: &str| format!(r#"{{"error":{{"message":"m","type":"{kind}"}}}}"#);
        for (status, body, class, retryable) in [
            (400, coded("x"), Class::BadRequest, false),
            (400, coded("context_length_exceeded"), Class::Context, false),
            (400, typed("exceed_context_size_error"), Class::Context, false),
            (400, coded("content_filter"), Class::Filter, false),
            (
                400,
                r#"{"error":{"message":"model 'zzz' not found","code":"model_not_found"}}"#.into(),
                Class::NotFound,
                false,
            ),
            (401, coded("invalid_api_key"), Class::Authentication, false),
            (402, coded("402"), Class::Quota, false),
            (403, coded("region"), Class::Authentication, false),
            (
                403,
                r#"{"error":{"message":"Input was flagged","code":403}}"#.into(),
                Class::Filter,
                false,
            ),
            (404, coded("model_not_found"), Class::NotFound, false),
            (408, String::new(), Class::Timeout, true),
            (409, String::new(), Class::Overloaded, true),
            (413, String::new(), Class::Context, false),
            (422, String::new(), Class::BadRequest, false),
            (429, coded("rate_limit_exceeded"), Class::RateLimit, true),
            (429, coded("insufficient_quota"), Class::Quota, false),
            (429, typed("insufficient_quota"), Class::Quota, false),
            (500, String::new(), Class::Overloaded, true),
            (501, String::new(), Class::Overloaded, false),
            (
                503,
                r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#
                    .into(),
                Class::Overloaded,
                true,
            ),
            (529, String::new(), Class::Overloaded, true),
            (400, coded("tool_use_failed"), Class::Protocol, true),
            (500, said("image input is not supported"), Class::BadRequest, false),
            (404, said("No endpoints found that support tool use."), Class::BadRequest, false),
            (529, typed("overloaded_error"), Class::Overloaded, true),
            (400, typed("billing_error"), Class::Quota, false),
            (403, typed("permission_error"), Class::Authentication, false),
            (413, typed("request_too_large"), Class::Context, false),
            (504, typed("timeout_error"), Class::Timeout, true),
            (
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#
                    .into(),
                Class::Quota,
                false,
            ),
            (
                400,
                r#"{"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#
                    .into(),
                Class::Quota,
                false,
            ),
            (
                400,
                r#"{"error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 9 + 8 > 10"}}"#
                    .into(),
                Class::Context,
                false,
            ),
        ] {
            let error = answered(status, &[], &body);
            assert_eq!((error.class, error.retryable), (class, retryable), "{status} {body}");
            assert_eq!(error.status, Some(status));
        }
    }

    #[test]
    fn the_requested_wait_is_read_in_all_three_forms() {
        let wait = |headers: &[(&'static str, &str)]| answered(429, headers, "").retry_after;
        assert_eq!(
            wait(&[("retry-after-ms", "250"), ("retry-after", "9")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(wait(&[("retry-after", "1.5")]), Some(Duration::from_millis(1_500)));
        assert_eq!(wait(&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]), Some(Duration::ZERO));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(30));
        let found = wait(&[("retry-after", &soon)]).unwrap().as_secs();
        assert!((25..=30).contains(&found), "{found}");
        assert_eq!(wait(&[("retry-after", "-1")]), None);
        assert_eq!(wait(&[("retry-after", "later")]), None);
    }

    #[test]
    fn a_long_wait_and_the_servers_advice_decide_about_a_retry() {
        let long = answered(429, &[("retry-after", "300")], "");
        assert_eq!((long.retry_after, long.retryable), (None, false));
        assert_eq!(long.action, "Try again in 300 s.");
        assert!(!answered(500, &[("x-should-retry", "false")], "").retryable);
        assert!(answered(400, &[("x-should-retry", "true")], "").retryable);
        let quota = r#"{"error":{"message":"m","code":"insufficient_quota"}}"#;
        assert!(!answered(429, &[("x-should-retry", "true")], quota).retryable);
    }

    #[test]
    fn ollamas_own_troubles_get_advice_that_helps() {
        let memory = answered(500, &[], r#"{"error":"model requires more system memory (9 GiB)"}"#);
        assert!(memory.action.starts_with("Choose a smaller model"), "{}", memory.action);
        let cloud = answered(401, &[], r#"{"error":"unauthorized","signin_url":"https://o/x"}"#);
        assert_eq!(cloud.class, FailureClass::Authentication);
        assert!(cloud.action.contains("`ollama signin`"), "{}", cloud.action);
        let long = r#"{"error":"the input length exceeds the context length"}"#;
        assert_eq!(answered(400, &[], long).class, FailureClass::Context);
    }

    #[test]
    fn googles_details_say_what_is_meant() {
        use FailureClass as Class;
        let exhausted = |quota: &str, delay: &str| {
            let body = serde_json::json!({"error": {
                "code": 429,
                "message": "You exceeded your current quota.",
                "status": "RESOURCE_EXHAUSTED",
                "details": [
                    {"@type": "type.googleapis.com/google.rpc.QuotaFailure",
                     "violations": [{"quotaId": quota}]},
                    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
                ],
            }});
            let error = answered(429, &[], &body.to_string());
            (error.class, error.retry_after.map(|wait| wait.as_millis()), error.retryable)
        };
        assert_eq!(exhausted("PerMinute", "34s"), (Class::RateLimit, Some(34_000), true));
        assert_eq!(exhausted("PerMinute", "0.5s"), (Class::RateLimit, Some(500), true));
        assert_eq!(exhausted("PerMinute", "3600s"), (Class::RateLimit, None, false));
        assert_eq!(exhausted("PerMinute", "soon"), (Class::RateLimit, None, true));
        assert_eq!(exhausted("RequestsPerDay-FreeTier", "20s"), (Class::Quota, None, false));
        let key = r#"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT",
            "details":[{"reason":"API_KEY_INVALID"}]}}]"#;
        assert_eq!(answered(400, &[], key).class, Class::Authentication);
        for (status, class) in [
            ("INVALID_ARGUMENT", Class::BadRequest),
            ("UNAUTHENTICATED", Class::Authentication),
            ("PERMISSION_DENIED", Class::Authentication),
            ("NOT_FOUND", Class::NotFound),
            ("RESOURCE_EXHAUSTED", Class::RateLimit),
            ("DEADLINE_EXCEEDED", Class::Timeout),
            ("UNAVAILABLE", Class::Overloaded),
            ("INTERNAL", Class::Overloaded),
        ] {
            let body = format!(r#"{{"error":{{"message":"m","status":"{status}"}}}}"#);
            let error = in_band(&server(), &ErrorBody::parse(body.as_bytes()));
            assert_eq!(error.class, class, "{status}");
        }
    }

    #[test]
    fn hostile_words_are_cleaned_cut_and_keyless() {
        let body = format!("no\u{7}\n\n  sk-very-secret {}", "x".repeat(5_000));
        let message = answered(400, &[], &body).message;
        assert!(message.starts_with("127.0.0.1:8080 answered 400: no ••• xxx"), "{message}");
        assert!(message.chars().count() < 700);
        let edge = format!("{}sk-very-secret", "x".repeat(SHOWN - 5));
        assert!(!answered(400, &[], &edge).message.contains("sk-v"));
    }

    #[test]
    fn errors_inside_an_answer_use_their_code_as_status() {
        let parsed =
            ErrorBody::parse(br#"{"error":{"code":502,"message":"Provider disconnected"}}"#);
        let error = in_band(&server(), &parsed);
        assert_eq!((error.class, error.status), (FailureClass::Overloaded, Some(502)));
        assert_eq!(error.message, "127.0.0.1:8080 reported an error: Provider disconnected");
        let parsed = ErrorBody::parse(br#"{"error":"Unexpected endpoint or method. (POST /x)"}"#);
        let error = in_band(&server(), &parsed);
        assert_eq!((error.class, error.status), (FailureClass::NotFound, None));
    }

    #[test]
    fn what_a_server_lacks_is_said_with_what_to_switch_on() {
        let body =
            r#"{"error":{"code":500,"message":"image input is not supported - hint: mmproj"}}"#;
        let error = answered(500, &[], body);
        let words = "127.0.0.1:8080 answered 500: this model does not take images (image input is \
                     not supported - hint: mmproj)";
        assert_eq!(error.message, words);
        assert!(error.action.contains("mmproj"), "{}", error.action);
        let vllm = r#"{"message":"\"auto\" tool choice requires --enable-auto-tool-choice"}"#;
        let action = answered(400, &[], vllm).action;
        assert!(action.contains("--enable-auto-tool-choice"), "{action}");
    }

    #[test]
    fn plain_http_on_an_https_port_offers_the_other_scheme() {
        for body in [
            "<html><center>The plain HTTP request was sent to HTTPS port</center></html>",
            "Client sent an HTTP request to an HTTPS server.",
        ] {
            let action = answered(400, &[], body).action;
            assert_eq!(action, "Try the address with https:// instead of http://.");
        }
    }

    #[test]
    fn a_redirect_names_the_other_origin_only() {
        let error = answered(307, &[("location", "https://other.example/v1?token=abc")], "");
        assert_eq!(
            error.message,
            "127.0.0.1:8080 redirects to https://other.example, which is not followed."
        );
    }
}
