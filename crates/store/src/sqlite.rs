//! SQLite: the file, its lock, and one connection for each way of writing beside a pool that reads.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use sea_orm::{
    DatabaseConnection, DbErr, RuntimeErr, SqlxSqliteConnector, TransactionTrait,
    sqlx::{
        ConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};

use crate::{
    database::{Connections, StoreOptions, migrate},
    error::{StoreError, driver_code, sqlite_primary_code},
};

/// Page cache of a connection in KiB; negative is SQLite's way to say that it is no page count.
const CACHE_KIB: &str = "-1024";
/// The log is cut back to this many bytes when it has been written back.
const LOG_BYTES: &str = "8388608";
/// Prepared statements kept by a connection.
const STATEMENTS: usize = 64;
/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The database file, which is this process's as long as the lock is held.
#[derive(Debug)]
pub(crate) struct DatabaseFile {
    path: PathBuf,
    lock: File,
}

impl DatabaseFile {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets another instance in.
    pub(crate) fn release(&self) {
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the database's lock file could not be unlocked");
        }
    }
}

/// Makes the file when it is missing, takes its lock and connects.
pub(crate) async fn open(
    options: &StoreOptions,
) -> Result<(Connections, DatabaseFile), StoreError> {
    let parsed = SqliteConnectOptions::from_str(&options.database_url)
        .map_err(|error| cannot_open(Path::new("at this address"), error))?;
    if options.database_url.contains(":memory:") || options.database_url.contains("mode=memory") {
        let reason = "It needs a file: what is in memory only would be lost.";
        return Err(cannot_open(Path::new("in memory"), reason));
    }
    let wanted = parsed.get_filename().to_owned();
    let file = tokio::task::spawn_blocking(move || claim(&wanted))
        .await
        .map_err(|error| cannot_open(Path::new("at this address"), error))??;
    let connections =
        connect(options, &file.path).await.map_err(|error| explain(&file.path, error))?;
    Ok((connections, file))
}

async fn connect(options: &StoreOptions, path: &Path) -> Result<Connections, StoreError> {
    let base = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy_timeout)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", CACHE_KIB)
        .pragma("journal_size_limit", LOG_BYTES)
        // What a person deletes is overwritten, and not merely forgotten.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let writer = base.clone().journal_mode(SqliteJournalMode::Wal);
    let durable = writer_pool(options, writer.clone().synchronous(SqliteSynchronous::Full)).await?;
    let transaction = durable.begin().await?;
    migrate(transaction, &path.display().to_string()).await?;
    let relaxed = writer_pool(options, writer.synchronous(SqliteSynchronous::Normal)).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.busy_timeout)
        .test_before_acquire(false)
        .connect_lazy_with(base.pragma("query_only", "ON"));
    let readers = SqlxSqliteConnector::from_sqlx_sqlite_pool(readers);
    Ok(Connections { readers, durable, relaxed })
}

/// A pool of one connection that is never given up: what it commits is ordered.
async fn writer_pool(
    options: &StoreOptions,
    connect: SqliteConnectOptions,
) -> Result<DatabaseConnection, StoreError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(options.busy_timeout)
        .test_before_acquire(false)
        .connect_with(connect)
        .await
        .map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Looks at the file before SQLite does, because its own errors name no cause and no cure.
fn claim(wanted: &Path) -> Result<DatabaseFile, StoreError> {
    let path = resolve(wanted)?;
    let lock_path = with_suffix(&path, ".lock");
    let lock = private().create(true).truncate(false).open(&lock_path).map_err(|error| {
        cannot_open(&path, format_args!("Its folder cannot be written ({error})."))
    })?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path }),
        Err(TryLockError::Error(error)) => {
            return Err(cannot_open(&path, format_args!("It cannot be locked ({error}).")));
        }
    }
    inspect(&path)?;
    Ok(DatabaseFile { path, lock })
}

/// The file's place without symbolic links, so that two names of one file share one lock.
fn resolve(wanted: &Path) -> Result<PathBuf, StoreError> {
    let folder = match wanted.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Some(name) = wanted.file_name() else {
        return Err(cannot_open(wanted, "The address names no file."));
    };
    std::fs::create_dir_all(folder).map_err(|error| {
        cannot_open(wanted, format_args!("Its folder cannot be made ({error})."))
    })?;
    let unreachable = |error| cannot_open(wanted, format_args!("It cannot be reached ({error})."));
    match std::fs::canonicalize(wanted) {
        Ok(path) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(std::fs::canonicalize(folder).map_err(unreachable)?.join(name))
        }
        Err(error) => Err(unreachable(error)),
    }
}

/// Makes the file if it is missing; refuses one that cannot be written or is something else.
fn inspect(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Err(cannot_open(path, "It is a folder. Name a file in it."));
    }
    let read_only = || StoreError::ReadOnly { path: path.to_owned() };
    let mut file = match private().create(true).truncate(false).read(true).open(path) {
        Ok(file) => file,
        Err(error) if is_refusal(&error) => return Err(read_only()),
        Err(error) => {
            return Err(cannot_open(path, format_args!("It cannot be opened ({error}).")));
        }
    };
    // The superuser may write to a file that its owner has marked, and should not.
    if file.metadata().is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(read_only());
    }
    let mut beginning = Vec::with_capacity(MAGIC.len());
    file.by_ref()
        .take(MAGIC.len() as u64)
        .read_to_end(&mut beginning)
        .map_err(|error| cannot_open(path, format_args!("It cannot be read ({error}).")))?;
    if beginning.is_empty() || beginning == MAGIC {
        return Ok(());
    }
    let reason = "it does not begin like one".to_owned();
    Err(StoreError::NotADatabase { path: path.to_owned(), reason })
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Options for a file that only its owner may read: it holds private conversations.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn cannot_open(place: &Path, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Open { place: place.display().to_string(), reason: reason.to_string() }
}

/// Turns SQLite's code into the error a person can act on.
fn explain(path: &Path, error: StoreError) -> StoreError {
    let StoreError::Database(source) = &error else {
        return error;
    };
    let code = driver_code(source).and_then(|code| sqlite_primary_code(&code));
    match code {
        Some(8) => StoreError::ReadOnly { path: path.to_owned() },
        Some(11 | 26) => {
            StoreError::NotADatabase { path: path.to_owned(), reason: source.to_string() }
        }
        Some(_) => cannot_open(path, source),
        None => error,
    }
}
