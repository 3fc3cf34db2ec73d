//! How the stream of each scenario ends, as a client sees it.

use std::{fmt::Write, time::Duration};

use futures::{StreamExt, stream};
use serde_json::Value;

use crate::client::{PATIENCE, chat_body, client, request, send, start, whole};

/// Scenarios that leave the client waiting; every other one must come to an end by itself.
const OPEN: &[&str] = &[
    "comments-forever",
    "done-then-open",
    "error-slow-body",
    "never-ending",
    "reasoning-forever",
    "silent",
    "stall",
    "stall-first",
];
/// Long enough for an answer to begin, so that what is open is seen to be.
const WATCHED: Duration = Duration::from_millis(700);
/// Whoever sends more than this will never stop.
const MUCH: usize = 6_500_000;
/// Parameters for what would take too long otherwise.
const SHORTENED: &[(&str, &str)] = &[
    ("first-token-delay", "first=50"),
    ("long-100", "words=100"),
    ("markdown", "delay=0"),
    ("pause", "milliseconds=50"),
    ("slow", "delay=1"),
    ("slow-headers", "headers=50"),
];

fn shortened(model: &str) -> String {
    let parameters = SHORTENED.iter().find(|(name, _)| *name == model);
    parameters.map_or(model.to_owned(), |(_, parameters)| format!("{model}:{parameters}"))
}

async fn ending(base_url: &str, model: &str) -> String {
    let limit = if OPEN.contains(&model) { WATCHED } else { PATIENCE };
    let sent = request(base_url, &chat_body(&shortened(model), true)).send();
    let response = match tokio::time::timeout(limit, sent).await {
        Err(_) => return "no headers".to_owned(),
        Ok(Err(_)) => return "hangup".to_owned(),
        Ok(Ok(response)) => response,
    };
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let content_type = content_type.split(';').next().unwrap_or_default();
    let opening = format!("{} {content_type}", response.status().as_u16());
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    let reading = async {
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(chunk) => body.extend_from_slice(&chunk),
                Err(_) => return "cut",
            }
            if body.len() > MUCH {
                return "endless";
            }
        }
        "ended"
    };
    let end = tokio::time::timeout(limit, reading).await.unwrap_or("open");
    let text = String::from_utf8_lossy(&body).replace(' ', "");
    let finish = if text.contains("\"finish_reason\":\"") { " finish" } else { "" };
    let done = if text.contains("[DONE]") { " done" } else { "" };
    format!("{opening}{finish}{done} {end}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_ends_as_its_name_says() {
    let provider = start().await;
    let base_url = provider.base_url();
    let list = client().get(format!("{base_url}/models")).send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    let names = list["data"].as_array().unwrap().iter().filter_map(|card| card["id"].as_str());
    let names: Vec<String> =
        names.filter(|name| !name.starts_with("embed")).map(str::to_owned).collect();
    let endings: Vec<(String, String)> = stream::iter(names)
        .map(|name| async { (ending(&base_url, &name).await, name) })
        .buffer_unordered(8)
        .collect()
        .await;
    let mut table = String::new();
    let mut kinds: Vec<&str> = endings.iter().map(|(ending, _)| ending.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let alike = endings.iter().filter(|(ending, _)| ending == kind);
        let mut names: Vec<&str> = alike.map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        writeln!(table, "{kind}: {}", names.join(" ")).unwrap();
    }
    assert_eq!(table, include_str!("endings.txt"));
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn without_a_stream_good_endings_are_one_json_answer() {
    let provider = start().await;
    let good = include_str!("endings.txt")
        .lines()
        .find_map(|line| line.strip_prefix("200 text/event-stream finish done ended: "))
        .unwrap();
    for model in good.split(' ') {
        let answer = whole(&provider, &shortened(model)).await;
        // Without a stream OpenRouter's frame with error and finish is an error.
        if model == "error-mid-stream-openrouter" {
            assert_eq!(answer["error"]["code"], 502);
            continue;
        }
        let choice = &answer["choices"][0];
        assert!(choice["finish_reason"].is_string(), "{model}: {answer}");
        assert_eq!(choice["message"]["role"], "assistant", "{model}: {answer}");
    }
    assert_eq!(provider.violations(), []);
}

#[tokio::test]
async fn without_a_stream_faults_stay_faults() {
    let provider = start().await;
    for model in ["cut", "cut-frame", "tool-cut"] {
        let response = send(&provider, &chat_body(model, false)).await;
        assert_eq!(response.status(), 200, "{model}");
        response.text().await.unwrap_err();
    }
    let broken = send(&provider, &chat_body("error-mid-stream", false)).await;
    assert_eq!(broken.status(), 500);
    let waiting = request(&provider.base_url(), &chat_body("never-ending", false)).send();
    tokio::time::timeout(WATCHED, waiting).await.unwrap_err();
}
