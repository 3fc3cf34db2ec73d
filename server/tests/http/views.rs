//! `runs/{id}/view`: frames for the pages, and the number of streams one browser may hold.

use std::time::{Duration, Instant};

use models::{
    conversation::ConversationDetail,
    run::RunStatus,
    view::{ViewFrame, ViewPatch},
};

use crate::support::{SseEvent, SseReader, TestApp};

const SLOW: &str = "count:delay=10,words=200";

fn frames(events: &[SseEvent]) -> Vec<ViewFrame> {
    let frames = events.iter().filter(|event| event.name == "frame");
    frames.map(|event| serde_json::from_value(event.data.clone()).unwrap()).collect()
}

#[tokio::test]
async fn frames_come_in_order_and_the_end_is_said() {
    let app = TestApp::start().await;
    let receipt = app.accept("markdown", "Show me").await;
    let events = app.stream(&format!("runs/{}/view", receipt.run_id)).await.rest().await;
    let end = events.last().unwrap();
    assert_eq!((end.name.as_str(), end.id), ("end", None));
    let frames = frames(&events);
    assert_eq!(frames.len(), events.len() - 1);
    assert!(frames.is_sorted_by(|one, next| one.sequence < next.sequence));
    assert!(events.iter().zip(&frames).all(|(event, frame)| event.id == Some(frame.sequence)));
    let patches: Vec<&ViewPatch> = frames.iter().flat_map(|frame| &frame.patches).collect();
    assert!(matches!(patches.last(), Some(ViewPatch::Finished { .. })));
    let is_named =
        |patch: &&ViewPatch| matches!(patch, ViewPatch::Model { model } if model == "markdown");
    assert!(patches.iter().any(is_named));
    let html: String = serde_json::to_string(&patches).unwrap();
    assert!(html.contains("<table") && html.contains("<h"), "{html}");
}

#[tokio::test]
async fn a_resumed_view_goes_on_after_the_frame_it_has() {
    let app = TestApp::builder().models(&[SLOW]).start().await;
    let receipt = app.accept(SLOW, "Count").await;
    let path = format!("runs/{}/view", receipt.run_id);
    let mut first = app.stream(&path).await;
    let mut seen = 0;
    while seen < 30 {
        seen = first.next().await.unwrap().id.unwrap();
    }
    drop(first);
    let shown = format!("conversations/{}", receipt.conversation_id);
    let detail: ConversationDetail = app.get(&shown).await.ok();
    let growing = detail.messages.last().unwrap();
    assert_eq!((growing.status, growing.model.as_deref()), (RunStatus::Running, Some(SLOW)));
    let request = app.api("GET", &path).header("last-event-id", seen);
    let rest = frames(&SseReader::open(request).await.rest().await);
    assert!(rest[0].sequence > seen);
    assert!(matches!(rest.last().unwrap().patches.last(), Some(ViewPatch::Finished { .. })));
}

#[tokio::test]
async fn the_fourth_stream_of_a_browser_gets_what_there_is_and_is_closed() {
    let app = TestApp::builder().models(&[SLOW]).start().await;
    let receipt = app.accept(SLOW, "Count").await;
    let path = format!("runs/{}/view", receipt.run_id);
    let cookie = format!("studio_browser={}", "a".repeat(32));
    let open =
        async |cookie: &str| SseReader::open(app.api("GET", &path).header("cookie", cookie)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut reader = open(&cookie).await;
        reader.next().await.unwrap();
        held.push(reader);
    }
    let start = Instant::now();
    let mut fourth = open(&cookie).await;
    let first = fourth.next().await.unwrap();
    assert_eq!((first.name.as_str(), fourth.retry), ("frame", Some(700)));
    let glimpse = fourth.rest().await;
    assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
    assert!(glimpse.iter().all(|event| event.name != "end"));

    let other = open(&format!("studio_browser={}", "b".repeat(32))).await;
    assert_eq!(other.rest().await.last().unwrap().name, "end", "another browser has its own");
    held.clear();
    let again = open(&cookie).await.rest().await;
    assert_eq!(again.last().unwrap().name, "end");
}

#[tokio::test]
async fn with_ten_tabs_open_over_six_connections_the_eleventh_still_loads() {
    let app = TestApp::builder().models(&[SLOW]).start().await;
    let receipt = app.accept(SLOW, "Count").await;
    let path = format!("runs/{}/view", receipt.run_id);
    let cookie = format!("studio_browser={}", "c".repeat(32));
    // A browser has six connections to a host; each tab wants one for its stream.
    let connections = tokio::sync::Semaphore::new(6);
    let tab = async || {
        let mut seen = 0;
        loop {
            let _connection = connections.acquire().await.unwrap();
            let request = app.api("GET", &path).header("cookie", &cookie);
            let mut reader = SseReader::open(request.header("last-event-id", seen)).await;
            while let Some(event) = reader.next().await {
                seen = event.id.unwrap_or(seen);
                if event.name == "end" {
                    return;
                }
            }
            drop(_connection);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let eleventh = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let start = Instant::now();
        let _connection = connections.acquire().await.unwrap();
        let page = crate::support::Reply::of(app.request("GET", "/chat").header("cookie", &cookie));
        assert_eq!(page.await.status, 200);
        start.elapsed()
    };
    let tabs = futures::future::join_all((0..10).map(|_| tab()));
    let (_, waited) = tokio::join!(tabs, eleventh);
    println!("the eleventh tab waited {waited:?}");
    assert!(waited < Duration::from_secs(2), "{waited:?}");
}

#[tokio::test]
async fn a_stop_of_the_server_ends_the_streams() {
    let app = TestApp::builder().models(&["never-ending"]).start().await;
    let receipt = app.accept("never-ending", "Talk").await;
    let mut reader = app.stream(&format!("runs/{}/events", receipt.run_id)).await;
    reader.next().await.unwrap();
    let start = Instant::now();
    app.stop().await;
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
