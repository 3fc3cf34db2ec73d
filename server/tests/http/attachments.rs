//! Attachments: what is taken in, what reaches the model, and who is refused.

use std::time::Duration;

use models::{
    attachment::Attachment,
    conversation::{ConversationDetail, SendReceipt},
    facts::{Fact, ModelFacts},
    model::ModelEdit,
    part::Part,
};
use serde_json::{Value, json};

use crate::support::{Reply, TestApp};

/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

async fn upload(app: &TestApp, name: &str, content: &[u8]) -> Reply {
    let request = app.api("POST", &format!("attachments?name={name}"));
    Reply::of(request.header("content-type", "application/octet-stream").body(content.to_vec()))
        .await
}

async fn taken(app: &TestApp, name: &str, content: &[u8]) -> Attachment {
    let reply = upload(app, name, content).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.ok()
}

/// What the provider was asked for last.
fn asked(app: &TestApp) -> Value {
    let requests = app.provider.requests();
    let last = requests.iter().rev().find(|request| request.target.ends_with("/chat/completions"));
    last.unwrap().body.clone()
}

async fn send(app: &TestApp, model: &str, message: &str, files: &[&Attachment]) -> Reply {
    let files: Vec<String> = files.iter().map(|file| file.id.to_string()).collect();
    let model_id = app.model(model).await;
    let body = json!({ "message": message, "model_id": model_id, "attachments": files });
    app.post("send", &body).await
}

async fn set_vision(app: &TestApp, model: &str, vision: bool) {
    let id = app.model(model).await.parse().unwrap();
    let facts = ModelFacts { vision: Some(Fact::user(vision)), ..ModelFacts::default() };
    let studio = app.serving().studio();
    let edit = ModelEdit { facts, ..ModelEdit::default() };
    studio.edit_model(&studio.local_caller(), id, edit).await.unwrap();
}

#[tokio::test]
async fn an_image_and_a_text_reach_the_model() {
    let app = TestApp::start().await;
    let image = taken(&app, "dot.gif", GIF).await;
    assert_eq!(
        (image.media_type.as_str(), image.width, image.height),
        ("image/gif", Some(1), Some(1))
    );
    let text = taken(&app, "notes/list.md", "# List\n```\nx\n```\n".as_bytes()).await;
    assert_eq!(
        (text.name.as_str(), text.media_type.as_str(), text.width),
        ("list.md", "text/plain", None)
    );
    let answer: Value = send(&app, "plain", "What is this?", &[&image, &text]).await.ok();
    assert_eq!(answer["message"]["status"], "complete");
    let body = asked(&app);
    assert_eq!(
        body["messages"][0]["content"],
        json!([
            { "type": "text", "text": "File “list.md”:\n````\n# List\n```\nx\n```\n````\n\nWhat is this?" },
            { "type": "image_url", "image_url": { "url": "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==" } },
        ])
    );
    let path = format!("conversations/{}", answer["conversation_id"].as_str().unwrap());
    let detail: ConversationDetail = app.get(&path).await.ok();
    let parts = &detail.messages[0].parts;
    assert!(matches!(&parts[0], Part::Image { attachment_id, .. } if *attachment_id == image.id));
    assert!(matches!(&parts[1], Part::File { name, size: 17, .. } if name == "list.md"));
    assert!(matches!(&parts[2], Part::Text { text } if text == "What is this?"));

    let page = Reply::of(app.request("GET", &format!("/chat/{}", detail.conversation.id))).await;
    let address = format!("/api/chat/ui/attachments/{}", image.id);
    assert!(page.text().contains(&format!("src=\"{address}\"")), "the page shows it");
    assert!(page.text().contains("alt=\"dot.gif\""), "by its name");
}

#[tokio::test]
async fn going_on_and_asking_again_keep_the_image() {
    let app = TestApp::start().await;
    let image = taken(&app, "dot.gif", GIF).await;
    let cut: Value = send(&app, "continue", "", &[&image]).await.ok();
    assert_eq!(cut["message"]["status"], "failed");
    let message = cut["message"]["id"].as_str().unwrap();
    for what in ["continue", "retry"] {
        let receipt: SendReceipt =
            app.call("POST", &format!("messages/{message}/{what}")).await.ok();
        app.stream(&format!("runs/{}/events", receipt.run_id)).await.rest().await;
        let content = &asked(&app)["messages"][0]["content"];
        assert_eq!(content[0]["type"], "image_url", "{what}: {content}");
        assert_eq!(content.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_sees_nothing_refuses_before_anything_is_stored() {
    let app = TestApp::builder().models(&["plain:blind=1"]).start().await;
    let blind = "plain:blind=1";
    set_vision(&app, blind, false).await;
    let image = taken(&app, "dot.gif", GIF).await;
    let refused = send(&app, blind, "Look", &[&image]).await;
    insta::assert_snapshot!(refused.said(), @"400 invalid_request: “plain:blind=1” does not see images. Remove the image or choose a model that does; if this is wrong, correct it on the LLM Config page.");
    insta::assert_snapshot!(send(&app, "Guide", "Look", &[&image]).await.said(), @"400 invalid_request: “Guide” does not see images. Remove the image or choose a model that does; if this is wrong, correct it on the LLM Config page.");
    let list: Value = app.get("conversations").await.ok();
    assert_eq!(list["conversations"], json!([]));

    // In a conversation the model stays as it was.
    let answer: Value = send(&app, "plain", "Look", &[&image]).await.ok();
    let conversation = answer["conversation_id"].as_str().unwrap();
    let other = taken(&app, "dot.gif", GIF).await;
    let body = json!({
        "message": "And this?", "conversation_id": conversation,
        "model_id": app.model(blind).await, "attachments": [other.id],
    });
    assert_eq!(app.post("send", &body).await.status, 400);
    let detail: ConversationDetail = app.get(&format!("conversations/{conversation}")).await.ok();
    assert_eq!(detail.messages.len(), 2);
    assert_eq!(detail.conversation.model_id.unwrap().to_string(), app.model("plain").await);

    // What was said before an image-less question is told in words.
    let mut body = body;
    body["attachments"] = json!([]);
    let _: Value = app.post("send", &body).await.ok();
    assert_eq!(asked(&app)["messages"][0]["content"], "[image: dot.gif]\n\nLook");
}

#[tokio::test]
async fn only_the_newest_images_go_along() {
    let app = TestApp::builder().config(|config| config.runs.history_attachments = 1).start().await;
    let first = taken(&app, "first.gif", GIF).await;
    let second = taken(&app, "second.gif", GIF).await;
    let _: Value = send(&app, "plain", "Compare", &[&first, &second]).await.ok();
    let content = asked(&app)["messages"][0]["content"].clone();
    assert_eq!(content[0]["text"], "[image: first.gif]\n\nCompare");
    assert_eq!(content.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_models_cannot_read_is_refused_in_words() {
    let app = TestApp::builder()
        .config(|config| {
            config.attachments.image_bytes = 4_000;
            config.attachments.text_bytes = 1_000;
        })
        .start()
        .await;
    let said = async |content: &[u8]| upload(&app, "x", content).await.said();
    insta::assert_snapshot!(said(b"%PDF-1.4 text").await, @"415 unsupported_media_type: This is a PDF document. Copy its text into the message, or attach pictures of its pages.");
    insta::assert_snapshot!(said(b"PK\x03\x04\xff\x00").await, @"415 unsupported_media_type: The file is neither an image nor a text in UTF-8. Attach PNG, JPEG, WebP or GIF images, or text files.");
    insta::assert_snapshot!(said(b"BM\x00\x00\xff").await, @"415 unsupported_media_type: This kind of image is not taken. Attach PNG, JPEG, WebP or GIF images, or text files.");
    insta::assert_snapshot!(said(b"").await, @"400 invalid_request: The file is empty. Choose another one.");
    insta::assert_snapshot!(said(&[b'x'; 1_001]).await, @"413 too_large: The text file is larger than 1000 bytes. Attach a smaller one.");
    insta::assert_snapshot!(said(&[b'x'; 4_001]).await, @"413 too_large: The request is larger than 4000 bytes. Send less at a time, or raise http.body_bytes in studio.toml.");
    insta::assert_snapshot!(said(&GIF[..10]).await, @"400 invalid_request: The image is damaged. Open it in an image viewer, save it anew and attach that.");
    // A head that promises 60 000 × 60 000 pixels.
    let mut bomb = GIF.to_vec();
    bomb[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
    insta::assert_snapshot!(said(&bomb).await, @"413 too_large: The image has 60000 × 60000 pixels, which is too many. Attach a smaller one.");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_at_the_limit() {
    let app =
        TestApp::builder().config(|config| config.attachments.image_bytes = 4_000).start().await;
    let app_ref = &app;
    let chunks =
        futures::stream::iter((0..2_000).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1_000])));
    let body = reqwest::Body::wrap_stream(chunks);
    let request = app_ref.api("POST", "attachments").body(body);
    match request.send().await {
        Ok(response) => assert_eq!(response.status().as_u16(), 413),
        // Closing a connection with unread data may reach the client as a broken one.
        Err(error) => assert!(error.is_request() || error.is_body(), "{error}"),
    }
}

#[tokio::test]
async fn files_are_served_so_that_they_cannot_act() {
    let app = TestApp::start().await;
    let image = taken(&app, "dot.gif", GIF).await;
    let reply = app.get(&format!("attachments/{}", image.id)).await;
    assert_eq!((reply.status, &*reply.body), (200, GIF));
    assert_eq!(reply.header("content-type"), "image/gif");
    assert_eq!(reply.header("content-disposition"), "inline; filename*=UTF-8''dot.gif");
    assert_eq!(reply.header("cache-control"), "private, max-age=31536000, immutable");
    for content in
        ["<svg xmlns='http://www.w3.org/2000/svg'/>", "<!doctype html><script>1</script>"]
    {
        let file = taken(&app, "evil.html", content.as_bytes()).await;
        let reply = app.get(&format!("attachments/{}", file.id)).await;
        assert_eq!(reply.text(), content);
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(reply.header("content-disposition"), "attachment; filename*=UTF-8''evil.html");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("sandbox; default-src 'none';"), "{policy}");
    }
}

#[tokio::test]
async fn files_are_removed_until_they_are_sent() {
    let app = TestApp::start().await;
    let image = taken(&app, "dot.gif", GIF).await;
    let path = format!("attachments/{}", image.id);
    assert_eq!(app.call("DELETE", &path).await.status, 204);
    insta::assert_snapshot!(app.get(&path).await.said(), @"404 not_found: There is no such attachment. It may have been deleted. Go back to the list and choose another.");
    insta::assert_snapshot!(send(&app, "plain", "Look", &[&image]).await.said(), @"404 not_found: There is no such attachment. It may have been deleted. Go back to the list and choose another.");

    let image = taken(&app, "dot.gif", GIF).await;
    let path = format!("attachments/{}", image.id);
    let answer: Value = send(&app, "plain", "Look", &[&image]).await.ok();
    insta::assert_snapshot!(app.call("DELETE", &path).await.said(), @"404 not_found: There is no such attachment that was not sent. It may have been deleted. Go back to the list and choose another.");
    // Another conversation does not get it; the same one does, as an edited message needs.
    assert_eq!(send(&app, "plain", "Look", &[&image]).await.status, 404);
    let body = json!({
        "message": "Look again", "conversation_id": answer["conversation_id"], "attachments": [image.id],
    });
    let _: Value = app.post("send", &body).await.ok();
    let twice = json!({ "message": "Look", "attachments": [image.id, image.id] });
    assert_eq!(app.post("send", &twice).await.status, 404);
    let many = json!({ "message": "Look", "attachments": vec![image.id; 11] });
    insta::assert_snapshot!(app.post("send", &many).await.said(), @"400 invalid_request: A message takes 10 files at most. Send the others with the next message.");
    insta::assert_snapshot!(app.post("send", &json!({ "message": " " })).await.said(), @"400 invalid_request: The message is empty. Write something and send it again.");
}

#[tokio::test]
async fn what_was_never_sent_is_swept_away() {
    let app = TestApp::builder()
        .config(|config| {
            config.runs.unsent_hours = 0;
            config.runs.reap_millis = 100;
        })
        .start()
        .await;
    let image = taken(&app, "dot.gif", GIF).await;
    let path = format!("attachments/{}", image.id);
    for _ in 0..100 {
        if app.get(&path).await.status == 404 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the file is still there");
}

#[tokio::test]
async fn another_site_cannot_give_files() {
    let app = TestApp::start().await;
    for (header, value) in [("origin", "http://evil.test"), ("sec-fetch-site", "cross-site")] {
        let request = app.api("POST", "attachments?name=x").header(header, value).body("text");
        assert_eq!(Reply::of(request).await.status, 403, "{header}");
    }
}
