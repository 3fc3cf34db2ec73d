//! A key goes in, reaches its provider, and is found nowhere else.

use std::path::Path;

use fake_provider::{FakeProvider, Options};
use models::{conversation::SendAnswer, model::Model};
use reqwest::{RequestBuilder, Url};
use serde_json::json;

use crate::support::{Process, Reply, TestApp, client};

const CANARY: &str = "sk-canary-4711-0815";

/// Every form in which a key might slip out.
fn forms() -> Vec<Vec<u8>> {
    let base64 = "c2stY2FuYXJ5LTQ3MTEtMDgxNQ";
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![CANARY.into(), base64.into(), hex.into_bytes()]
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for form in forms() {
        let found = bytes.windows(form.len()).any(|window| window == form);
        assert!(!found, "{what} holds the key");
    }
}

fn assert_clean_files(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += assert_clean_files(&path);
        } else {
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
            files += 1;
        }
    }
    files
}

fn form_post(url: String, fields: &[(&str, &str)]) -> RequestBuilder {
    // The query of an address is written as a form's body is.
    let fields = Url::parse_with_params("http://form", fields).unwrap();
    let kind = "application/x-www-form-urlencoded";
    let body = fields.query().unwrap_or_default().to_owned();
    client().post(url).header("content-type", kind).body(body)
}

#[tokio::test]
async fn a_key_is_in_no_response_page_log_error_export_or_file() {
    let (_, _, folder) = TestApp::start().await.stop().await;
    let options = Options { key: Some(CANARY.to_owned()), ..Options::default() };
    let provider = FakeProvider::start(options).await.unwrap();
    let process = Process::start(folder.path(), "trace").await;
    let url = |path: &str| format!("{}{path}", process.address);
    let mut seen = Vec::new();
    let mut keep = |what: &str, reply: &Reply| {
        assert_clean(what, &reply.body);
        assert_clean(what, format!("{:?}", reply.headers).as_bytes());
        seen.push(reply.status);
    };
    let base_url = provider.base_url();
    let form = [("name", "Keyed"), ("base_url", base_url.as_str()), ("key", CANARY)];
    for path in ["/api/ui/providers/detect", "/api/ui/providers/add"] {
        let request = form_post(url(path), &form).header("accept", "text/html");
        keep(path, &Reply::of(request).await);
    }
    let models: Vec<Model> = Reply::of(client().get(url("/api/chat/ui/models"))).await.ok();
    let mut answered = 0;
    // The last two echo what they were sent.
    for name in ["plain", "error-401", "error-html", "echo-headers", "error-echo-key"] {
        let Some(model) = models.iter().find(|m| m.provider == "Keyed" && m.name == name) else {
            continue;
        };
        let body = json!({ "message": "Hello", "model_id": model.id });
        let reply = Reply::of(client().post(url("/api/chat/ui/send")).json(&body)).await;
        keep(name, &reply);
        let answer: SendAnswer = reply.ok();
        let page = format!("/chat/{}", answer.receipt.conversation_id);
        keep("the conversation", &Reply::of(client().get(url(&page))).await);
        answered += 1;
    }
    assert!(answered >= 3, "too few of the models are listed");
    for path in [
        "/chat",
        "/llm-config",
        "/metrics",
        "/api/chat/ui/models",
        "/api/chat/ui/configuration",
        "/api/chat/ui/metrics",
        "/api/chat/ui/conversations",
        "/api/openapi.json",
    ] {
        keep(path, &Reply::of(client().get(url(path))).await);
    }
    // A wrong address with the key: the error must not repeat it.
    let page = url("/chat");
    let form = [("name", "Astray"), ("base_url", page.as_str()), ("key", CANARY)];
    let astray = form_post(url("/api/ui/providers/add"), &form);
    keep("a refused address", &Reply::of(astray).await);
    let got_through = provider.requests().iter().any(|request| request.status == Some(200));
    assert!(got_through, "the key never reached its provider");
    assert_clean_files(folder.path());
    process.stop().await;
    let files = assert_clean_files(folder.path());
    let log = std::fs::metadata(folder.path().join("log")).unwrap().len();
    assert!(files >= 3 && log > 10_000, "{files} files, a log of {log} bytes");
    assert!(seen.len() > 12);
}
