//! Opening, closing and writing: what SQLite and PostgreSQL need so that the rest need not know which it is.

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement, TransactionOptions,
    TransactionTrait,
};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::timeout,
};

use crate::{
    error::StoreError,
    postgres,
    sqlite::{self, DatabaseFile},
};

/// How to reach the database.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:///path/to/studio.db`, whose file and folder are made when missing, or `postgres://…`.
    /// May hold a password: never shown.
    pub database_url: String,
    /// Connections that read (SQLite), or all connections (PostgreSQL).
    pub max_connections: u32,
    /// How long to wait for a connection, for a lock, or for the turn to write.
    pub busy_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            database_url: "sqlite://data/studio.db".to_owned(),
            max_connections: 4,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoreOptions")
            .field("max_connections", &self.max_connections)
            .field("busy_timeout", &self.busy_timeout)
            .finish_non_exhaustive()
    }
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file beside the program.
    Sqlite,
    /// A server that several instances share.
    Postgres,
}

/// The database. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Store").field(&self.inner.backend).finish()
    }
}

struct Inner {
    backend: Backend,
    connections: Connections,
    /// One writer at a time in this process, so that SQLite never answers that it is busy.
    turn: Mutex<()>,
    patience: Duration,
    /// Holds the lock that keeps a second instance out.
    file: Option<DatabaseFile>,
    closed: AtomicBool,
}

/// Connections by what they are for; PostgreSQL has one pool for all three.
pub(crate) struct Connections {
    pub(crate) readers: DatabaseConnection,
    /// What this one commits survives a power failure.
    pub(crate) durable: DatabaseConnection,
    /// What this one commits survives the death of the process.
    pub(crate) relaxed: DatabaseConnection,
}

/// What a commit must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power failure: everything that was acknowledged.
    Durable,
    /// The death of the process: output in flight.
    Relaxed,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::InUse`], [`StoreError::ReadOnly`], [`StoreError::NotADatabase`] for SQLite;
    /// [`StoreError::Open`] for an address that is none, a server that does not answer, a folder that
    /// cannot be written, or a schema made by a newer program.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let url = options.database_url.as_str();
        let (backend, connections, file) = if url.starts_with("sqlite:") {
            let (connections, file) = sqlite::open(&options).await?;
            (Backend::Sqlite, connections, Some(file))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            (Backend::Postgres, postgres::open(&options).await?, None)
        } else {
            return Err(StoreError::Open {
                place: "that database_url names".to_owned(),
                reason: "The address must begin with sqlite:// or postgres://.".to_owned(),
            });
        };
        let inner = Inner {
            backend,
            connections,
            turn: Mutex::new(()),
            patience: options.busy_timeout,
            file,
            closed: AtomicBool::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// Whether the database is sound: SQLite reads all its pages, PostgreSQL only has to answer.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotADatabase`] when SQLite finds damage, or a row without its parent.
    pub async fn check(&self) -> Result<(), StoreError> {
        let Some(file) = &self.inner.file else {
            self.reader().execute_unprepared("SELECT 1").await?;
            return Ok(());
        };
        let damaged = |reason| StoreError::NotADatabase { path: file.path().to_owned(), reason };
        let report = self.text_rows("PRAGMA quick_check(1)").await?;
        if report != ["ok"] {
            return Err(damaged(report.join("; ")));
        }
        let orphans = self.text_rows("PRAGMA foreign_key_check").await?;
        match orphans.first() {
            None => Ok(()),
            Some(table) => Err(damaged(format!("rows of {table} without their parent"))),
        }
    }

    /// Writes everything back and lets go of the database. Later calls fail; closing again does nothing.
    ///
    /// # Errors
    ///
    /// Whatever the database answers to its last checkpoint; the connections are closed all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        if self.inner.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let connections = &self.inner.connections;
        let turn = self.take_turn().await;
        let mut outcome = Ok(());
        if self.inner.backend == Backend::Sqlite {
            // Readers go first: a checkpoint cannot pass what one of them still reads.
            close_in_time(&connections.readers, self.inner.patience).await;
            close_in_time(&connections.relaxed, self.inner.patience).await;
            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
            outcome = connections.durable.execute_unprepared(checkpoint).await.map(|_| ());
        }
        close_in_time(&connections.durable, self.inner.patience).await;
        drop(turn);
        if let Some(file) = &self.inner.file {
            file.release();
        }
        outcome.map_err(StoreError::from)
    }

    /// A connection for reading.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.inner.connections.readers
    }

    /// A statement of our own; the placeholders are `$1`, `$2` … with both databases.
    pub(crate) fn statement<V>(&self, sql: impl Into<String>, values: V) -> Statement
    where
        V: IntoIterator<Item = sea_orm::Value>,
    {
        Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values)
    }

    /// Begins a transaction that writes; without a commit it changes nothing.
    pub(crate) async fn write(&self, durability: Durability) -> Result<Write<'_>, StoreError> {
        let connections = &self.inner.connections;
        let connection = match durability {
            Durability::Durable => &connections.durable,
            Durability::Relaxed => &connections.relaxed,
        };
        if self.inner.backend == Backend::Postgres {
            let transaction = connection.begin().await?;
            if durability == Durability::Relaxed {
                transaction.execute_unprepared("SET LOCAL synchronous_commit TO off").await?;
            }
            return Ok(Write { transaction, _turn: None });
        }
        let turn = self.take_turn().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = connection.begin_with_options(options).await?;
        Ok(Write { transaction, _turn: Some(turn) })
    }

    async fn take_turn(&self) -> Result<MutexGuard<'_, ()>, StoreError> {
        timeout(self.inner.patience, self.inner.turn.lock()).await.map_err(|_| StoreError::Busy)
    }

    async fn text_rows(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.reader().query_all_raw(self.statement(sql, [])).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }
}

/// A transaction that writes. The fields' order matters: the turn passes on after the transaction ended.
pub(crate) struct Write<'a> {
    transaction: DatabaseTransaction,
    _turn: Option<MutexGuard<'a, ()>>,
}

impl Write<'_> {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

impl Deref for Write<'_> {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

/// Brings the schema up to date in one transaction, or leaves it as it was.
pub(crate) async fn migrate(
    transaction: DatabaseTransaction,
    place: &str,
) -> Result<(), StoreError> {
    let unknown = migration::unknown_steps(&transaction).await?;
    if !unknown.is_empty() {
        return Err(StoreError::Open {
            place: place.to_owned(),
            reason: format!(
                "A newer Chat Studio has used it ({}). Run that version, or restore an older backup.",
                unknown.join(", ")
            ),
        });
    }
    Migrator::up(&transaction, None).await?;
    Ok(transaction.commit().await?)
}

async fn close_in_time(connection: &DatabaseConnection, patience: Duration) {
    match timeout(patience, connection.close_by_ref()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a database connection did not close cleanly"),
        Err(_) => tracing::warn!("a database connection was still in use at the end"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_named_and_survived() {
        let folder = tempfile::tempdir().expect("a folder");
        let database_url = format!("sqlite://{}/full.db", folder.path().display());
        let options = StoreOptions { database_url, ..StoreOptions::default() };
        let store = Store::open(options).await.expect("an empty database");
        let owner = store.ensure_owner().await.expect("an owner");
        let durable = &store.inner.connections.durable;
        // SQLite answers with the same code when it may not and when it cannot grow the file.
        durable.execute_unprepared("PRAGMA max_page_count = 1").await.expect("a small disk");
        let long = "x".repeat(1 << 20);
        let outcome = store.set_setting(owner, "long", &long).await;
        assert!(matches!(outcome, Err(StoreError::Full)), "{outcome:?}");
        store.check().await.expect("the database is sound");
        durable.execute_unprepared("PRAGMA max_page_count = 100000").await.expect("room");
        store.set_setting(owner, "long", &long).await.expect("written");
        store.close().await.expect("it closes");
    }

    #[test]
    fn options_do_not_show_the_address() {
        let database_url = "postgres://studio:hunter2@db/chat".to_owned();
        let options = StoreOptions { database_url, ..StoreOptions::default() };
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
