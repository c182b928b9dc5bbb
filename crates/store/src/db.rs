//! Opening a database and beginning transactions.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, FromQueryResult, RuntimeErr, SqliteTransactionMode, SqlxPostgresConnector,
    SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait, Value,
};
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::{Migration, Result, Sql, StoreError, Tx};

/// Which of the two databases. Rooms rarely ask: their texts run on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// SQLite, one file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Make the SQLite file if there is none. Off by default, so that a typing fault never makes an empty database.
    pub create: bool,
    /// Most connections for reading.
    pub readers: u32,
    /// Most connections for writing, on PostgreSQL. SQLite has one, always: several writers only wait for each other.
    pub writers: u32,
    /// How long to wait for a free connection (and, on SQLite, for another program's lock).
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            create: false,
            readers: 8,
            writers: 8,
            patience: Duration::from_secs(10),
        }
    }
}

/// An open database: connections for writing and, apart from them, connections that can only read. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db(Arc<Pools>);

#[derive(Debug)]
struct Pools {
    backend: Backend,
    writers: DatabaseConnection,
    readers: DatabaseConnection,
}

/// More than the SQL texts of a server, so that each is prepared once per connection.
const PREPARED: usize = 1_000;

impl Db {
    /// Opens `sqlite:path/to/file` or `postgres://user@host/name`.
    ///
    /// # Errors
    /// If the address is no such thing, the file is missing, or the server does not answer.
    pub async fn open(address: &str, options: Options) -> Result<Self> {
        match address.split_once(':') {
            Some(("sqlite", path)) => Self::open_sqlite(Path::new(path), &options).await,
            Some(("postgres" | "postgresql", _)) => Self::open_postgres(address, &options).await,
            _ => Err(StoreError::Address("it begins with neither sqlite: nor postgres:")),
        }
    }

    async fn open_sqlite(path: &Path, options: &Options) -> Result<Self> {
        let text = path.to_string_lossy();
        if text.is_empty() || text.starts_with(':') || text.starts_with("//") || text.contains('?') {
            // In-memory databases are one per connection, which our pools would take for the same.
            return Err(StoreError::Address("sqlite: wants the plain path of a file"));
        }
        if !options.create && !path.exists() {
            return Err(StoreError::NoFile(path.to_owned()));
        }
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(options.create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(options.patience)
            .statement_cache_capacity(PREPARED)
            // 64 MB in place of 2, so that a month of a big site stays in memory while it is read.
            .pragma("cache_size", "-65536");
        let read_only = connect.clone().create_if_missing(false).pragma("query_only", "on");
        let writers = pool(1, options).connect_with(connect).await.map_err(opening)?;
        let readers = pool(options.readers, options)
            .connect_with(read_only)
            .await
            .map_err(opening)?;
        Ok(Self(Arc::new(Pools {
            backend: Backend::Sqlite,
            writers: SqlxSqliteConnector::from_sqlx_sqlite_pool(writers),
            readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
        })))
    }

    async fn open_postgres(address: &str, options: &Options) -> Result<Self> {
        let connect: PgConnectOptions = address
            .parse()
            .map_err(|_| StoreError::Address("what follows postgres: cannot be read"))?;
        let connect = connect
            .application_name("ashiba")
            .statement_cache_capacity(PREPARED)
            // Compiling a plan costs more than any of our short queries, and so does making a new one for each run when a table
            // has a partition for every month: one plan per text serves all values, and leaves out months when it runs.
            .options([("jit", "off"), ("plan_cache_mode", "force_generic_plan")])
            // The default is of the days of turning disks; with it, tables are read whole where a hundred look-ups would do.
            .options([("random_page_cost", "1.1")]);
        // Set per connection, so that `begin` needs no further round trips.
        let read_only = connect.clone().options([
            ("default_transaction_read_only", "on"),
            ("default_transaction_isolation", "repeatable read"),
        ]);
        let writers = pool(options.writers, options).connect_with(connect).await.map_err(opening)?;
        let readers = pool(options.readers, options)
            .connect_with(read_only)
            .await
            .map_err(opening)?;
        Ok(Self(Arc::new(Pools {
            backend: Backend::Postgres,
            writers: SqlxPostgresConnector::from_sqlx_postgres_pool(writers),
            readers: SqlxPostgresConnector::from_sqlx_postgres_pool(readers),
        })))
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// Begins a transaction that may write. On SQLite there is one at a time: keep it short, and wait for no network in it.
    ///
    /// # Errors
    /// If no connection came free in time or the database is away.
    pub async fn write(&self) -> Result<Tx> {
        let options = TransactionOptions {
            // Takes the lock at once: a reading transaction that wants to write later can only fail.
            sqlite_transaction_mode: (self.0.backend == Backend::Sqlite).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.0.writers.begin_with_options(options).await;
        begun
            .map(|tx| Tx::new(tx, self.0.backend))
            .map_err(StoreError::at("begin to write"))
    }

    /// Begins a transaction that can only read and sees one state of the database from its first query on.
    ///
    /// # Errors
    /// If no connection came free in time or the database is away.
    pub async fn read(&self) -> Result<Tx> {
        let begun = self.0.readers.begin().await;
        begun
            .map(|tx| Tx::new(tx, self.0.backend))
            .map_err(StoreError::at("begin to read"))
    }

    /// All rows of a text that is read on its own: one round trip, where a transaction takes three.
    ///
    /// # Errors
    /// If the text fails, a row does not fit `T`, or the database is away.
    pub async fn all<T: FromQueryResult>(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Vec<T>> {
        let text = sql.text(self.0.backend)?;
        let statement = Statement::from_sql_and_values(self.0.readers.get_database_backend(), text, values);
        let rows = self.0.readers.query_all_raw(statement).await;
        let rows = rows.and_then(|rows| rows.iter().map(|row| T::from_query_result(row, "")).collect());
        rows.map_err(StoreError::at(sql.name()))
    }

    /// The first row of such a text.
    ///
    /// # Errors
    /// As [`all`](Db::all).
    pub async fn one<T: FromQueryResult>(&self, sql: &Sql, values: impl IntoIterator<Item = Value>) -> Result<Option<T>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Brings the tables up to `migrations`, all in order, each in its own transaction.
    ///
    /// # Errors
    /// If a migration fails, an applied one was changed, or the database is newer than this program.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<()> {
        crate::migrate::run(self, migrations).await
    }

    /// Are the tables exactly those of `migrations`? Asked by a server when it starts.
    ///
    /// # Errors
    /// `NotMigrated` if not.
    pub async fn require_migrated(&self, migrations: &[Migration]) -> Result<()> {
        crate::migrate::require(self, migrations).await
    }

    /// Closes all connections; waits for the transactions under way.
    pub async fn close(&self) {
        // Closing a pool cannot fail; SeaORM's signature only allows for other drivers.
        let _ = self.0.readers.close_by_ref().await;
        let _ = self.0.writers.close_by_ref().await;
    }

    /// The writing connections, for what SeaORM's transaction does not offer.
    pub(crate) fn writers(&self) -> &DatabaseConnection {
        &self.0.writers
    }
}

fn pool<D: sqlx::Database>(most: u32, options: &Options) -> PoolOptions<D>
where
    for<'c> &'c mut D::Connection: sqlx::Executor<'c, Database = D>,
{
    PoolOptions::new()
        .max_connections(most.max(1))
        .acquire_timeout(options.patience)
        .max_lifetime(None)
        .idle_timeout(None)
        // The driver would ask "are you there" before each use, a round trip; we ask after a pause only.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(30) {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
}

fn opening(error: sqlx::Error) -> StoreError {
    StoreError::Driver {
        at: "open the database",
        error: DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}
