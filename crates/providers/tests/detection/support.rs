//! What the tests of detection share: a fake with a key, a detector, and how facts are written down.

use std::{fs, path::Path, time::Duration};

use fake_provider::{FakeProvider, Options};
use models::{
    detection::{Detection, ListedModel},
    facts::{Fact, FactSource},
};
use providers::{DetectLimits, Detector, HttpOptions, ReachLimits, http};
use secrecy::SecretString;
use serde_json::Value;

/// Nothing else looks like it, so that it is found wherever it goes.
pub(crate) const KEY: &str = "sk-canary-7f3e9d1c5b";

pub(crate) fn key() -> SecretString {
    SecretString::from(KEY)
}

/// Limits short enough for silent servers, and long enough for a busy machine.
pub(crate) fn detector() -> Detector {
    let reach = ReachLimits { connect: Duration::from_secs(2), total: Duration::from_secs(3) };
    let limits = DetectLimits { local: reach, remote: reach, ..DetectLimits::default() };
    Detector::new(http::client(&HttpOptions::default()).unwrap(), limits)
}

/// A fake provider whose servers want [`KEY`].
pub(crate) async fn fake() -> FakeProvider {
    let options =
        Options { key: Some(KEY.to_owned()), requests_kept: 10_000, ..Options::default() };
    FakeProvider::start(options).await.unwrap()
}

/// A fake that is one server, at its root.
pub(crate) async fn at_root(server: &str, address: &str) -> FakeProvider {
    let options = Options {
        address: address.parse().unwrap(),
        server: Some(server.to_owned()),
        ..Options::default()
    };
    FakeProvider::start(options).await.unwrap()
}

/// The servers of the fake's table.
pub(crate) async fn servers(fake: &FakeProvider) -> Vec<String> {
    let url = format!("http://{}/_fake/scenarios", fake.address());
    let bytes = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    let table: Value = serde_json::from_slice(&bytes).unwrap();
    let servers = table["servers"].as_array().unwrap();
    servers.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

/// Who says it, as a letter: reported, table, guessed.
fn source(source: FactSource) -> char {
    match source {
        FactSource::Reported => 'r',
        FactSource::Table => 't',
        FactSource::Guessed => 'g',
        FactSource::User => 'u',
    }
}

/// One fact of the first models, with a dash for what is unknown.
pub(crate) fn column<T>(
    models: &[ListedModel],
    fact: impl Fn(&ListedModel) -> Option<Fact<T>>,
    shown: impl Fn(&T) -> String,
) -> String {
    let words = models.iter().take(4).map(|model| match fact(model) {
        Some(fact) => format!("{} {}", shown(&fact.value), source(fact.source)),
        None => "–".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "`column` shows facts of any size")]
pub(crate) fn yes_no(value: &bool) -> String {
    if *value { "yes" } else { "no" }.to_owned()
}

/// The port changes from run to run.
pub(crate) fn without_address(text: &str, fake: &FakeProvider) -> String {
    text.replace(&fake.address().to_string(), "SERVER")
        .replace(&format!("localhost:{}", fake.address().port()), "ELSEWHERE")
        .replace('|', "\\|")
}

/// What was identified, and how surely.
pub(crate) fn identified(detection: &Detection) -> String {
    match detection.server {
        Some(kind) => format!("{} ({:?})", kind.label(), detection.confidence).to_lowercase(),
        None => "unknown".to_owned(),
    }
}

/// Keeps a table among the reports.
pub(crate) fn report(name: &str, table: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/reports");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), table).unwrap();
}
