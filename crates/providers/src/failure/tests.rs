//! Error answers of many servers, and what is made of them.

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
    let parsed = ErrorBody::parse(br#"{"error":{"code":502,"message":"Provider disconnected"}}"#);
    let error = in_band(&server(), &parsed);
    assert_eq!((error.class, error.status), (FailureClass::Overloaded, Some(502)));
    assert_eq!(error.message, "127.0.0.1:8080 reported an error: Provider disconnected");
    let parsed = ErrorBody::parse(br#"{"error":"Unexpected endpoint or method. (POST /x)"}"#);
    let error = in_band(&server(), &parsed);
    assert_eq!((error.class, error.status), (FailureClass::NotFound, None));
}

#[test]
fn what_a_server_lacks_is_said_with_what_to_switch_on() {
    let body = r#"{"error":{"code":500,"message":"image input is not supported - hint: mmproj"}}"#;
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
