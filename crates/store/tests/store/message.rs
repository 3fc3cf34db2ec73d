//! Messages: pages of long paths, siblings and leaves.

use models::{
    id::{ConversationId, MessageId},
    message::Role,
};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Expr, Query},
};
use store::{Parent, RunTarget, SendTo, StoreError};

use crate::support::{Fixture, START, assert_fails, on_both_databases, send_to};

on_both_databases!(
    a_long_path_is_read_by_pages,
    siblings_stand_together,
    the_newest_leaf_is_followed_down,
);

/// A chain of `count` messages, written past the store to save the time of accepting each.
async fn chain(fixture: &Fixture, conversation: ConversationId, count: usize) -> Vec<MessageId> {
    let ids: Vec<MessageId> = (0..count).map(|_| MessageId::generate()).collect();
    let connection = fixture.connect().await;
    let columns = [
        "id",
        "owner_id",
        "conversation_id",
        "parent_id",
        "role",
        "status",
        "parts",
        "usage",
        "sequence",
        "created_at",
        "updated_at",
    ];
    for first in (0..count).step_by(1000) {
        let mut insert = Query::insert();
        insert.into_table("message").columns(columns);
        for place in first..(first + 1000).min(count) {
            let parent = place.checked_sub(1).map(|parent| ids[parent].0);
            let role = if place % 2 == 0 { Role::User } else { Role::Assistant };
            insert.values_panic([
                ids[place].0.into(),
                fixture.owner.0.into(),
                conversation.0.into(),
                parent.into(),
                role.as_str().into(),
                "complete".into(),
                r#"[{"type":"text","text":"…"}]"#.into(),
                "{}".into(),
                0_i64.into(),
                START.0.into(),
                START.0.into(),
            ]);
        }
        connection.execute(&insert).await.expect("messages");
    }
    ids
}

async fn a_long_path_is_read_by_pages(fixture: Fixture) {
    let Fixture { store, owner, .. } = &fixture;
    let conversation = fixture.new_conversation(START).await.id;
    let ids = chain(&fixture, conversation, 10_000).await;
    let leaf = *ids.last().expect("a leaf");
    // A message that no page may reach: reading it would fail.
    let connection = fixture.connect().await;
    let spoil = Query::update()
        .table("message")
        .value("parts", "not JSON")
        .and_where(Expr::col("id").eq(ids[9_000].0))
        .take();
    connection.execute(&spoil).await.expect("a spoilt message");

    let (page, has_older) = store.path(*owner, conversation, leaf, 50).await.expect("a page");
    assert!(has_older);
    assert!(page.iter().map(|message| message.id).eq(ids[9_950..].iter().copied()));
    let (older, has_older) =
        store.path_before(*owner, conversation, page[0].id, 50).await.expect("a page");
    assert!(has_older);
    assert!(older.iter().map(|message| message.id).eq(ids[9_900..9_950].iter().copied()));
    let (first, has_older) =
        store.path_before(*owner, conversation, ids[30], 50).await.expect("a page");
    assert!(!has_older);
    assert!(first.iter().map(|message| message.id).eq(ids[..30].iter().copied()));
    let (exact, has_older) = store.path(*owner, conversation, ids[49], 50).await.expect("a page");
    assert_eq!((exact.len(), has_older), (50, false));
    let (none, has_older) =
        store.path_before(*owner, conversation, ids[0], 50).await.expect("no page");
    assert_eq!((none.len(), has_older), (0, false));
    let history = store.history(*owner, conversation, leaf, 200).await.expect("a history");
    assert_eq!((history.len(), history[0].id), (200, ids[9_800]));

    let other = fixture.new_conversation(START).await.id;
    let outcome = store.path(*owner, other, leaf, 50).await;
    assert_fails!(outcome, StoreError::NotFound { what: "message" });
    assert_eq!(store.newest_leaf_below(*owner, ids[0]).await.expect("the leaf"), leaf);
    store.purge_conversation(*owner, conversation).await.expect("a deep tree goes too");
    assert_eq!(fixture.count("message").await, 0);
}

/// A question with two answers, and the same question asked in other words.
async fn tree(fixture: &Fixture) -> (ConversationId, Vec<MessageId>, Vec<MessageId>) {
    let (first, run) = fixture.send().await;
    fixture.finish(&run).await;
    let retry = RunTarget::Retry {
        conversation_id: first.conversation_id,
        user_message_id: first.user_message_id,
        assistant_message_id: MessageId::generate(),
    };
    let (second, run) = fixture.accept(fixture.run(retry)).await;
    fixture.finish(&run).await;
    let conversation_id = first.conversation_id;
    let to = SendTo::Existing { conversation_id, parent: Parent::Root };
    let (edited, run) = fixture.accept(fixture.run(send_to(to))).await;
    fixture.finish(&run).await;
    let questions = vec![first.user_message_id, edited.user_message_id];
    let answers =
        vec![first.assistant_message_id, second.assistant_message_id, edited.assistant_message_id];
    (conversation_id, questions, answers)
}

async fn siblings_stand_together(fixture: Fixture) {
    let (_, questions, answers) = tree(&fixture).await;
    // Another conversation's first message is a root as well, and no sibling.
    fixture.send().await;
    let asked = [questions[0], answers[1], answers[2], MessageId::generate()];
    let siblings = fixture.store.siblings(fixture.owner, &asked).await.expect("siblings");
    assert_eq!(siblings.len(), 3);
    assert_eq!(siblings[&questions[0]], questions);
    assert_eq!(siblings[&answers[1]], answers[..2]);
    assert_eq!(siblings[&answers[2]], answers[2..]);
    assert!(fixture.store.siblings(fixture.owner, &[]).await.expect("none").is_empty());
}

async fn the_newest_leaf_is_followed_down(fixture: Fixture) {
    let (_, questions, answers) = tree(&fixture).await;
    let leaf = |from| fixture.store.newest_leaf_below(fixture.owner, from);
    assert_eq!(leaf(questions[0]).await.expect("a leaf"), answers[1]);
    assert_eq!(leaf(questions[1]).await.expect("a leaf"), answers[2]);
    assert_eq!(leaf(answers[0]).await.expect("itself"), answers[0]);
}
