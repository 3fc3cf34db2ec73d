//! Requests from elsewhere: other hosts, other sites, slow ones and unending ones.

use std::time::Duration;

use models::conversation::ConversationPage;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn foreign_hosts_are_refused() {
    let app = TestApp::builder()
        .config(|config| config.allowed_hosts.push("studio.test".to_owned()))
        .start()
        .await;
    let with_host =
        async |host: &str| Reply::of(app.api("GET", "conversations").header("host", host)).await;
    insta::assert_snapshot!(with_host("evil.test").await.said(), @"403 forbidden: The request asks for the host “evil.test”, which is not this one. Open Chat Studio by the address it printed at its start, or add the name to allowed_hosts in studio.toml.");
    assert_eq!(with_host("127.0.0.1.evil.test:3000").await.status, 403);
    for host in ["localhost", "localhost:8080", "[::1]:3000", "studio.test"] {
        assert_eq!(with_host(host).await.status, 200, "{host}");
    }
    // Pages and files are no less private than the API.
    for path in ["/chat", "/health", "/pkg/chat-studio.js", "/api/docs"] {
        let reply = Reply::of(app.request("GET", path).header("host", "evil.test")).await;
        assert_eq!(reply.status, 403, "{path}");
    }
}

#[tokio::test]
async fn requests_without_a_host_or_with_two_are_refused() {
    let app = TestApp::start().await;
    for head in [
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n",
        "GET http://evil.test/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let said = raw(&app, head.as_bytes()).await;
        let refused = said.starts_with("HTTP/1.1 403") || said.starts_with("HTTP/1.1 400");
        assert!(refused, "{head:?}: {said}");
    }
}

#[tokio::test]
async fn other_sites_cannot_change_or_watch_anything() {
    let app = TestApp::start().await;
    let own = format!("http://{}", app.address());
    let create = || app.api("POST", "conversations").json(&json!({}));
    let cases = [
        ("origin", "http://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in cases {
        let said = Reply::of(create().header(name, value)).await.said();
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @"403 forbidden: The request comes from another site. Use Chat Studio's own pages, or a program that sends no Origin header.");
        }
        // Server functions and forms too, known or not.
        let form = app.request("POST", "/api/ui/theme").header(name, value).body("theme=dark");
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(Reply::of(form).await.status, 403, "{name}: {value}");
    }
    let watch = app.api("GET", "conversations").header("origin", "http://evil.test");
    assert_eq!(Reply::of(watch).await.status, 403);
    let page: ConversationPage = app.get("conversations").await.ok();
    assert!(page.conversations.is_empty());

    let same = create().header("origin", &own).header("sec-fetch-site", "same-origin");
    assert_eq!(Reply::of(same).await.status, 201);
    assert_eq!(Reply::of(create().header("origin", &own)).await.status, 201);
    assert_eq!(Reply::of(create()).await.status, 201, "a program is not a browser");
}

#[tokio::test]
async fn no_server_function_is_called_by_get() {
    let app = TestApp::start().await;
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert_eq!(method, "POST", "{path}");
        assert_eq!(Reply::of(app.request("GET", path)).await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn getting_changes_nothing() {
    let app = TestApp::start().await;
    let answer = app.answer("plain", "Hello").await;
    let id = |name: &str| answer[name].as_str().unwrap();
    let upload = app.api("POST", "attachments?name=note.txt").header("content-type", "text/plain");
    let attachment: serde_json::Value = Reply::of(upload.body("Hello")).await.ok();
    let attachment = attachment["id"].as_str().unwrap();
    let counted = async || {
        let studio = app.serving().studio();
        let caller = studio.local_caller();
        let list: serde_json::Value = app.get("conversations").await.ok();
        let detail: serde_json::Value =
            app.get(&format!("conversations/{}", id("conversation_id"))).await.ok();
        let metrics: models::metric::MetricSummary = app.get("metrics").await.ok();
        let providers = studio.providers(&caller).await.unwrap();
        let prompts = studio.prompt_profiles(&caller).await.unwrap();
        (list, detail, metrics.total, providers, prompts)
    };
    let before = counted().await;
    let description: serde_json::Value =
        Reply::of(app.request("GET", "/api/openapi.json")).await.ok();
    for (path, operations) in description["paths"].as_object().unwrap() {
        if operations.get("get").is_none() {
            continue;
        }
        let id = match path {
            path if path.contains("/runs/") => id("run_id"),
            path if path.contains("/attachments/") => attachment,
            _ => id("conversation_id"),
        };
        let path = path.replace("{id}", id);
        assert_eq!(Reply::of(app.request("GET", &path)).await.status, 200, "{path}");
    }
    for path in ["/", "/chat", "/prompts", "/metrics", "/llm-config", "/api/docs"] {
        assert!(Reply::of(app.request("GET", path)).await.status < 400, "{path}");
    }
    assert_eq!(counted().await, before);
}

#[tokio::test]
async fn slow_heads_and_bodies_are_cut_off() {
    let app = TestApp::builder()
        .config(|config| {
            config.http.idle_seconds = 1;
            config.http.body_seconds = 1;
        })
        .start()
        .await;
    let head = raw(&app, b"GET /health HTTP/1.1\r\nHost: loc").await;
    assert!(!head.starts_with("HTTP/1.1 200"), "{head}");
    let body = b"POST /api/chat/ui/conversations HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{";
    let said = raw(&app, body).await;
    assert!(
        said.starts_with("HTTP/1.1 504") && said.contains("took longer than 1 seconds"),
        "{said}"
    );
}

#[tokio::test]
async fn heads_over_the_limit_are_refused() {
    let app = TestApp::builder().config(|config| config.http.header_bytes = 8 * 1024).start().await;
    let head =
        format!("GET /health HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(16_384));
    let said = raw(&app, head.as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 431"), "{said}");
}

#[tokio::test]
async fn connections_over_the_cap_wait_their_turn() {
    let app = TestApp::builder().config(|config| config.http.connections = 1).start().await;
    let first = TcpStream::connect(app.address()).await.unwrap();
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    // The accept loop takes the first connection before it may take the second.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let waiting = tokio::time::timeout(Duration::from_millis(200), raw(&app, request.as_bytes()));
    assert!(waiting.await.is_err(), "the second connection was served beside the first");
    drop(first);
    assert!(raw(&app, request.as_bytes()).await.starts_with("HTTP/1.1 200"));
}

/// Sends bytes and reads until the server closes the connection.
async fn raw(app: &TestApp, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut said = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            said.extend_from_slice(&buffer[..count]);
            if String::from_utf8_lossy(&said).contains("\r\n\r\n") && count < buffer.len() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.expect("the server never answered");
    String::from_utf8(said).unwrap()
}
