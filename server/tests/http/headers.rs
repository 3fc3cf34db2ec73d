//! What every response carries, whatever it is.

use serde_json::json;

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let app = TestApp::start().await;
    std::fs::write(app.folder().join("site/pkg/chat-studio.css"), "body{}").unwrap();
    let replies = [
        ("page", app.request("GET", "/chat")),
        ("missing page", app.request("GET", "/no/such/page")),
        ("file", app.request("GET", "/pkg/chat-studio.css")),
        ("api", app.api("GET", "conversations")),
        ("created", app.api("POST", "conversations").json(&json!({}))),
        ("missing route", app.api("GET", "nothing")),
        ("wrong method", app.api("PUT", "send")),
        ("bad body", app.api("POST", "send").body("x")),
        ("foreign host", app.api("GET", "models").header("host", "evil.test")),
        ("foreign site", app.api("POST", "conversations").header("origin", "null")),
        ("too large", app.api("POST", "send").body("x".repeat(3 << 20))),
        ("viewer", app.request("GET", "/api/docs")),
        ("description", app.request("GET", "/api/openapi.json")),
        ("health", app.request("GET", "/health")),
        ("server function", app.request("POST", "/api/ui/nothing")),
    ];
    for (name, request) in replies {
        let reply = Reply::of(request).await;
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(header), value, "{name}");
        }
        assert!(reply.header("permissions-policy").contains("camera=()"), "{name}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{name}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{name}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval' "), "{name}");
        assert!(!reply.header("cache-control").is_empty(), "{name}");
        assert!(!reply.header("x-request-id").is_empty(), "{name}");
    }
}

#[tokio::test]
async fn pages_allow_their_own_scripts_by_a_fresh_nonce() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for path in ["/chat", "/chat", "/no/such/page"] {
        let page = Reply::of(app.request("GET", path)).await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(policy.contains("'strict-dynamic'") && policy.contains("'wasm-unsafe-eval'"));
        assert!(nonce.len() >= 16, "{nonce}");
        for script in page.text().split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(
                tag.contains(&format!("nonce=\"{nonce}\"")),
                "{path}: a script without nonce: {tag}"
            );
        }
        assert!(!page.text().contains(" style=\""), "{path}: a style that the policy forbids");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn request_identifiers_are_taken_over_when_they_are_plain() {
    let app = TestApp::start().await;
    let id = async |given: &str| {
        let reply = Reply::of(app.api("GET", "nothing").header("x-request-id", given)).await;
        reply.header("x-request-id").to_owned()
    };
    assert_eq!(id("trace-1.2_3").await, "trace-1.2_3");
    for given in ["two words", "", "<b>", &"x".repeat(65)] {
        assert_eq!(id(given).await.len(), 36, "{given:?}");
    }
}

#[tokio::test]
async fn documents_are_compressed_and_streams_are_not() {
    let app = TestApp::start().await;
    for encoding in ["br", "gzip"] {
        let page = Reply::of(app.request("GET", "/chat").header("accept-encoding", encoding)).await;
        assert_eq!(page.header("content-encoding"), encoding);
        let list = app.api("GET", "models").header("accept-encoding", encoding);
        assert_eq!(Reply::of(list).await.header("content-encoding"), encoding);
    }
    let receipt = app.accept("plain", "Hello").await;
    for kind in ["events", "view"] {
        let stream = app.api("GET", &format!("runs/{}/{kind}", receipt.run_id));
        let stream = Reply::of(stream.header("accept-encoding", "br, gzip")).await;
        assert_eq!(stream.header("content-encoding"), "");
    }
}

#[tokio::test]
async fn a_browser_gets_its_cookie_once() {
    let app = TestApp::start().await;
    let page = Reply::of(app.request("GET", "/chat")).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("studio_browser="), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let again = Reply::of(app.request("GET", "/chat").header("cookie", pair)).await;
    assert_eq!(again.header("set-cookie"), "");
    assert_eq!(app.get("models").await.header("set-cookie"), "");
}
