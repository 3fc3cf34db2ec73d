//! Tests that SQLite answers by index where a long history would make anything else slow.

use models::{
    conversation::ConversationCursor,
    id::{ConversationId, MessageId, OwnerId, RunId},
    timestamp::Timestamp,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};

use crate::{Store, StoreOptions, conversation, journal, message, metric};

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let database_url = format!("sqlite://{}/plan.db", folder.path().display());
    let options = StoreOptions { database_url, ..StoreOptions::default() };
    (folder, Store::open(options).await.expect("an empty database"))
}

/// The steps of SQLite's plan, one a line.
async fn plan(store: &Store, mut statement: Statement) -> String {
    statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = store.reader().query_all_raw(statement).await.expect("a plan");
    let steps = rows.iter().map(|row| row.try_get::<String>("", "detail").expect("a step"));
    steps.collect::<Vec<_>>().join("\n")
}

fn assert_no_scan(plan: &str, table: &str) {
    let scan = format!("SCAN {table} ");
    let scans = plan.lines().any(|step| format!("{step} ").starts_with(&scan));
    assert!(!scans, "{table} is read from end to end:\n{plan}");
}

#[tokio::test]
async fn a_page_of_a_path_is_found_by_key() {
    let (_folder, store) = store().await;
    let (leaf, conversation, owner) =
        (MessageId::generate(), ConversationId::generate(), OwnerId::generate());
    let values = [leaf.0.into(), conversation.0.into(), owner.0.into(), 50_i64.into()];
    let plan = plan(&store, store.statement(message::PATH, values)).await;
    assert_no_scan(&plan, "message");
    assert_eq!(plan.matches("SEARCH message USING INDEX").count(), 3, "{plan}");
}

#[tokio::test]
async fn the_newest_leaf_is_found_by_index() {
    let (_folder, store) = store().await;
    let values = [MessageId::generate().0.into(), ConversationId::generate().0.into()];
    let plan = plan(&store, store.statement(message::NEWEST_LEAF, values)).await;
    assert_no_scan(&plan, "message");
    assert_no_scan(&plan, "child");
}

#[tokio::test]
async fn siblings_are_found_by_index() {
    let (_folder, store) = store().await;
    let ids = [MessageId::generate(), MessageId::generate()];
    let plan = plan(&store, store.siblings_statement(OwnerId::generate(), &ids)).await;
    assert_no_scan(&plan, "one");
    assert_no_scan(&plan, "other");
}

#[tokio::test]
async fn the_list_of_conversations_is_not_sorted() {
    let (_folder, store) = store().await;
    let cursor = ConversationCursor { updated_at: Timestamp(1), id: ConversationId::generate() };
    for before in [None, Some(cursor)] {
        let query = conversation::page(OwnerId::generate(), before, 50);
        let plan = plan(&store, query.build(DbBackend::Sqlite)).await;
        assert_no_scan(&plan, "conversation");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn pruning_looks_runs_up_by_key() {
    let (_folder, store) = store().await;
    let plan = plan(&store, store.statement(journal::PRUNE, [1_i64.into()])).await;
    assert_no_scan(&plan, "run");
    let events = journal::begins_at(RunId::generate(), 1).build(DbBackend::Sqlite);
    let plan = self::plan(&store, events).await;
    assert_no_scan(&plan, "run_event");
}

#[tokio::test]
async fn the_ledger_is_read_by_span() {
    let (_folder, store) = store().await;
    let values = [OwnerId::generate().0.into(), 1_i64.into(), 2_i64.into()];
    let statement = store.statement(format!("SELECT model {}", metric::SPAN), values);
    let plan = plan(&store, statement).await;
    assert!(plan.contains("owner_id=? AND created_at>? AND created_at<?"), "{plan}");
}
