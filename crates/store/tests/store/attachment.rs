//! Attachments: whose they are, which message they go with, and when they go.

use models::{
    attachment::Attachment,
    id::{AttachmentId, OwnerId},
};
use store::{NewAttachment, Parent, RunTarget, SendTo, Store, StoreError};

use crate::support::{Fixture, START, assert_fails, conversation_row, on_both_databases, send_to};

on_both_databases!(
    what_belongs_to_others_is_not_there,
    a_file_goes_with_one_conversation_and_with_its_end,
    a_refused_message_leaves_its_files_unsent,
    only_what_was_never_sent_is_swept,
);

async fn add(store: &Store, owner: OwnerId, name: &str) -> AttachmentId {
    let info = Attachment {
        id: AttachmentId::generate(),
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
        size: 3,
        width: None,
        height: None,
        created_at: START,
    };
    let id = info.id;
    let new = NewAttachment { info, content: b"abc".to_vec() };
    store.add_attachment(owner, new).await.expect("it is kept");
    id
}

fn with(to: SendTo, attachments: &[AttachmentId]) -> RunTarget {
    let RunTarget::Send { to, mut user_message, assistant_message_id } = send_to(to) else {
        panic!("it sends")
    };
    user_message.attachments = attachments.to_vec();
    RunTarget::Send { to, user_message, assistant_message_id }
}

async fn what_belongs_to_others_is_not_there(fixture: Fixture) {
    let store = &fixture.store;
    let stranger = fixture.stranger().await;
    let id = add(store, stranger, "secret.txt").await;
    assert_fails!(store.attachments(fixture.owner, &[id]).await, StoreError::NotFound { .. });
    assert_fails!(store.attachment_content(fixture.owner, id).await, StoreError::NotFound { .. });
    assert_fails!(
        store.remove_unsent_attachment(fixture.owner, id).await,
        StoreError::NotFound { .. }
    );
    let target = with(SendTo::New(Box::new(conversation_row(START))), &[id]);
    assert_fails!(store.accept_run(fixture.run(target)).await, StoreError::NotFound { .. });
    let (info, content) = store.attachment_content(stranger, id).await.expect("its owner's");
    assert_eq!((info.name.as_str(), content.as_slice()), ("secret.txt", &b"abc"[..]));
    assert_eq!(store.unsent_attachment_bytes(fixture.owner).await.expect("none"), 0);
    assert_eq!(store.unsent_attachment_bytes(stranger).await.expect("one"), 3);
}

async fn a_file_goes_with_one_conversation_and_with_its_end(fixture: Fixture) {
    let (store, owner) = (&fixture.store, fixture.owner);
    let id = add(store, owner, "a.txt").await;
    let target = with(SendTo::New(Box::new(conversation_row(START))), &[id]);
    let accepted = store.accept_run(fixture.run(target)).await.expect("accepted");
    let conversation_id = accepted.receipt.conversation_id;
    let run = store.run(owner, accepted.receipt.run_id).await.expect("the run");
    fixture.finish(&run).await;
    assert_fails!(store.remove_unsent_attachment(owner, id).await, StoreError::NotFound { .. });
    let elsewhere = with(SendTo::New(Box::new(conversation_row(START))), &[id]);
    assert_fails!(store.accept_run(fixture.run(elsewhere)).await, StoreError::NotFound { .. });
    let again = SendTo::Existing { conversation_id, parent: Parent::Root };
    let again = store.accept_run(fixture.run(with(again, &[id]))).await;
    assert!(again.is_ok(), "an edited message keeps its files");
    store.purge_conversation(owner, conversation_id).await.expect("it goes");
    assert_fails!(store.attachment_content(owner, id).await, StoreError::NotFound { .. });
}

async fn a_refused_message_leaves_its_files_unsent(fixture: Fixture) {
    let (store, owner) = (&fixture.store, fixture.owner);
    let id = add(store, owner, "a.txt").await;
    let target =
        with(SendTo::New(Box::new(conversation_row(START))), &[id, AttachmentId::generate()]);
    assert_fails!(store.accept_run(fixture.run(target)).await, StoreError::NotFound { .. });
    store.remove_unsent_attachment(owner, id).await.expect("it was not sent");
}

async fn only_what_was_never_sent_is_swept(fixture: Fixture) {
    let (store, owner) = (&fixture.store, fixture.owner);
    let (sent, unsent) = (add(store, owner, "a.txt").await, add(store, owner, "b.txt").await);
    let target = with(SendTo::New(Box::new(conversation_row(START))), &[sent]);
    store.accept_run(fixture.run(target)).await.expect("accepted");
    assert_eq!(store.remove_unsent_before(START).await.expect("none is that old"), 0);
    assert_eq!(store.remove_unsent_before(START.plus_millis(1)).await.expect("one"), 1);
    assert!(store.attachments(owner, &[sent]).await.is_ok());
    assert_fails!(store.attachments(owner, &[unsent]).await, StoreError::NotFound { .. });
}
