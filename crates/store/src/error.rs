//! What can go wrong with the database, in words the person who runs the studio can act on.

use std::path::PathBuf;

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, sqlx};

/// Why the store could not do what was asked. Holds no secret: a database address is shown without
/// its user and password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not be opened at all.
    #[error("The database {place} cannot be opened: {reason}")]
    Open {
        /// The file, or the server and database.
        place: String,
        /// What happened and what to do, as sentences.
        reason: String,
    },
    /// Another process has this SQLite file.
    #[error(
        "The database {} is in use by another Chat Studio. Stop that one first, or give this one its own database_url.",
        path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The SQLite file may not be written.
    #[error(
        "The database {} is read-only. Make the file and its folder writable for the user that runs Chat Studio.",
        path.display()
    )]
    ReadOnly {
        /// The database file.
        path: PathBuf,
    },
    /// The file is something else, or is damaged.
    #[error(
        "{} is not an SQLite database, or is damaged ({reason}). Restore it from a backup, or move it away to start with an empty one.",
        path.display()
    )]
    NotADatabase {
        /// The database file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Nothing with this identifier belongs to this owner.
    #[error("There is no such {what}.")]
    NotFound {
        /// What was looked for, such as `conversation`.
        what: &'static str,
    },
    /// The change does not fit what is there by now.
    #[error("{what}")]
    Conflict {
        /// In which way.
        what: Conflict,
    },
    /// The disk is full; nothing was changed.
    #[error("The database's disk is full. Free some space; nothing was changed.")]
    Full,
    /// The database did not get to it within the time limit; nothing was changed.
    #[error("The database is too busy. Try again in a moment; nothing was changed.")]
    Busy,
    /// Anything else the database answers.
    #[error("The database failed.")]
    Database(#[source] DbErr),
}

/// In which way a change does not fit what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another row of this owner has the name.
    #[error("This name is taken. Choose another one.")]
    NameTaken,
    /// The row changed since the version the caller saw.
    #[error("This was changed meanwhile. Load it again and repeat the change.")]
    Stale,
    /// An answer is still being written in this conversation.
    #[error("An answer is still being written in this conversation. Wait for it or stop it.")]
    Running,
}

impl StoreError {
    pub(crate) const fn not_found(what: &'static str) -> Self {
        Self::NotFound { what }
    }

    /// A stored value that does not parse: the row was written by something else.
    pub(crate) fn unreadable(column: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Database(DbErr::Type(format!("{column}: {error}")))
    }

    /// Reads a unique violation as a taken name.
    pub(crate) fn name_taken(error: DbErr) -> Self {
        if is_unique_violation(&error) {
            Self::Conflict { what: Conflict::NameTaken }
        } else {
            error.into()
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            return Self::Busy;
        }
        match driver_code(&error).as_deref() {
            Some(code) if is_full(code) => Self::Full,
            Some(code) if is_busy(code) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

pub(crate) fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// The driver's own code: SQLite's extended result code in decimal, or PostgreSQL's SQLSTATE.
pub(crate) fn driver_code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return None;
    };
    match error.as_ref() {
        sqlx::Error::Database(error) => error.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

/// SQLite's primary result code, which is the low byte of the extended one.
pub(crate) fn sqlite_primary_code(code: &str) -> Option<u32> {
    // PostgreSQL's codes have five characters, SQLite's at most four digits.
    (code.len() < 5).then(|| code.parse::<u32>().ok()).flatten().map(|code| code & 0xff)
}

fn is_full(code: &str) -> bool {
    code == "53100" || sqlite_primary_code(code) == Some(13)
}

/// SQLITE_BUSY and SQLITE_LOCKED; lock timeout, statement timeout, deadlock and serialisation failure.
fn is_busy(code: &str) -> bool {
    matches!(code, "55P03" | "57014" | "40P01" | "40001")
        || matches!(sqlite_primary_code(code), Some(5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_codes_of_both_databases_apart() {
        assert!(is_full("13") && is_full("53100"));
        assert!(is_busy("5") && is_busy("517") && is_busy("55P03"));
        assert!(!is_full("40001") && !is_busy("13") && !is_busy("2067"));
    }
}
