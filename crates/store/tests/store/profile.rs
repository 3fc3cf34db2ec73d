//! Prompt profiles, routing profiles and settings.

use models::{
    id::PromptProfileId,
    prompt_profile::{PromptProfile, PromptProfileInput},
    routing_profile::{DIRECT_LLM, RoutingKind},
};
use store::{Conflict, NewRoutingProfile, StoreError};

use crate::support::{Fixture, START, assert_fails, on_both_databases};

on_both_databases!(
    prompt_profiles_are_made_changed_and_removed,
    a_prompt_profile_of_an_older_version_is_stale,
    seeding_twice_is_seeding_once,
    settings_are_kept_by_name,
);

fn input(name: &str, version: Option<i64>) -> PromptProfileInput {
    PromptProfileInput {
        name: name.to_owned(),
        description: "For tests".to_owned(),
        system_prompt: "Be brief.".to_owned(),
        version,
    }
}

async fn make(fixture: &Fixture, name: &str) -> PromptProfile {
    let id = PromptProfileId::generate();
    let made = fixture.store.create_prompt_profile(fixture.owner, id, input(name, None), START);
    made.await.expect("a profile")
}

async fn prompt_profiles_are_made_changed_and_removed(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (brief, kind) = (make(&fixture, "Brief").await, make(&fixture, "Kind").await);
    let id = PromptProfileId::generate();
    let outcome = store.create_prompt_profile(*owner, id, input("Kind", None), START).await;
    assert_fails!(outcome, StoreError::Conflict { what: Conflict::NameTaken });
    let outcome = store.update_prompt_profile(*owner, brief.id, input("Kind", None), START).await;
    assert_fails!(outcome, StoreError::Conflict { what: Conflict::NameTaken });
    assert_eq!(store.prompt_profiles(*owner).await.expect("both"), [brief.clone(), kind.clone()]);
    store.delete_prompt_profile(*owner, brief.id).await.expect("removed");
    let gone = store.delete_prompt_profile(*owner, brief.id).await;
    assert_fails!(gone, StoreError::NotFound { what: "prompt profile" });
    let gone = store.update_prompt_profile(*owner, brief.id, input("New", None), START).await;
    assert_fails!(gone, StoreError::NotFound { what: "prompt profile" });
    assert_eq!(store.prompt_profiles(*owner).await.expect("one"), [kind]);
}

async fn a_prompt_profile_of_an_older_version_is_stale(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = make(&fixture, "Brief").await;
    let later = START.plus_millis(5);
    let first = input("Briefer", Some(made.version));
    let changed = store.update_prompt_profile(*owner, made.id, first.clone(), later).await;
    let changed = changed.expect("changed");
    assert_eq!((changed.version, changed.updated_at), (made.version + 1, later));
    let again = store.update_prompt_profile(*owner, made.id, first, later).await;
    assert_fails!(again, StoreError::Conflict { what: Conflict::Stale });
    assert_eq!(store.prompt_profile(*owner, made.id).await.expect("it"), changed);
}

async fn seeding_twice_is_seeding_once(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    for (slug, position) in [("later", 2), (DIRECT_LLM, 1), (DIRECT_LLM, 7)] {
        let new = NewRoutingProfile {
            slug: slug.to_owned(),
            name: format!("Place {position}"),
            description: String::new(),
            kind: RoutingKind::DirectLlm,
            position,
        };
        store.ensure_routing_profile(*owner, new).await.expect("seeded");
    }
    let profiles = store.routing_profiles(*owner).await.expect("profiles");
    let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["Place 1", "Place 2"]);
}

async fn settings_are_kept_by_name(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    assert_eq!(store.setting(*owner, "theme").await.expect("none"), None);
    for value in ["dark", "light"] {
        store.set_setting(*owner, "theme", value).await.expect("set");
    }
    store.set_setting(*owner, "density", "wide").await.expect("set");
    assert_eq!(store.setting(*owner, "theme").await.expect("one").as_deref(), Some("light"));
    let all: Vec<(String, String)> =
        store.settings(*owner).await.expect("all").into_iter().collect();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(all, [pair("density", "wide"), pair("theme", "light")]);
}
