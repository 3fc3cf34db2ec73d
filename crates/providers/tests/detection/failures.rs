//! Everything that can hinder, and the words for it.

use std::fmt::Write as _;

use futures::{StreamExt, stream};
use models::{detection::Detection, run::FailureClass};
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::support::{detector, fake, identified, key, report, servers, without_address};

/// Servers that want a key, for when they get none or another.
const KEYED: [&str; 9] = [
    "missing-key",
    "llama-cpp-key",
    "vllm-key",
    "jan",
    "litellm",
    "anthropic",
    "gemini",
    "mistral",
    "echoed-key",
];
/// Nothing usable may be seen in these.
const TROUBLES: [&str; 22] = [
    "html-200",
    "lm-studio-200-error",
    "llama-cpp-loading",
    "empty-data",
    "empty-ollama",
    "empty-lm-studio",
    "slow-loris",
    "silent",
    "stalls",
    "hangup",
    "redirect",
    "not-json",
    "cut",
    "endless",
    "host-header",
    "region",
    "plain-text",
    "rate-limited",
    "not-found",
    "broken",
    "ok-to-all",
    "echo",
];

fn row(name: &str, detection: &Detection) -> String {
    let failure = detection.failure.as_ref().unwrap();
    let starting = if failure.starting { " (starting)" } else { "" };
    format!(
        "| {name} | {} | {:?} | {:?}{starting} | {} | {} |\n",
        identified(detection),
        detection.authentication,
        failure.class,
        failure.message,
        failure.action,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_trouble_has_its_words() {
    let fake = fake().await;
    let detector = detector();
    let (right, wrong) = (key(), SecretString::from("wrong-canary-0123456789"));
    let mut cases: Vec<(String, String, Option<&SecretString>)> = Vec::new();
    for name in servers(&fake).await {
        cases.push((name.clone(), fake.server_url(&name), Some(&right)));
    }
    for name in KEYED {
        cases.push((format!("{name}, no key"), fake.server_url(name), None));
        cases.push((format!("{name}, wrong key"), fake.server_url(name), Some(&wrong)));
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let plain = fake.address();
    for (name, typed) in [
        ("nothing listens", format!("http://{closed}")),
        ("https to plain http", format!("https://{plain}/servers/vllm")),
        ("a metadata service", "http://169.254.169.254".to_owned()),
        ("another scheme", "ftp://localhost".to_owned()),
        ("a password in it", "http://me:secret@localhost".to_owned()),
        ("nothing typed", "  ".to_owned()),
        ("wrong path", format!("http://{plain}/servers/prefixed/elsewhere")),
    ] {
        cases.push((name.to_owned(), typed, None));
    }
    let found: Vec<(String, Detection)> = stream::iter(cases)
        .map(|(name, typed, key)| {
            let detector = &detector;
            async move { (name, detector.detect(&typed, key).await) }
        })
        .buffered(4)
        .collect()
        .await;

    for name in TROUBLES {
        let (_, detection) = found.iter().find(|(found, _)| found == name).unwrap();
        assert!(detection.failure.is_some() && detection.models.is_empty(), "{name}");
    }
    let mut table = String::from(
        "| server | identified | key | failure | message | action |\n|---|---|---|---|---|---|\n",
    );
    for (name, detection) in &found {
        let json = serde_json::to_string(detection).unwrap();
        for secret in ["canary", "me:secret", "inner-secret", "/secret/place"] {
            assert!(!json.contains(secret), "{name} shows {secret}");
        }
        if detection.failure.is_some() {
            table.push_str(&row(name, detection));
        }
    }
    let table = without_address(&table, &fake).replace("\\|", "|");
    let table = table.replace(&closed.to_string(), "CLOSED");
    println!("{table}");
    report("detection-failures.md", &table);
    insta::assert_snapshot!("failures", table);
    assert_eq!(fake.violations(), []);
}

#[tokio::test]
async fn an_address_where_nothing_answers_is_given_up_in_time() {
    let started = std::time::Instant::now();
    let limits = providers::DetectLimits::default();
    let client = providers::http::client(&providers::HttpOptions::default()).unwrap();
    let detector = providers::Detector::new(client, limits);
    let fake = fake().await;
    let found = detector.detect(&fake.server_url("silent"), None).await;
    let taken = started.elapsed();
    assert_eq!(found.failure.unwrap().class, FailureClass::Timeout);
    assert!(taken < limits.local.total * 2, "{taken:?}");
    let mut paths = String::new();
    for probe in &found.probes {
        write!(paths, "{} ", probe.path).unwrap();
    }
    assert!(paths.contains("/v1/models") && paths.contains("/api/tags"), "{paths}");
}
