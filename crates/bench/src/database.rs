//! Connections of our own beside the registry's: for loading, and for the bare driver that is the limit.

use anyhow::{Context, bail};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use store::Backend;

/// A bare connection.
pub(crate) enum Bare {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

/// Which database an address names.
pub(crate) fn backend_of(address: &str) -> anyhow::Result<Backend> {
    match address.split_once(':') {
        Some(("sqlite", _)) => Ok(Backend::Sqlite),
        Some(("postgres" | "postgresql", _)) => Ok(Backend::Postgres),
        _ => bail!("a database is sqlite:path/to/file or postgres://user@host/name"),
    }
}

impl Bare {
    /// Connects as the registry does: the same journal, the same durability.
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        Ok(match backend_of(address)? {
            Backend::Sqlite => {
                let path = address.strip_prefix("sqlite:").unwrap_or_default();
                let options = SqliteConnectOptions::new().filename(path);
                Self::Sqlite(
                    options
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .connect()
                        .await?,
                )
            }
            Backend::Postgres => {
                let options: PgConnectOptions = address.parse().context("the address of PostgreSQL")?;
                Self::Postgres(options.application_name("ashiba bench").connect().await?)
            }
        })
    }

    /// Runs statements without values.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) -> anyhow::Result<()> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
            Self::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
        }
        Ok(())
    }

    /// The one text that a statement answers.
    pub(crate) async fn ask(&mut self, sql: impl Into<String>) -> anyhow::Result<String> {
        let sql = AssertSqlSafe(sql.into());
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await?,
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_one(connection).await?,
        })
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
