//! Providers: found out, saved, tested, exported and imported.

use std::time::Duration;

use fake_provider::FakeProvider;
use models::{
    configuration::{Configuration, ImportSummary},
    facts::Fact,
    model::{Model, ModelEdit, ModelQuery},
    provider::{CheckOutcome, ConnectionAspect, ProviderInput, ProviderTest},
};
use serde_json::{Value, json};
use studio::Studio;

use crate::support::TestApp;

fn at(url: String) -> ProviderInput {
    ProviderInput { base_url: url, ..ProviderInput::default() }
}

async fn models_of(studio: &Studio, provider: &str) -> Vec<Model> {
    let all = studio.find_models(&studio.local_caller(), &ModelQuery::default()).await.unwrap();
    all.models.into_iter().filter(|model| model.provider == provider).collect()
}

fn outcomes(test: &ProviderTest) -> Vec<(ConnectionAspect, CheckOutcome)> {
    test.checks.iter().map(|check| (check.aspect, check.outcome)).collect()
}

#[tokio::test]
async fn what_is_found_waits_until_it_is_saved() {
    let app = TestApp::start().await;
    let studio = app.serving().studio();
    let caller = studio.local_caller();
    let found = studio.detect(&caller, &at(app.provider.server_url("lm-studio"))).await.unwrap();
    assert_eq!((found.name.as_str(), found.provider_id), ("LM Studio", None));
    assert_eq!(found.changes.new.count, found.models);
    assert!(found.models > 0 && found.detection.models.is_empty());
    assert_eq!(models_of(studio, "LM Studio").await, []);
    assert_eq!(studio.pending_detections(&caller), std::slice::from_ref(&found));

    let saved = studio.save_detection(&caller, found.id, &found.name).await.unwrap();
    assert_eq!(saved.models, found.models);
    assert_eq!(saved.server, found.detection.server);
    let models = models_of(studio, "LM Studio").await;
    assert!(models.iter().any(|model| model.facts.vision == Some(Fact::reported(true))));
    assert_eq!(studio.pending_detections(&caller), []);
    let again = studio.save_detection(&caller, found.id, &found.name).await.unwrap_err();
    assert_eq!(again.public.message, "This detection was saved or forgotten meanwhile.");

    let found = studio.detect_again(&caller, saved.id).await.unwrap();
    assert_eq!(found.changes.unchanged, saved.models);
    assert_eq!((found.changes.new.count, found.changes.vanished.count), (0, 0));
    studio.dismiss_detection(&caller, found.id);
    assert_eq!(studio.pending_detections(&caller), []);
}

#[tokio::test]
async fn a_server_that_is_down_keeps_its_last_good_list() {
    let app = TestApp::start().await;
    let studio = app.serving().studio();
    let caller = studio.local_caller();
    let other = FakeProvider::start(fake_provider::Options::default()).await.unwrap();
    let input = ProviderInput { name: "Other".to_owned(), ..at(other.base_url()) };
    let added = studio.create_provider(&caller, input).await.unwrap();
    assert!(added.models > 0 && added.checked_at.is_some());
    other.stop().await;

    let found = studio.detect_again(&caller, added.id).await.unwrap();
    let failure = found.detection.failure.expect("a failure");
    assert!(failure.message.starts_with("Nothing answers on 127.0.0.1:"), "{failure:?}");
    assert_eq!(found.changes.unchanged, added.models);
    let saved = studio.save_detection(&caller, found.id, "").await.unwrap();
    assert_eq!((saved.models, saved.checked_at), (added.models, added.checked_at));
    assert!(saved.last_error.is_some());
    let checks = studio.provider_checks(&caller, added.id, 10).await.unwrap();
    assert_eq!(checks.last().unwrap().failure, Some(failure.class));
}

#[tokio::test]
async fn a_model_its_provider_no_longer_knows_makes_the_list_new() {
    let app = TestApp::builder().models(&["error-404"]).start().await;
    let studio = app.serving().studio();
    let listings = async || {
        let provider = &studio.providers(&studio.local_caller()).await.unwrap()[0];
        let checks = studio.provider_checks(&studio.local_caller(), provider.id, 50).await.unwrap();
        let of_list = |check: &&models::health::ProviderCheck| {
            check.source == models::health::CheckSource::Listing
        };
        checks.iter().filter(of_list).count()
    };
    let before = listings().await;
    app.answer("error-404", "Hello").await;
    let asked = tokio::time::timeout(Duration::from_secs(10), async {
        while listings().await == before {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    asked.await.expect("the provider was not asked again");
}

#[tokio::test]
async fn a_connection_test_says_what_works_and_what_does_not() {
    let app = TestApp::builder().models(&["plain", "tool-fragments", "error-401"]).start().await;
    let studio = app.serving().studio();
    let caller = studio.local_caller();
    let provider = studio.providers(&caller).await.unwrap()[0].id;
    let mut tested = Vec::new();
    for name in ["plain", "tool-fragments", "error-401"] {
        let model = app.model(name).await.parse().unwrap();
        studio.set_default_model(&caller, model).await.unwrap();
        let test = studio.test_provider(&caller, provider).await.unwrap();
        assert_eq!(test.model.as_deref(), Some(name));
        assert_eq!(studio.last_test(provider), Some(test.clone()));
        tested.push(outcomes(&test));
    }
    use CheckOutcome::{Failed, Passed, Skipped};
    use ConnectionAspect::{Authenticated, Reachable, Streams, Tools, Vision};
    let plain = [
        (Reachable, Passed),
        (Authenticated, Passed),
        (Streams, Passed),
        (Tools, Failed),
        (Vision, Passed),
    ];
    assert_eq!(tested[0], plain);
    assert_eq!(tested[1][3], (Tools, Passed));
    let refused = [
        (Reachable, Passed),
        (Authenticated, Failed),
        (Streams, Failed),
        (Tools, Skipped),
        (Vision, Skipped),
    ];
    assert_eq!(tested[2], refused);
    assert_eq!(app.provider.violations(), []);
}

#[tokio::test]
async fn the_configuration_travels_without_keys() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let studio = one.serving().studio();
    let caller = studio.local_caller();
    let model = one.model("plain").await.parse().unwrap();
    let facts = models::facts::ModelFacts {
        context_length: Some(Fact::user(4_096)),
        ..models::facts::ModelFacts::default()
    };
    let edit = ModelEdit { display_name: Some("Simple".to_owned()), facts, ..ModelEdit::default() };
    studio.edit_model(&caller, model, edit.clone()).await.unwrap();
    studio.favour_model(&caller, model, true).await.unwrap();
    studio.set_default_model(&caller, model).await.unwrap();
    let mut file: Configuration = one.get("configuration").await.ok();
    assert_eq!(file.providers.len(), 1);
    assert_eq!(file.providers[0].models.len(), 1);
    file.providers[0].name = "From elsewhere".to_owned();
    file.default_model.as_mut().unwrap().provider = "From elsewhere".to_owned();

    let body = serde_json::to_value(&file).unwrap();
    let summary: ImportSummary = other.post("configuration", &body).await.ok();
    assert_eq!((summary.added, summary.models), (vec!["From elsewhere".to_owned()], 1));
    let imported = models_of(other.serving().studio(), "From elsewhere").await;
    assert_eq!((imported[0].label(), imported[0].favourite), ("Simple", true));
    assert_eq!(imported[0].facts.context_length, Some(Fact::user(4_096)));
    let again: ImportSummary = other.post("configuration", &body).await.ok();
    assert_eq!((again.added, again.kept), (vec![], vec!["From elsewhere".to_owned()]));
    let default = other.serving().studio().default_model(&caller_of(&other)).await.unwrap();
    assert_eq!(default.unwrap().label(), "Simple");
}

fn caller_of(app: &TestApp) -> studio::Caller {
    app.serving().studio().local_caller()
}

#[tokio::test]
async fn a_file_that_is_no_configuration_changes_nothing() {
    let app = TestApp::start().await;
    let before: Value = app.get("configuration").await.ok();
    let provider =
        json!({ "name": "New", "kind": "openai_chat", "base_url": "http://127.0.0.1:1/v1" });
    let with = |change: Value| {
        let mut provider = provider.clone();
        provider.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "version": 1, "providers": [provider] })
    };
    for (file, word) in [
        (json!({ "version": 2, "providers": [] }), "version 2"),
        (with(json!({ "base_url": "ftp://x" })), "http"),
        (with(json!({ "name": "" })), "empty"),
        (with(json!({ "kind": "guide" })), "Guide"),
        (with(json!({ "key": "sk-1" })), "key"),
        (json!({ "version": 1, "providers": [provider, provider] }), "two providers"),
        (
            with(json!({ "models": [{ "name": "m", "enabled": true, "favourite": false,
                "parameters": { "temperature": 9 } }] })),
            "temperature",
        ),
    ] {
        let reply = app.post("configuration", &file).await;
        assert_eq!(reply.status, 400, "{file}");
        assert!(reply.said().contains(word), "{}", reply.said());
    }
    assert_eq!(app.get("configuration").await.ok::<Value>(), before);
}
