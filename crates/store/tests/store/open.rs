//! Opening: what is made, what is refused, and in which words.

use std::{fs, path::Path};

use sea_orm::ConnectionTrait;
use store::{Backend, StoreError};

use crate::support::{Fixture, assert_fails, connect, on_both_databases, open, postgres_url};

on_both_databases!(opens_again_with_the_same_owner, refuses_a_newer_schema);

async fn opens_again_with_the_same_owner(fixture: Fixture) {
    let Fixture { store, owner, url } = fixture;
    store.close().await.expect("the database closes");
    let again = open(&url).await.expect("the database opens again");
    assert_eq!(again.ensure_owner().await.expect("an owner"), owner);
    again.close().await.expect("the database closes");
    again.close().await.expect("closing twice is closing once");
}

async fn refuses_a_newer_schema(fixture: Fixture) {
    fixture.store.close().await.expect("the database closes");
    let connection = fixture.connect().await;
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_dreams', 0)";
    connection.execute_unprepared(sql).await.expect("a step from the future");
    let error = open(&fixture.url).await.expect_err("a newer schema").to_string();
    assert!(error.contains("newer Chat Studio") && error.contains("m2999_dreams"), "{error}");
    let sql = "DELETE FROM seaql_migrations WHERE version = 'm2999_dreams'";
    connection.execute_unprepared(sql).await.expect("back to the present");
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[tokio::test]
async fn makes_the_folder_and_a_private_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deep/er/studio.db");
    let store = open(&url(&path)).await.expect("a new database");
    assert_eq!(store.backend(), Backend::Sqlite);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &fs::metadata(&path).expect("the file").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
    store.close().await.expect("it closes");
}

#[tokio::test]
async fn refuses_a_second_instance_until_the_first_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.db");
    let first = open(&url(&path)).await.expect("a new database");
    let link = folder.path().join("other-name.db");
    std::os::unix::fs::symlink(&path, &link).expect("a second name");
    assert_fails!(open(&url(&path)).await, StoreError::InUse { .. });
    assert_fails!(open(&url(&link)).await, StoreError::InUse { .. });
    first.close().await.expect("it closes");
    open(&url(&path)).await.expect("it is free again").close().await.expect("it closes");
}

#[tokio::test]
async fn refuses_a_read_only_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.db");
    open(&url(&path)).await.expect("a new database").close().await.expect("it closes");
    let mut permissions = fs::metadata(&path).expect("the file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("read-only");
    let before = fs::read(&path).expect("its content");
    let error = open(&url(&path)).await.expect_err("a read-only file");
    assert!(matches!(&error, StoreError::ReadOnly { path: named } if named.ends_with("studio.db")));
    assert!(error.to_string().contains("is read-only"), "{error}");
    assert_eq!(fs::read(&path).expect("its content"), before);
}

#[tokio::test]
async fn refuses_a_file_that_is_something_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    fs::write(&path, "Buy milk, bread and a new hat for the wedding.").expect("a file");
    assert_fails!(open(&url(&path)).await, StoreError::NotADatabase { .. });
    assert_eq!(fs::read_to_string(&path).expect("the file").len(), 46);
}

#[tokio::test]
async fn refuses_a_damaged_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.db");
    open(&url(&path)).await.expect("a new database").close().await.expect("it closes");
    let mut bytes = fs::read(&path).expect("the file");
    bytes[16..2000].fill(0xee);
    fs::write(&path, bytes).expect("damage");
    assert_fails!(open(&url(&path)).await, StoreError::NotADatabase { .. });
}

#[tokio::test]
async fn refuses_places_where_no_file_can_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    for address in [
        url(folder.path()),
        url(&file.join("below/studio.db")),
        "sqlite::memory:".to_owned(),
        "mysql://localhost/studio".to_owned(),
    ] {
        let outcome = open(&address).await;
        assert!(matches!(outcome, Err(StoreError::Open { .. })), "{address}: {outcome:?}");
    }
}

#[tokio::test]
async fn names_a_server_that_does_not_answer_and_keeps_the_password() {
    let error = open("postgres://studio:hunter2@127.0.0.1:1/chat").await.expect_err("nobody there");
    let words = format!("{error} {error:?}");
    assert!(words.contains("chat on 127.0.0.1:1"), "{words}");
    assert!(!words.contains("hunter2") && !words.contains("studio:"), "{words}");
}

#[tokio::test]
async fn several_instances_may_start_on_postgres_at_once() {
    let Some(server) = postgres_url() else { return };
    let name = "store_test_start_together";
    let admin = connect(&server).await;
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    admin.execute_unprepared(&drop).await.expect("it goes");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let url = crate::support::beside(&server, name);
    let (one, other) = tokio::join!(open(&url), open(&url));
    let (one, other) = (one.expect("the first"), other.expect("the second"));
    let (owner, same) = tokio::join!(one.ensure_owner(), other.ensure_owner());
    assert_eq!(owner.expect("an owner"), same.expect("the same owner"));
    one.close().await.expect("it closes");
    other.close().await.expect("it closes");
    admin.execute_unprepared(&drop).await.expect("it goes");
}
