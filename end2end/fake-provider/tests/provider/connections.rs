//! Who is connected: open answers, clients that leave, and what stopping does.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fake_provider::FakeProvider;
use futures::StreamExt;
use reqwest::Response;
use serde_json::Value;

use crate::client::{PATIENCE, chat_body, client, request, send, start, streamed};

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// An answer of which the first piece has arrived.
async fn begun(provider: &FakeProvider, model: &str) -> impl futures::Stream + Unpin + use<> {
    let response: Response = send(provider, &chat_body(model, true)).await;
    let mut stream = response.bytes_stream();
    stream.next().await.unwrap().unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed_at_once() {
    let provider = start().await;
    let mut quickest = u64::MAX;
    for model in ["never-ending", "stall", "comments-forever", "slow:delay=5000"] {
        provider.reset();
        let stream = begun(&provider, model).await;
        assert_eq!(provider.open_streams(), 1, "{model}");
        let left = unix_ms();
        drop(stream);
        assert!(provider.wait_until(PATIENCE, |fake| fake.open_streams() == 0).await, "{model}");
        let [disconnect] = &provider.disconnects()[..] else { panic!("{model}: not noticed") };
        assert_eq!(disconnect.model, model);
        assert!(disconnect.bytes_sent > 0, "{model}");
        let late = disconnect.at_unix_ms.saturating_sub(left);
        assert!(late < 500, "{model}: noticed after {late} ms");
        quickest = quickest.min(late);
    }
    // A busy machine may delay one of them, but not all.
    assert!(quickest < 20, "noticed after {quickest} ms at best");
}

#[tokio::test]
async fn leaving_before_the_headers_is_noticed() {
    let provider = start().await;
    let waiting = request(&provider.base_url(), &chat_body("silent", true)).send();
    let waited = tokio::time::timeout(Duration::from_millis(100), waiting).await;
    assert!(waited.is_err());
    assert!(provider.wait_until(PATIENCE, |fake| fake.disconnects().len() == 1).await);
    assert_eq!(provider.requests()[0].status, None);
}

#[tokio::test]
async fn ends_and_cuts_are_no_disconnects() {
    let provider = start().await;
    streamed(&provider, "plain").await;
    let cut = send(&provider, &chat_body("cut", true)).await;
    cut.text().await.unwrap_err();
    let mut done = begun(&provider, "done-then-open").await;
    assert!(provider.wait_until(PATIENCE, |fake| fake.open_streams() == 0).await);
    while provider.open_streams() > 0 {
        done.next().await;
    }
    drop(done);
    streamed(&provider, "plain").await;
    assert_eq!(provider.disconnects(), []);
}

#[tokio::test]
async fn open_answers_are_reported_over_http() {
    let provider = start().await;
    let streams = [begun(&provider, "stall").await, begun(&provider, "stall:tag=b").await];
    let url = format!("http://{}/_fake/open", provider.address());
    let report: Value = client().get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(report["open"], 2);
    assert_eq!(report["streams"][1]["model"], "stall:tag=b");
    drop(streams);
    assert!(provider.wait_until(PATIENCE, |fake| fake.open_streams() == 0).await);
    let report: Value = client().get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(report["opened"], 2);
    assert_eq!(report["disconnect_count"], 2);
    assert_eq!(report["disconnects"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn stopping_closes_every_connection() {
    let provider = start().await;
    let address = provider.address();
    let mut stream = begun(&provider, "stall").await;
    provider.stop().await;
    let ended = tokio::time::timeout(PATIENCE, stream.next()).await;
    assert!(ended.is_ok(), "the stream is still open");
    tokio::net::TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test]
async fn dropping_closes_every_connection() {
    let provider = start().await;
    let mut stream = begun(&provider, "stall").await;
    drop(provider);
    let ended = tokio::time::timeout(PATIENCE, stream.next()).await;
    assert!(ended.is_ok(), "the stream is still open");
}
