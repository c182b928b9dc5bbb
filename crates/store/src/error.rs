//! What can go wrong between us and the database.

use std::fmt;
use std::path::PathBuf;

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A failure of the store. Its text (and its debug text) never holds a stored value or a password, so it may go to the log.
#[derive(thiserror::Error)]
pub enum StoreError {
    /// The address names no database that we know.
    #[error("not a database address: {0}; write sqlite:path/to/file or postgres://user@host/name")]
    Address(&'static str),
    /// There is no such file, and the options did not ask to make one (a typing fault must not make an empty database).
    #[error("there is no database file {}; the command that creates one makes it", .0.display())]
    NoFile(PathBuf),
    /// The database or the way to it failed.
    #[error("{at}: {}", without_values(.error))]
    Driver {
        /// Name of the SQL text, or what was being done.
        at: &'static str,
        /// What the driver says. Kept out of the source chain, since it may quote stored values.
        error: DbErr,
    },
    /// A SQL text is not written as this crate wants it: a fault of the program.
    #[error("{at}: {fault}")]
    Text {
        /// Name of the SQL text or the migration.
        at: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// What is stored contradicts what the program believes: a fault of the program or of somebody's
    /// hand in the data. The text names columns, never values.
    #[error("what is stored in {0} makes no sense: {1}")]
    Inconsistent(&'static str, String),
    /// The tables are not those of this program.
    #[error("{0}")]
    NotMigrated(String),
}

impl StoreError {
    /// Names what was being done when the driver failed: `.map_err(StoreError::at("worker.find"))`.
    pub fn at(at: &'static str) -> impl FnOnce(DbErr) -> Self {
        move |error| Self::Driver { at, error }
    }

    fn driver(&self) -> Option<&DbErr> {
        match self {
            Self::Driver { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Was a row refused because its key is taken?
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(
            self.driver().and_then(DbErr::sql_err),
            Some(SqlErr::UniqueConstraintViolation(_))
        )
    }

    /// Will the same thing probably work a little later? (Connection lost, database busy or starting, transactions in each other's way.)
    #[must_use]
    pub fn is_passing(&self) -> bool {
        use sqlx::Error as E;
        match self.driver() {
            Some(DbErr::ConnectionAcquire(_)) => true,
            Some(error) => match sqlx_error(error) {
                Some(E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed) => true,
                Some(E::Database(e)) => e.code().is_some_and(|code| is_passing_code(&code)),
                _ => false,
            },
            None => false,
        }
    }
}

/// For entities of SeaORM, where no SQL text has a name.
impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self::Driver { at: "database", error }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => Some(e),
        _ => None,
    }
}

/// PostgreSQL's five-character SQLSTATE or SQLite's number (whose low byte is the kind: 5 busy, 6 locked).
fn is_passing_code(code: &str) -> bool {
    const STATES: [&str; 6] = ["40001", "40P01", "55P03", "57P01", "57P02", "57P03"];
    if code.len() == 5 {
        return STATES.contains(&code) || code.starts_with("08") || code.starts_with("53");
    }
    code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 6))
}

/// The message of the driver. PostgreSQL quotes values in messages of class 22 (bad data), so there only the state is told.
fn without_values(error: &DbErr) -> String {
    match sqlx_error(error) {
        Some(sqlx::Error::Database(e)) => match e.code() {
            Some(code) if code.len() == 5 && code.starts_with("22") => format!("bad data (SQLSTATE {code})"),
            Some(code) => format!("{} ({code})", e.message()),
            None => e.message().to_owned(),
        },
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_passing_code;

    #[test]
    fn passing_codes() {
        for code in ["40001", "40P01", "57P01", "08006", "53300", "5", "6", "261", "517"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["23505", "42601", "22P02", "2067", "1555", "11", ""] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
