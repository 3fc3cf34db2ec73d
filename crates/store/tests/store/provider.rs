//! Providers and their models.

use models::{conversation::Conversation, id::ProviderId, model::Model};
use store::{Conflict, ConversationChange, KeyChange, NewProvider, ProviderChange, StoreError};

use crate::support::{Fixture, START, assert_fails, on_both_databases};

on_both_databases!(
    a_key_stays_goes_or_changes,
    a_name_is_taken_once,
    a_check_is_noted,
    listing_again_keeps_identifiers,
    a_default_is_one_of_the_models,
    removing_a_provider_keeps_conversations,
);

fn listed(names: &[&str]) -> Vec<(String, Option<u32>)> {
    names.iter().map(|name| ((*name).to_owned(), Some(4096))).collect()
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
    };
    let outcome = store.create_provider(*owner, new, START).await;
    assert_fails!(outcome, StoreError::Conflict { what: Conflict::NameTaken });
    let change = ProviderChange {
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

async fn listing_again_keeps_identifiers(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let provider = fixture.provider("Local").await.id;
    let list = listed(&["b", "a", "a", "c"]);
    store.replace_models(*owner, provider, &list, START).await.expect("listed");
    let before = store.models(*owner).await.expect("models");
    let names: Vec<&str> = before.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let later = START.plus_millis(1);
    let mut list = listed(&["c", "d"]);
    list[0].1 = None;
    store.replace_models(*owner, provider, &list, later).await.expect("listed again");
    let after = store.models(*owner).await.expect("models");
    assert_eq!(after.len(), 2);
    assert_eq!(after[0], Model { context_length: None, seen_at: later, ..before[2].clone() });
    assert_eq!(after[1].name, "d");
    assert_eq!(store.provider(*owner, provider).await.expect("it").provider.models, 2);
    store.replace_models(*owner, provider, &[], later).await.expect("none");
    assert_eq!(store.models(*owner).await.expect("models"), []);
    let many: Vec<(String, Option<u32>)> = (0..1200).map(|n| (n.to_string(), None)).collect();
    store.replace_models(*owner, provider, &many, later).await.expect("many");
    assert_eq!(store.models(*owner).await.expect("models").len(), 1200);
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
