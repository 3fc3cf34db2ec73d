//! Security headers for every response, and the content policies.

use axum::response::Response;
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};

/// For everything that is no page: nothing may be loaded, run or framed.
const STRICT: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// For what people gave: besides, nothing of it acts in the studio's name should a browser take it for
/// a page.
pub(crate) const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'; \
     base-uri 'none'; form-action 'none'";

/// The same on every response. `same-origin` and not `no-referrer`: without a referrer browsers send
/// `Origin: null` with a form, and a form without script is sent back to its referrer.
const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
         gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// The policy of the studio's pages. `reload_port` is that of the development tool, where it runs.
pub(crate) fn page_policy(nonce: &str, reload_port: Option<u32>) -> Option<HeaderValue> {
    let reload = reload_port
        .map_or_else(String::new, |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    let policy = format!(
        "default-src 'none'; script-src 'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'{reload}; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// The policy of the API's own viewer, whose style sheet carries small images.
pub(crate) fn viewer_policy(nonce: &str) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// Adds what the handler left out.
pub(crate) fn complete(response: &mut Response) {
    let page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(STRICT));
    // A page may come back from the browser's memory on "back", but not from its disk unasked.
    let caching = if page { "private, no-cache" } else { "no-store" };
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(caching));
}
