//! `send`: one answer, a stream, twice with one key, again and on.

use std::time::{Duration, Instant};

use models::{
    conversation::{ConversationDetail, SendReceipt},
    run::RunStatus,
    run_event::RunEvent,
};
use serde_json::{Value, json};

use crate::support::{SseReader, TestApp, numbered, text_of};

#[tokio::test]
async fn without_a_stream_the_whole_answer_comes_at_once() {
    let app = TestApp::start().await;
    let answer = app.answer("say", "A question about rivers and boats").await;
    assert_eq!(answer["message"]["status"], "complete");
    let text = answer["message"]["parts"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("Hello! This answer is complete."), "{text}");
    let id = answer["conversation_id"].as_str().unwrap();
    let detail: ConversationDetail = app.get(&format!("conversations/{id}")).await.ok();
    assert_eq!(detail.messages.len(), 2);
    assert_eq!(detail.conversation.title, "A question about rivers and boats");
}

#[tokio::test]
async fn a_stream_begins_with_the_receipt_and_ends_with_finished() {
    let app = TestApp::start().await;
    let body = json!({ "message": "Count", "model_id": app.model("count").await });
    for request in [
        app.api("POST", "send").json(&body).header("accept", "text/event-stream"),
        app.api("POST", "send").json(&{
            let mut body = body.clone();
            body["stream"] = json!(true);
            body
        }),
    ] {
        let reader = SseReader::open(request).await;
        let headers = reader.response.headers();
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-accel-buffering"], "no");
        assert!(headers.get("content-encoding").is_none());
        let events = reader.rest().await;
        assert_eq!((events[0].name.as_str(), events[0].id), ("accepted", None));
        let receipt: SendReceipt = serde_json::from_value(events[0].data.clone()).unwrap();
        let run = numbered(&events);
        let numbers: Vec<u64> = run.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=run.len() as u64).collect::<Vec<_>>());
        let first = RunEvent::Started {
            message_id: receipt.assistant_message_id,
            provider: "Fake".to_owned(),
            model: "count".to_owned(),
        };
        assert_eq!(run[0].1, first);
        assert_eq!(text_of(&run), counted(100));
        assert!(matches!(
            run.last().unwrap().1,
            RunEvent::Finished { status: RunStatus::Complete, .. }
        ));
        assert!(events[1..].iter().all(|event| event.data["type"] == event.name));
    }
}

#[tokio::test]
async fn the_first_bytes_come_before_the_first_token() {
    let app = TestApp::builder().models(&["first-token-delay:first=1500"]).start().await;
    let model_id = app.model("first-token-delay:first=1500").await;
    let start = Instant::now();
    let body = json!({ "message": "Hello", "model_id": model_id, "stream": true });
    let mut reader = SseReader::open(app.api("POST", "send").json(&body)).await;
    assert_eq!(reader.next().await.unwrap().name, "accepted");
    assert!(start.elapsed() < Duration::from_millis(1_000), "{:?}", start.elapsed());
    assert_eq!(reader.comments, 1);
}

#[tokio::test]
async fn sending_twice_with_one_key_is_sending_once() {
    let app = TestApp::start().await;
    let body = json!({
        "message": "Once", "model_id": app.model("plain").await, "idempotency_key": "key-1",
    });
    let first: Value = app.post("send", &body).await.ok();
    let second: Value = app.post("send", &body).await.ok();
    assert_eq!(first, second);
    assert_eq!(
        app.provider.requests().iter().filter(|request| request.method == "POST").count(),
        1
    );
}

#[tokio::test]
async fn a_client_that_leaves_changes_nothing() {
    let app = TestApp::builder().models(&["count:delay=10,words=80"]).start().await;
    let model_id = app.model("count:delay=10,words=80").await;
    let body = json!({ "message": "Count", "model_id": model_id, "stream": true });
    let mut reader = SseReader::open(app.api("POST", "send").json(&body)).await;
    let receipt: SendReceipt = serde_json::from_value(reader.next().await.unwrap().data).unwrap();
    drop(reader);
    let events = app.stream(&format!("runs/{}/events", receipt.run_id)).await.rest().await;
    assert_eq!(text_of(&numbered(&events)), counted(80));
}

#[tokio::test]
async fn retry_makes_a_sibling_and_continue_goes_on_where_it_was_cut() {
    let app = TestApp::start().await;
    let cut = app.answer("continue", "Count for me, please").await;
    assert_eq!(cut["message"]["status"], "failed");
    assert_eq!(cut["message"]["parts"][0]["text"], counted(40));
    let message = cut["message"]["id"].as_str().unwrap();

    let reply = app.call("POST", &format!("messages/{message}/continue")).await;
    assert_eq!(reply.status, 202);
    let receipt: SendReceipt = reply.ok();
    assert_eq!(receipt.assistant_message_id.to_string(), message);
    app.stream(&format!("runs/{}/events", receipt.run_id)).await.rest().await;
    let path = format!("conversations/{}", receipt.conversation_id);
    let detail: ConversationDetail = app.get(&path).await.ok();
    assert_eq!(detail.messages[1].text(), counted(80));
    assert_eq!(detail.messages[1].status, RunStatus::Complete);
    insta::assert_snapshot!(app.call("POST", &format!("messages/{message}/continue")).await.said(), @"409 conflict: This answer is complete. Ask for more with a new message, or retry it.");

    let reply = app.call("POST", &format!("messages/{message}/retry")).await;
    let receipt: SendReceipt = reply.ok();
    assert_ne!(receipt.assistant_message_id.to_string(), message);
    app.stream(&format!("runs/{}/events", receipt.run_id)).await.rest().await;
    let detail: ConversationDetail = app.get(&path).await.ok();
    assert_eq!(detail.messages.len(), 2);
    assert_eq!(detail.messages[1].id, receipt.assistant_message_id);
    let question = &detail.messages[0].id;
    insta::assert_snapshot!(app.call("POST", &format!("messages/{question}/retry")).await.said(), @"400 invalid_request: This is a question, not an answer. Name the answer that follows it.");
}

#[tokio::test]
async fn the_guide_answers_through_the_same_engine() {
    let app = TestApp::start().await;
    let answer = app.answer("Guide", "How do I add a provider?").await;
    assert_eq!(answer["message"]["status"], "complete");
    assert_eq!(answer["message"]["provider"], "Chat Studio");
}

/// What the scenario `count` says.
fn counted(to: u32) -> String {
    (1..=to).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}
