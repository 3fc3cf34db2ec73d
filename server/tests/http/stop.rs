//! `runs/{id}/stop`: the upstream request ends at once, what was said stays.

use std::time::{Duration, Instant};

use models::{conversation::ConversationDetail, run::RunStatus};

use crate::support::TestApp;

/// The bound of the design, from the request's arrival to the provider seeing the client leave.
const LIMIT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn stop_ends_the_upstream_request_and_keeps_the_text() {
    let app = TestApp::builder().models(&["never-ending:delay=5"]).start().await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let receipt = app.accept("never-ending:delay=5", "Talk").await;
        let mut reader = app.stream(&format!("runs/{}/events", receipt.run_id)).await;
        let mut deltas = 0;
        while deltas < 20 {
            deltas += usize::from(reader.next().await.unwrap().name == "text_delta");
        }
        let seen = app.provider.disconnects().len();
        let start = Instant::now();
        let path = format!("runs/{}/stop", receipt.run_id);
        let left = app
            .provider
            .wait_until(Duration::from_secs(5), |provider| provider.disconnects().len() > seen);
        let (reply, left) =
            tokio::join!(app.call("POST", &path), async { (left.await, start.elapsed()) });
        assert_eq!(reply.status, 204);
        assert!(left.0, "the provider's client is still there");
        times.push(left.1);
        let finished = reader.rest().await.pop().unwrap();
        assert_eq!(
            (finished.name.as_str(), &finished.data["status"]),
            ("finished", &"stopped".into())
        );
        let detail: ConversationDetail =
            app.get(&format!("conversations/{}", receipt.conversation_id)).await.ok();
        assert_eq!(detail.messages[1].status, RunStatus::Stopped);
        assert!(detail.messages[1].text().split_whitespace().count() >= 20);
        assert_eq!(app.call("POST", &path).await.status, 204, "stopping again changes nothing");
    }
    times.sort();
    println!("stop to upstream cancel: {times:?}");
    // The median, because the machine that runs the tests may be busy with others.
    assert!(times[2] <= LIMIT, "{times:?}");
}
