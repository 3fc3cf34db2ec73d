//! Bad requests: each gets a clear error and changes nothing.

use models::{
    conversation::ConversationPage,
    id::{ConversationId, MessageId, ModelId, OwnerId, RunId},
    provider::ProviderInput,
};
use serde_json::{Value, json};
use server::serve_studio;
use studio::Caller;
use tokio_util::sync::CancellationToken;

use crate::support::{Reply, TestApp};

/// Fails unless nothing was stored and nothing was asked of the provider.
async fn nothing_happened(app: &TestApp) {
    let page: ConversationPage = app.get("conversations").await.ok();
    assert!(page.conversations.is_empty());
    assert!(app.provider.requests().iter().all(|request| request.method == "GET"));
}

/// Identifiers differ from run to run.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() == 36 && word.bytes().filter(|b| *b == b'-').count() == 4;
    let plain = |character: char| !character.is_ascii_hexdigit() && character != '-';
    text.split_inclusive(plain)
        .map(|piece| {
            let word = piece.trim_end_matches(plain);
            if is_id(word) { piece.replace(word, "ID") } else { piece.to_owned() }
        })
        .collect()
}

#[tokio::test]
async fn empty_and_huge_messages_are_refused() {
    let app = TestApp::start().await;
    let model_id = app.model("plain").await;
    let send = async |message: String| {
        app.post("send", &json!({ "message": message, "model_id": model_id })).await.said()
    };
    insta::assert_snapshot!(send(String::new()).await, @"400 invalid_request: The message is empty. Write something and send it again.");
    insta::assert_snapshot!(send(" \n\t ".to_owned()).await, @"400 invalid_request: The message is empty. Write something and send it again.");
    insta::assert_snapshot!(send("x".repeat(1024 * 1024 + 1)).await, @"413 too_large: The message is longer than 1048576 bytes. Shorten it and try again.");
    insta::assert_snapshot!(send("x".repeat(10 * 1024 * 1024)).await, @"413 too_large: The request is larger than 2097152 bytes. Send less at a time, or raise http.body_bytes in studio.toml.");
    nothing_happened(&app).await;
}

#[tokio::test]
async fn a_huge_body_of_unknown_length_is_refused_too() {
    let app = TestApp::start().await;
    let chunks =
        futures::stream::iter((0..10).map(|_| Ok::<_, std::io::Error>("x".repeat(1 << 20))));
    let request = app
        .api("POST", "send")
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(chunks));
    // The client may notice the closed connection before it reads the answer.
    if let Ok(response) = request.send().await {
        assert_eq!(response.status(), 413);
    }
    nothing_happened(&app).await;
}

#[tokio::test]
async fn unknown_identifiers_are_named_with_those_that_exist() {
    let app = TestApp::start().await;
    let profile = json!({ "name": "Terse", "system_prompt": "Be brief." });
    assert_eq!(app.post("prompt-profiles", &profile).await.status, 201);
    let said = async |field: &str, value: String| {
        let reply = app.post("send", &json!({ "message": "Hello", field: value })).await;
        let known = reply.json()["known"].as_array().map_or(0, Vec::len);
        format!(
            "{} ({} known)",
            without_ids(&reply.said()),
            if known > 0 { "some" } else { "none" }
        )
    };
    insta::assert_snapshot!(said("model_id", ModelId::generate().to_string()).await, @"404 not_found: There is no such model. Choose one of the models that are listed, or add its provider on the LLM Config page. (some known)");
    insta::assert_snapshot!(said("routing_profile", "oracle".to_owned()).await, @"400 invalid_request: There is no routing profile “oracle”. Use one of: direct_llm. (some known)");
    insta::assert_snapshot!(said("prompt_profile_id", MessageId::generate().to_string()).await, @"404 not_found: There is no such prompt profile. Choose one of those on the Prompts page, or none. (some known)");
    insta::assert_snapshot!(said("conversation_id", MessageId::generate().to_string()).await, @"404 not_found: There is no such conversation. It may have been deleted. Go back to the list and choose another. (none known)");
    insta::assert_snapshot!(said("model_id", "plain".to_owned()).await, @"400 invalid_request: The JSON does not fit this address: model_id: UUID parsing failed: invalid character: found `p` at 0 at line 1 column 37. Correct the field; /api/docs shows the shape. (none known)");
    nothing_happened(&app).await;

    let (conversation, run) = (ConversationId::generate(), RunId::generate());
    for (method, path) in [
        ("GET", format!("conversations/{conversation}")),
        ("DELETE", format!("conversations/{conversation}")),
        ("GET", format!("runs/{run}/events")),
        ("GET", format!("runs/{run}/view")),
        ("POST", format!("runs/{run}/stop")),
        ("POST", format!("messages/{run}/retry")),
        ("POST", format!("messages/{run}/continue")),
        ("DELETE", format!("prompt-profiles/{run}")),
    ] {
        let reply = app.call(method, &path).await;
        assert!(reply.said().starts_with("404 not_found: "), "{method} {path}: {}", reply.said());
    }
    insta::assert_snapshot!(app.get("conversations/7").await.said(), @"400 invalid_request: “7” is not an identifier; identifiers look like 01890a5d-ac96-774b-bcce-b302099a8057. Use an identifier that this API has given out.");
    insta::assert_snapshot!(app.get("conversations?before_id=7").await.said(), @"400 invalid_request: The query of the address does not fit: before_id: UUID parsing failed: invalid length: found 1. Correct what stands after the question mark; /api/docs lists what may.");
}

#[tokio::test]
async fn what_belongs_to_someone_else_does_not_exist() {
    let app = TestApp::start().await;
    let answer = app.answer("plain", "Mine").await;
    let other = Caller { owner: OwnerId::generate() };
    let (studio, shutdown) = (app.serving().studio().clone(), CancellationToken::new());
    let theirs = serve_studio(studio, other, app.config.clone(), shutdown).await.unwrap();
    let said = async |method: &str, path: String| {
        let url = format!("http://{}/api/chat/ui/{path}", theirs.address());
        let request = crate::support::client().request(method.parse().unwrap(), url);
        Reply::of(request.json(&json!({}))).await
    };
    let id = |name: &str| answer[name].as_str().unwrap().to_owned();
    insta::assert_snapshot!(
        said("GET", format!("conversations/{}", id("conversation_id"))).await.said(), @"404 not_found: There is no such conversation. It may have been deleted. Go back to the list and choose another.");
    for (method, path) in [
        ("PATCH", format!("conversations/{}", id("conversation_id"))),
        ("DELETE", format!("conversations/{}", id("conversation_id"))),
        ("GET", format!("runs/{}/events", id("run_id"))),
        ("GET", format!("runs/{}/view", id("run_id"))),
        ("POST", format!("runs/{}/stop", id("run_id"))),
        ("POST", format!("messages/{}/retry", id("assistant_message_id"))),
        ("POST", format!("messages/{}/continue", id("assistant_message_id"))),
    ] {
        let reply = said(method, path.clone()).await;
        assert!(reply.said().starts_with("404 not_found: "), "{method} {path}: {}", reply.said());
    }
    let list: Value = said("GET", "conversations".to_owned()).await.ok();
    assert_eq!(list["conversations"], json!([]));
    let models: Value = said("GET", "models".to_owned()).await.ok();
    assert_eq!(models, json!([]));
    let kept = app.get(&format!("conversations/{}", id("conversation_id"))).await;
    assert_eq!(kept.status, 200);
}

#[tokio::test]
async fn bodies_that_are_no_fitting_json_are_refused_with_the_place() {
    let app = TestApp::start().await;
    let said = async |content_type: &str, body: &'static str| {
        let request = app.api("POST", "send").header("content-type", content_type).body(body);
        Reply::of(request).await.said()
    };
    let json = "application/json";
    insta::assert_snapshot!(said(json, "{\"message\":\n  oops}").await, @"400 invalid_request: The body is not JSON: expected value at line 2 column 3. Correct it at the place named.");
    insta::assert_snapshot!(said(json, "{\"message\": \"cut").await, @"400 invalid_request: The JSON ends too early: EOF while parsing a string at line 1 column 16. Send one whole JSON document, {} at least.");
    insta::assert_snapshot!(said(json, "").await, @"400 invalid_request: The JSON ends too early: EOF while parsing a value at line 1 column 0. Send one whole JSON document, {} at least.");
    insta::assert_snapshot!(said(json, "{\"mesage\": \"Hello\"}").await, @"400 invalid_request: The JSON does not fit this address: mesage: unknown field `mesage`, expected one of `message`, `attachments`, `conversation_id`, `parent_id`, `model_id`, `routing_profile`, `prompt_profile_id`, `parameters`, `idempotency_key`, `stream` at line 1 column 9. Correct the field; /api/docs shows the shape.");
    insta::assert_snapshot!(said(json, "{\"message\": 7}").await, @"400 invalid_request: The JSON does not fit this address: message: invalid type: integer `7`, expected a string at line 1 column 13. Correct the field; /api/docs shows the shape.");
    insta::assert_snapshot!(said(json, "[]").await, @"400 invalid_request: The JSON does not fit this address: a list stands where an object is expected. Correct the field; /api/docs shows the shape.");
    insta::assert_snapshot!(said("text/plain", "{\"message\": \"Hello\"}").await, @"415 unsupported_media_type: The body is not declared as JSON. Send the header “Content-Type: application/json”.");
    insta::assert_snapshot!(said("application/x-www-form-urlencoded", "message=Hello").await, @"415 unsupported_media_type: The body is not declared as JSON. Send the header “Content-Type: application/json”.");
    nothing_happened(&app).await;
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_refused() {
    let app = TestApp::start().await;
    insta::assert_snapshot!(app.get("nothing").await.said(), @"404 not_found: There is nothing at /api/chat/ui/nothing. See /api/docs for the addresses that exist.");
    let put = app.call("PUT", "send").await;
    insta::assert_snapshot!(put.said(), @"405 method_not_allowed: /api/chat/ui/send does not take PUT. Use one of the methods in the Allow header.");
    assert_eq!(put.header("allow"), "POST");
    let page = Reply::of(app.request("GET", "/no/such/page")).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert_eq!(Reply::of(app.request("POST", "/no/such/page")).await.status, 404);
}

#[tokio::test]
async fn provider_addresses_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let studio = app.serving().studio();
    let caller = studio.local_caller();
    let before = studio.providers(&caller).await.unwrap();
    let site = app.provider.list_url("html");
    let said = async |base_url: &str| {
        let input = ProviderInput {
            name: "Other".to_owned(),
            base_url: base_url.to_owned(),
            ..ProviderInput::default()
        };
        let error = studio.create_provider(&caller, input).await.unwrap_err().public;
        let text = format!("{:?}: {} {}", error.code, error.message, error.action);
        text.replace(&app.provider.address().to_string(), "SERVER")
    };
    insta::assert_snapshot!(said("not an address").await, @"InvalidRequest: This is no usable address (it contains a space or a backslash). Give an http or https address, such as http://127.0.0.1:8080/v1.");
    insta::assert_snapshot!(said("ftp://example.test/v1").await, @"InvalidRequest: “ftp” addresses cannot be used. Give an http or https address, such as http://127.0.0.1:8080/v1.");
    insta::assert_snapshot!(said("").await, @"InvalidRequest: There is no address. Give an http or https address, such as http://127.0.0.1:8080/v1.");
    insta::assert_snapshot!(said(&site).await, @"Provider: That address serves a web page: SERVER is no model server there. Enter the address of the API; its port is often another one than the web page's.");
    assert_eq!(studio.providers(&caller).await.unwrap(), before);
}
