//! Conversations: the list, changes, deletion with undo, and removal for good.

use models::{
    id::PromptProfileId,
    id::{ConversationId, MessageId},
    prompt_profile::PromptProfileInput,
    timestamp::Timestamp,
};
use store::{Conflict, ConversationChange, StoreError};

use crate::support::{Fixture, START, assert_fails, conversation_row, on_both_databases};

on_both_databases!(
    the_list_pages_by_key_through_equal_moments,
    a_title_moves_to_the_front_and_a_model_does_not,
    a_change_of_an_older_version_is_stale,
    a_change_names_only_what_is_there,
    a_made_title_never_replaces_one,
    a_deletion_can_be_taken_back,
    a_purge_leaves_no_row,
    old_deletions_are_purged,
);

async fn the_list_pages_by_key_through_equal_moments(fixture: Fixture) {
    let mut made = Vec::new();
    for place in 0..7 {
        // Three share a moment, so that the identifier has to break the tie across a page's end.
        let moment = START.plus_millis(if place < 3 { 0 } else { place });
        made.push(fixture.new_conversation(moment).await);
    }
    made.reverse();
    let (mut listed, mut before) = (Vec::new(), None);
    loop {
        let page = fixture.store.conversations(fixture.owner, before, 2).await.expect("a page");
        assert!(page.conversations.len() <= 2);
        listed.extend(page.conversations);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(listed, made);
}

async fn a_title_moves_to_the_front_and_a_model_does_not(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = fixture.new_conversation(START).await;
    let later = START.plus_millis(50);
    let change = ConversationChange {
        routing_profile: Some("other".to_owned()),
        ..ConversationChange::default()
    };
    let changed =
        store.update_conversation(*owner, made.id, change, later).await.expect("a change");
    assert_eq!((changed.updated_at, changed.routing_profile.as_str()), (START, "other"));
    let change =
        ConversationChange { title: Some("Hats".to_owned()), ..ConversationChange::default() };
    let changed =
        store.update_conversation(*owner, made.id, change, later).await.expect("a change");
    assert_eq!((changed.updated_at, changed.title.as_str()), (later, "Hats"));
    assert_eq!(changed.version, made.version + 2);
    assert_eq!(store.conversation(*owner, made.id).await.expect("it"), changed);
}

async fn a_change_of_an_older_version_is_stale(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = fixture.new_conversation(START).await;
    let change = ConversationChange {
        title: Some("Mine".to_owned()),
        version: Some(made.version),
        ..ConversationChange::default()
    };
    store.update_conversation(*owner, made.id, change.clone(), START).await.expect("a change");
    let again = store.update_conversation(*owner, made.id, change.clone(), START).await;
    assert_fails!(again, StoreError::Conflict { what: Conflict::Stale });
    let nowhere =
        store.update_conversation(*owner, ConversationId::generate(), change, START).await;
    assert_fails!(nowhere, StoreError::NotFound { what: "conversation" });
}

async fn a_change_names_only_what_is_there(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = fixture.new_conversation(START).await;
    let (elsewhere, _) = fixture.send().await;
    for leaf in [MessageId::generate(), elsewhere.assistant_message_id] {
        let change =
            ConversationChange { current_leaf_id: Some(leaf), ..ConversationChange::default() };
        let outcome = store.update_conversation(*owner, made.id, change, START).await;
        assert_fails!(outcome, StoreError::NotFound { what: "message" });
    }
    let input = PromptProfileInput { name: "P".to_owned(), ..PromptProfileInput::default() };
    let id = PromptProfileId::generate();
    store.create_prompt_profile(*owner, id, input, START).await.expect("a profile");
    for wanted in [Some(id), None] {
        let change =
            ConversationChange { prompt_profile_id: Some(wanted), ..ConversationChange::default() };
        let changed =
            store.update_conversation(*owner, made.id, change, START).await.expect("a change");
        assert_eq!(changed.prompt_profile_id, wanted);
    }
    let mut row = conversation_row(START);
    row.prompt_profile_id = Some(PromptProfileId::generate());
    let outcome = store.create_conversation(*owner, row).await;
    assert_fails!(outcome, StoreError::NotFound { what: "prompt profile" });
}

async fn a_made_title_never_replaces_one(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let made = fixture.new_conversation(START).await;
    let set = |title: &'static str| store.set_title_if_empty(*owner, made.id, title);
    assert!(set("First").await.expect("a title"));
    assert!(!set("Second").await.expect("no title"));
    let change = ConversationChange { title: Some(String::new()), ..ConversationChange::default() };
    store.update_conversation(*owner, made.id, change, START).await.expect("emptied by a person");
    assert!(!set("Third").await.expect("no title"));
    assert_eq!(store.conversation(*owner, made.id).await.expect("it").title, "");
}

async fn a_deletion_can_be_taken_back(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (receipt, run) = fixture.send().await;
    fixture.finish(&run).await;
    let id = receipt.conversation_id;
    let before = store.conversation(*owner, id).await.expect("it");
    for _ in 0..2 {
        store.mark_conversation_deleted(*owner, id, START).await.expect("deleted");
        assert_fails!(store.conversation(*owner, id).await, StoreError::NotFound { .. });
    }
    let page = store.conversations(*owner, None, 10).await.expect("a page");
    assert_eq!(page.conversations, []);
    for _ in 0..2 {
        store.restore_conversation(*owner, id).await.expect("restored");
        assert_eq!(store.conversation(*owner, id).await.expect("it"), before);
    }
}

async fn a_purge_leaves_no_row(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let (receipt, run) = fixture.send().await;
    fixture.finish(&run).await;
    fixture.send_again(receipt.conversation_id).await;
    let tables = ["conversation", "message", "run", "run_event"];
    for table in tables {
        assert!(fixture.count(table).await > 0, "{table}");
    }
    store.purge_conversation(*owner, receipt.conversation_id).await.expect("purged");
    for table in tables {
        assert_eq!(fixture.count(table).await, 0, "{table}");
    }
    assert_eq!(fixture.count("chat_metric").await, 1);
    let again = store.purge_conversation(*owner, receipt.conversation_id).await;
    assert_fails!(again, StoreError::NotFound { .. });
}

async fn old_deletions_are_purged(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let mut made = Vec::new();
    for moment in [10, 20, 30] {
        let id = fixture.new_conversation(START).await.id;
        store.mark_conversation_deleted(*owner, id, Timestamp(moment)).await.expect("deleted");
        // Repeating does not put the removal off.
        store.mark_conversation_deleted(*owner, id, START).await.expect("deleted");
        made.push(id);
    }
    let kept = fixture.new_conversation(START).await.id;
    assert_eq!(store.purge_deleted_before(Timestamp(30)).await.expect("purged"), 2);
    for gone in &made[..2] {
        assert_fails!(store.restore_conversation(*owner, *gone).await, StoreError::NotFound { .. });
    }
    store.restore_conversation(*owner, made[2]).await.expect("still there");
    store.conversation(*owner, kept).await.expect("never deleted");
}
