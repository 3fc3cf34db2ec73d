//! PostgreSQL: one pool for reading and writing.

use std::{str::FromStr, time::Duration};

use sea_orm::{
    ConnectionTrait, SqlxPostgresConnector, TransactionTrait,
    sqlx::{
        ConnectOptions, Connection,
        postgres::{PgConnectOptions, PgPoolOptions},
    },
};
use tokio::time::timeout;

use crate::{
    database::{Connections, StoreOptions, migrate},
    error::StoreError,
};

/// Which lock keeps two instances from changing the schema at once: an arbitrary number of ours.
const MIGRATION_LOCK: i64 = 0x6368_6174;
/// Longer than any statement of ours takes on a healthy server.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// Connects, and tells why when that fails.
pub(crate) async fn open(options: &StoreOptions) -> Result<Connections, StoreError> {
    let connect = PgConnectOptions::from_str(&options.database_url)
        .map_err(|_| cannot_open("that database_url names", "The address does not parse."))?
        .application_name("chat-studio")
        .disable_statement_logging()
        .options([
            ("lock_timeout", options.busy_timeout.as_millis().to_string()),
            ("statement_timeout", STATEMENT_TIMEOUT.as_millis().to_string()),
        ]);
    let place = place(&connect);
    // A pool hides the cause of a refused connection behind its own time limit; one connection does not.
    match timeout(options.busy_timeout, connect.connect()).await {
        Ok(Ok(connection)) => connection.close().await.unwrap_or_default(),
        Ok(Err(error)) => {
            let reason =
                format!("{error}. Check that the server runs and that the address is right.");
            return Err(cannot_open(&place, reason));
        }
        Err(_) => {
            return Err(cannot_open(&place, "The server does not answer. Check that it runs."));
        }
    }
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(2))
        .acquire_timeout(options.busy_timeout)
        .connect_lazy_with(connect);
    let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    let transaction = pool.begin().await?;
    let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
    transaction.execute_unprepared(&lock).await?;
    migrate(transaction, &place).await?;
    Ok(Connections { readers: pool.clone(), durable: pool.clone(), relaxed: pool })
}

/// The address without user and password.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or("of the user's name");
    format!("{database} on {}:{}", options.get_host(), options.get_port())
}

fn cannot_open(place: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Open { place: place.to_owned(), reason: reason.into() }
}
