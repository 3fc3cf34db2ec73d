//! Providers and their models.

use models::{
    conversation::Conversation,
    detection::ListedModel,
    facts::{Fact, ModelFacts},
    health::{CheckSource, ProviderCheck},
    id::ProviderId,
    model::{ModelEdit, ModelQuery},
    run::FailureClass,
    timestamp::Timestamp,
};
use store::{Conflict, ConversationChange, KeyChange, NewProvider, ProviderChange, StoreError};

use crate::support::{Fixture, START, assert_fails, on_both_databases};

on_both_databases!(
    a_key_stays_goes_or_changes,
    a_name_is_taken_once,
    a_check_is_noted,
    listing_again_keeps_identifiers_and_the_owners_word,
    ten_thousand_models_are_searched,
    health_is_kept_for_a_week,
    a_default_is_one_of_the_models,
    removing_a_provider_keeps_conversations,
);

fn listed(names: &[&str]) -> Vec<ListedModel> {
    names.iter().copied().map(ListedModel::named).collect()
}

async fn a_key_stays_goes_or_changes(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = fixture.provider("Local").await;
    assert!(made.has_key);
    for (key, stored) in [
        (KeyChange::Keep, Some(vec![1, 2, 3])),
        (KeyChange::Replace(vec![9]), Some(vec![9])),
        (KeyChange::Remove, None),
        (KeyChange::Keep, None),
    ] {
        let change = ProviderChange {
            kind: models::provider::ProviderKind::OpenaiChat,
            name: "Near".to_owned(),
            base_url: "http://127.0.0.1:1/v1".to_owned(),
            key,
        };
        let changed = store.update_provider(*owner, made.id, change, START).await.expect("changed");
        let found = store.provider(*owner, made.id).await.expect("it");
        assert_eq!(found.key_ciphertext, stored);
        assert_eq!(
            (found.provider.name.as_str(), found.provider.has_key),
            ("Near", stored.is_some())
        );
        assert_eq!(changed, found.provider);
    }
    assert_eq!(store.provider(*owner, made.id).await.expect("it").provider.version, 5);
}

async fn a_name_is_taken_once(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let first = fixture.provider("Local").await;
    let second = fixture.provider("Far").await;
    let new = NewProvider {
        id: ProviderId::generate(),
        kind: first.kind,
        name: "Local".to_owned(),
        base_url: first.base_url.clone(),
        key_ciphertext: None,
        server: store::ServerFacts::default(),
    };
    let outcome = store.create_provider(*owner, new, START).await;
    assert_fails!(outcome, StoreError::Conflict { what: Conflict::NameTaken });
    let change = ProviderChange {
        kind: models::provider::ProviderKind::OpenaiChat,
        name: "Local".to_owned(),
        base_url: second.base_url.clone(),
        key: KeyChange::Keep,
    };
    let outcome = store.update_provider(*owner, second.id, change.clone(), START).await;
    assert_fails!(outcome, StoreError::Conflict { what: Conflict::NameTaken });
    store.update_provider(*owner, first.id, change, START).await.expect("its own name is free");
    let names: Vec<String> =
        store.providers(*owner).await.expect("all").into_iter().map(|found| found.name).collect();
    assert_eq!(names, ["Far", "Local"]);
}

async fn a_check_is_noted(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let id = fixture.provider("Local").await.id;
    let later = START.plus_millis(9);
    store.record_check(*owner, id, Ok(()), START).await.expect("noted");
    store.record_check(*owner, id, Err("It slept.".to_owned()), later).await.expect("noted");
    let found = store.provider(*owner, id).await.expect("it").provider;
    assert_eq!((found.checked_at, found.last_error.as_deref()), (Some(START), Some("It slept.")));
    store.record_check(*owner, id, Ok(()), later).await.expect("noted");
    let found = store.provider(*owner, id).await.expect("it").provider;
    assert_eq!((found.checked_at, found.last_error), (Some(later), None));
    let nowhere = store.record_check(*owner, ProviderId::generate(), Ok(()), START).await;
    assert_fails!(nowhere, StoreError::NotFound { what: "provider" });
}

async fn listing_again_keeps_identifiers_and_the_owners_word(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local").await.id;
    let list = listed(&["b", "a", "a", "c"]);
    store.replace_models(*owner, provider, &list, START).await.expect("listed");
    let before = store.models(*owner).await.expect("models");
    let names: Vec<&str> = before.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let facts = ModelFacts { vision: Some(Fact::user(true)), ..ModelFacts::default() };
    let edit = ModelEdit { display_name: Some("See".to_owned()), facts, ..ModelEdit::default() };
    store.edit_model(*owner, before[2].id, &edit).await.expect("edited");
    store.favour_model(*owner, before[2].id, true).await.expect("favoured");
    let later = START.plus_millis(1);
    let mut list = listed(&["c", "d"]);
    list[0].facts.vision = Some(Fact::reported(false));
    list[0].facts.tools = Some(Fact::reported(true));
    store.replace_models(*owner, provider, &list, later).await.expect("listed again");
    let after = store.models(*owner).await.expect("models");
    let shown: Vec<(&str, bool)> =
        after.iter().map(|model| (model.name.as_str(), model.listed)).collect();
    assert_eq!(shown, [("a", false), ("b", false), ("c", true), ("d", true)]);
    let kept = &after[2];
    assert_eq!((kept.id, kept.seen_at, kept.label()), (before[2].id, later, "See"));
    assert_eq!(kept.facts.vision, Some(Fact::user(true)));
    assert_eq!(kept.facts.tools, Some(Fact::reported(true)));
    assert!(kept.favourite);
    assert_eq!(store.provider(*owner, provider).await.expect("it").provider.models, 2);
    let now_listed = store.listed_models(*owner, provider).await.expect("listed");
    assert_eq!(now_listed.len(), 2);
    assert!(now_listed.contains(&list[0]));
}

async fn ten_thousand_models_are_searched(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local_100%").await.id;
    let many: Vec<ListedModel> =
        (0..10_000).map(|n| ListedModel::named(format!("maker/Model-{n}"))).collect();
    store.replace_models(*owner, provider, &many, START).await.expect("many");
    let find = async |text: &str, limit: u32| {
        let query = ModelQuery { text: text.to_owned(), limit, ..ModelQuery::default() };
        store.find_models(*owner, &query).await.expect("found")
    };
    let all = find("", 20).await;
    assert_eq!((all.models.len(), all.total), (20, 10_000));
    assert_eq!(find("MODEL-999 maker", 0).await.total, 11);
    assert_eq!(find("local_1 model-77", 0).await.total, 111);
    assert_eq!(find("%", 0).await.total, 10_000);
    assert_eq!(find("model%9", 0).await.total, 0);
    let favourite = find("model-5000", 1).await.models.remove(0);
    store.favour_model(*owner, favourite.id, true).await.expect("favoured");
    assert_eq!(find("", 1).await.models[0].id, favourite.id);
    store.enable_model(*owner, favourite.id, false).await.expect("disabled");
    let query = ModelQuery { selectable: true, ..ModelQuery::default() };
    assert_eq!(store.find_models(*owner, &query).await.expect("found").total, 9_999);
}

async fn health_is_kept_for_a_week(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local").await.id;
    let check = |at: Timestamp, failure: Option<FailureClass>| ProviderCheck {
        source: CheckSource::Use,
        at,
        latency_ms: failure.is_none().then_some(7),
        failure,
    };
    let week = 7 * 24 * 60 * 60 * 1_000;
    let later = START.plus_millis(week + 1);
    let checks = [check(START, None), check(START.plus_millis(2), Some(FailureClass::Timeout))];
    for check in &checks {
        store.add_check(*owner, provider, check).await.expect("noted");
    }
    assert_eq!(store.checks(*owner, provider, 9).await.expect("checks"), checks);
    assert_eq!(store.checks(*owner, provider, 1).await.expect("checks"), checks[1..]);
    store.add_check(*owner, provider, &check(later, None)).await.expect("noted");
    let kept = store.checks(*owner, provider, 9).await.expect("checks");
    assert_eq!(kept, [checks[1], check(later, None)]);
    let gone = ProviderId::generate();
    store.add_check(*owner, gone, &checks[0]).await.expect("dropped");
    assert_eq!(store.checks(*owner, gone, 9).await.expect("checks"), []);
}

async fn a_default_is_one_of_the_models(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local").await.id;
    store.replace_models(*owner, provider, &listed(&["a", "b"]), START).await.expect("listed");
    let second = store.models(*owner).await.expect("models")[1].clone();
    assert!(!second.is_default);
    store.set_default_model(*owner, second.id).await.expect("a default");
    assert!(store.model(*owner, second.id).await.expect("it").is_default);
    let defaults = store.models(*owner).await.expect("models");
    assert_eq!(defaults.iter().filter(|model| model.is_default).count(), 1);
    let setting = store.setting(*owner, store::DEFAULT_MODEL).await.expect("a setting");
    assert_eq!(setting, Some(second.id.to_string()));
}

async fn removing_a_provider_keeps_conversations(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local").await.id;
    store.replace_models(*owner, provider, &listed(&["a"]), START).await.expect("listed");
    let model_id = Some(store.models(*owner).await.expect("models")[0].id);
    let made = fixture.new_conversation(START).await;
    let change = ConversationChange { model_id, ..ConversationChange::default() };
    let changed = store.update_conversation(*owner, made.id, change, START).await.expect("changed");
    assert_eq!(changed.model_id, model_id);
    store.delete_provider(*owner, provider).await.expect("removed");
    let kept = store.conversation(*owner, made.id).await.expect("it");
    assert_eq!(kept, Conversation { model_id: None, ..changed });
    assert_eq!(fixture.count("model").await, 0);
    let again = store.delete_provider(*owner, provider).await;
    assert_fails!(again, StoreError::NotFound { what: "provider" });
}
