//! What belongs to somebody else is not there.

use models::id::PromptProfileId;
use models::{id::MessageId, prompt_profile::PromptProfileInput};
use store::{
    AcceptRun, ConversationChange, KeyChange, Parent, ProviderChange, RunTarget, SendTo, StoreError,
};

use crate::support::{Fixture, START, assert_fails, conversation_row, on_both_databases, send_to};

on_both_databases!(
    conversations_and_runs_of_others_are_not_found,
    settings_of_others_are_not_found,
    lists_hold_only_ones_own,
);

macro_rules! assert_not_found {
    ($($call:expr),+ $(,)?) => { $(assert_fails!($call.await, StoreError::NotFound { .. });)+ };
}

async fn conversations_and_runs_of_others_are_not_found(fixture: Fixture) {
    let store = &fixture.store;
    let (receipt, run) = fixture.send().await;
    fixture.finish(&run).await;
    let stranger = fixture.stranger().await;
    let conversation_id = receipt.conversation_id;
    let (asked, answer) = (receipt.user_message_id, receipt.assistant_message_id);
    let change =
        ConversationChange { title: Some("Mine".to_owned()), ..ConversationChange::default() };
    assert_not_found!(
        store.conversation(stranger, conversation_id),
        store.update_conversation(stranger, conversation_id, change, START),
        store.mark_conversation_deleted(stranger, conversation_id, START),
        store.restore_conversation(stranger, conversation_id),
        store.purge_conversation(stranger, conversation_id),
        store.path(stranger, conversation_id, answer, 10),
        store.path_before(stranger, conversation_id, answer, 10),
        store.history(stranger, conversation_id, answer, 10),
        store.message(stranger, answer),
        store.newest_leaf_below(stranger, asked),
        store.run(stranger, run.id),
    );
    let fresh = MessageId::generate();
    for target in [
        send_to(SendTo::Existing { conversation_id, parent: Parent::CurrentLeaf }),
        RunTarget::Retry { conversation_id, user_message_id: asked, assistant_message_id: fresh },
        RunTarget::Continue { conversation_id, assistant_message_id: answer },
    ] {
        let accept = AcceptRun { owner: stranger, ..fixture.run(target) };
        assert_not_found!(store.accept_run(accept));
    }
    assert!(!store.set_title_if_empty(stranger, conversation_id, "Mine").await.expect("no title"));
    assert!(store.siblings(stranger, &[asked, answer]).await.expect("none").is_empty());
    let (_, running) = fixture.send_again(conversation_id).await;
    let active = store.active_run(stranger, conversation_id).await.expect("none");
    assert_eq!(active, None);
    // A key is its owner's: the same text from somebody else is another key.
    let key = Some("key".to_owned());
    fixture.finish(&running).await;
    for owner in [fixture.owner, stranger] {
        let target = send_to(SendTo::New(Box::new(conversation_row(START))));
        let accept = AcceptRun { owner, idempotency_key: key.clone(), ..fixture.run(target) };
        assert!(!store.accept_run(accept).await.expect("accepted").repeated);
    }
    let unchanged = store.conversation(fixture.owner, conversation_id).await.expect("it");
    assert_eq!(unchanged.title, "");
}

async fn settings_of_others_are_not_found(fixture: Fixture) {
    let (store, owner) = (&fixture.store, fixture.owner);
    let provider = fixture.provider("Local").await.id;
    store
        .replace_models(owner, provider, &[models::detection::ListedModel::named("a")], START)
        .await
        .expect("listed");
    let model = store.models(owner).await.expect("models")[0].id;
    let input = PromptProfileInput { name: "P".to_owned(), ..PromptProfileInput::default() };
    let profile = PromptProfileId::generate();
    store.create_prompt_profile(owner, profile, input.clone(), START).await.expect("a profile");
    let stranger = fixture.stranger().await;
    let change = ProviderChange {
        kind: models::provider::ProviderKind::OpenaiChat,
        name: "Mine".to_owned(),
        base_url: "http://example.test".to_owned(),
        key: KeyChange::Remove,
    };
    let mut with_model = conversation_row(START);
    with_model.model_id = Some(model);
    let mut with_profile = conversation_row(START);
    with_profile.prompt_profile_id = Some(profile);
    assert_not_found!(
        store.provider(stranger, provider),
        store.update_provider(stranger, provider, change, START),
        store.delete_provider(stranger, provider),
        store.record_check(stranger, provider, Ok(()), START),
        store.replace_models(stranger, provider, &[], START),
        store.model(stranger, model),
        store.set_default_model(stranger, model),
        store.prompt_profile(stranger, profile),
        store.update_prompt_profile(stranger, profile, input, START),
        store.delete_prompt_profile(stranger, profile),
        store.create_conversation(stranger, with_model),
        store.create_conversation(stranger, with_profile),
    );
    let kept = store.provider(owner, provider).await.expect("it");
    assert_eq!((kept.provider.name.as_str(), kept.provider.models), ("Local", 1));
}

async fn lists_hold_only_ones_own(fixture: Fixture) {
    let (store, owner) = (&fixture.store, fixture.owner);
    let (_, run) = fixture.send().await;
    fixture.finish(&run).await;
    let provider = fixture.provider("Local").await.id;
    store
        .replace_models(owner, provider, &[models::detection::ListedModel::named("a")], START)
        .await
        .expect("listed");
    store.set_setting(owner, "theme", "dark").await.expect("set");
    let stranger = fixture.stranger().await;
    let page = store.conversations(stranger, None, 10).await.expect("a page");
    assert_eq!((page.conversations.len(), page.next), (0, None));
    assert_eq!(store.providers(stranger).await.expect("none"), []);
    assert_eq!(store.models(stranger).await.expect("none"), []);
    assert_eq!(store.prompt_profiles(stranger).await.expect("none"), []);
    assert_eq!(store.routing_profiles(stranger).await.expect("none"), []);
    assert!(store.settings(stranger).await.expect("none").is_empty());
    assert_eq!(store.metric_summary(stranger, 1, START).await.expect("none").total, 0);
    assert_eq!(store.metric_summary(owner, 1, START).await.expect("one").total, 1);
}
