//! `runs/{id}/events`: cut anywhere and resumed, the pieces are the whole, exactly.

use models::run_event::RunEvent;

use crate::support::{Dice, TestApp, numbered, text_of};

#[tokio::test]
async fn pieces_cut_at_random_points_are_the_whole() {
    let app = TestApp::builder().models(&["count:delay=2,words=300"]).start().await;
    let mut dice = Dice::seeded();
    for round in 0..4 {
        let receipt = app.accept("count:delay=2,words=300", "Count").await;
        let path = format!("runs/{}/events", receipt.run_id);
        let mut pieces: Vec<(u64, RunEvent)> = Vec::new();
        let mut cuts = 0;
        while !matches!(pieces.last(), Some((_, RunEvent::Finished { .. }))) {
            let last = pieces.last().map_or(0, |(number, _)| *number);
            // The header and the query are two ways to say the same.
            let request = if cuts % 2 == 0 {
                app.api("GET", &path).header("last-event-id", last)
            } else {
                app.api("GET", &format!("{path}?after={last}"))
            };
            let mut reader = crate::support::SseReader::open(request).await;
            for _ in 0..=dice.below(60) {
                let Some(event) = reader.next().await else { break };
                pieces.extend(numbered(&[event]));
            }
            cuts += 1;
        }
        let numbers: Vec<u64> = pieces.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=pieces.len() as u64).collect::<Vec<_>>(), "round {round}");
        // The journal joins neighbouring deltas, so the whole is compared by what it says.
        let whole = numbered(&app.stream(&path).await.rest().await);
        assert_eq!(text_of(&pieces), text_of(&whole), "round {round}");
        assert_eq!(whole.last(), pieces.last());
        assert!(cuts > 1, "round {round} was never cut");
    }
}

#[tokio::test]
async fn a_resumed_stream_of_a_finished_run_has_only_the_rest() {
    let app = TestApp::start().await;
    let receipt = app.accept("count", "Count").await;
    let path = format!("runs/{}/events", receipt.run_id);
    let whole = numbered(&app.stream(&path).await.rest().await);
    let last = whole.last().unwrap().0;
    let rest = app.stream(&format!("{path}?after={}", last - 1)).await.rest().await;
    assert_eq!(numbered(&rest), whole[whole.len() - 1..]);
    assert!(app.stream(&format!("{path}?after={last}")).await.rest().await.is_empty());
    insta::assert_snapshot!(app.get(&format!("{path}?after=soon")).await.said(), @"400 invalid_request: The query of the address does not fit: after: invalid digit found in string. Correct what stands after the question mark; /api/docs lists what may.");
    let reply = crate::support::Reply::of(app.api("GET", &path).header("last-event-id", "x")).await;
    insta::assert_snapshot!(reply.said(), @"400 invalid_request: The Last-Event-ID header is not the number of an event. Send the id of the last event received, or leave the header out to start over.");
}

#[tokio::test]
async fn silence_is_broken_by_heartbeats() {
    let app = TestApp::builder()
        .models(&["first-token-delay:first=2500"])
        .config(|config| config.streams.heartbeat_seconds = 1)
        .start()
        .await;
    let receipt = app.accept("first-token-delay:first=2500", "Hello").await;
    let mut reader = app.stream(&format!("runs/{}/events", receipt.run_id)).await;
    while let Some(event) = reader.next().await {
        if event.name == "text_delta" {
            break;
        }
    }
    assert!(reader.comments >= 3, "{} comments, the opening included", reader.comments);
}
