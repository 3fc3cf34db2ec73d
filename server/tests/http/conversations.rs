//! `conversations`: create, list by pages, open, change, delete.

use models::{
    conversation::{Conversation, ConversationDetail, ConversationPage},
    limits::CONVERSATION_PAGE,
};
use serde_json::json;

use crate::support::{Reply, TestApp};

#[tokio::test]
async fn a_conversation_is_created_changed_and_removed() {
    let app = TestApp::start().await;
    let reply = app.post("conversations", &json!({ "title": "First" })).await;
    assert_eq!(reply.status, 201);
    let created: Conversation = reply.ok();
    assert_eq!((created.title.as_str(), created.routing_profile.as_str()), ("First", "direct_llm"));

    let path = format!("conversations/{}", created.id);
    let change = json!({ "title": "Second", "version": created.version });
    let changed: Conversation = Reply::of(app.api("PATCH", &path).json(&change)).await.ok();
    assert_eq!(changed.title, "Second");
    insta::assert_snapshot!(Reply::of(app.api("PATCH", &path).json(&change)).await.said(), @"409 conflict: This was changed meanwhile, perhaps in another tab. Load it again and repeat the change.");

    let opened: ConversationDetail = app.get(&path).await.ok();
    assert_eq!(opened.conversation, changed);
    assert!(opened.messages.is_empty() && !opened.has_older);

    let gone = app.call("DELETE", &path).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(app.get(&path).await.status, 404);
    assert_eq!(app.call("DELETE", &path).await.status, 404);
}

#[tokio::test]
async fn the_list_pages_without_gap_or_repetition() {
    let app = TestApp::start().await;
    let count = CONVERSATION_PAGE as usize + 3;
    for number in 0..count {
        app.post("conversations", &json!({ "title": format!("{number:03}") })).await;
    }
    let first: ConversationPage = app.get("conversations").await.ok();
    assert_eq!(first.conversations.len(), CONVERSATION_PAGE as usize);
    let next = first.next.unwrap();
    let query = format!(
        "conversations?before_updated_at={}&before_id={}",
        serde_json::to_string(&next.updated_at).unwrap(),
        next.id
    );
    let second: ConversationPage = app.get(&query).await.ok();
    assert_eq!(second.next, None);
    let all = first.conversations.iter().chain(&second.conversations);
    let mut titles: Vec<&str> = all.map(|conversation| conversation.title.as_str()).collect();
    assert_eq!(titles.len(), count);
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), count);
}

#[tokio::test]
async fn deleting_removes_the_messages_and_their_runs() {
    let app = TestApp::start().await;
    let sent = app.answer("plain", "Forget this").await;
    let path = format!("conversations/{}", sent["conversation_id"].as_str().unwrap());
    let detail: ConversationDetail = app.get(&path).await.ok();
    assert_eq!(detail.messages.len(), 2);
    assert_eq!(app.call("DELETE", &path).await.status, 204);
    for message in &detail.messages {
        let retry = app.call("POST", &format!("messages/{}/retry", message.id)).await;
        assert_eq!(retry.status, 404);
    }
    let run = sent["run_id"].as_str().unwrap();
    assert_eq!(app.get(&format!("runs/{run}/events")).await.status, 404);
}

#[tokio::test]
async fn deleting_leaves_no_text_in_the_database_file() {
    let secret = "xylophone quartz marmalade";
    let app = TestApp::start().await;
    let sent = app.answer("plain", secret).await;
    let path = format!("conversations/{}", sent["conversation_id"].as_str().unwrap());
    assert_eq!(app.call("DELETE", &path).await.status, 204);
    let (config, _provider, _folder) = app.stop().await;
    let bytes = std::fs::read(config.data_dir.join("studio.db")).unwrap();
    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
    assert!(!found, "the deleted text is still in the file");
}

#[tokio::test]
async fn older_messages_come_by_pages() {
    let app = TestApp::start().await;
    let model_id = app.model("plain").await;
    let sent = app.answer("plain", "0").await;
    let id = sent["conversation_id"].as_str().unwrap().to_owned();
    for number in 1..27 {
        let body =
            json!({ "message": number.to_string(), "conversation_id": id, "model_id": model_id });
        assert_eq!(app.post("send", &body).await.status, 200);
    }
    let newest: ConversationDetail = app.get(&format!("conversations/{id}")).await.ok();
    assert_eq!((newest.messages.len(), newest.has_older), (50, true));
    let before = newest.messages[0].id;
    let older: ConversationDetail =
        app.get(&format!("conversations/{id}?before={before}")).await.ok();
    assert_eq!((older.messages.len(), older.has_older), (4, false));
    assert_eq!(older.messages[0].text(), "0");
    assert_eq!(newest.messages[0].parent_id, Some(older.messages[3].id));
}
