//! The file is opened, made, or brought to the present layout.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Outbox, code, layout};
use crate::os;

/// How long an opener or a writer waits for another one.
const BUSY: Duration = Duration::from_secs(10);

impl Outbox {
    /// Opens the file, making it if it is not there: readable by its owner alone, since it tells who worked when.
    ///
    /// # Errors
    /// If the file cannot be opened or was written by a newer program.
    pub async fn open(path: &Path) -> anyhow::Result<Self> {
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        // Only made here, never opened: closing a second descriptor of the file would let go of the locks that SQLite holds on it
        // for another part of this process.
        match os::mode(OpenOptions::new().create_new(true).write(true), 0o600).open(path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e.into()),
            _ => os::make_private(path)?,
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is overwritten.
            .pragma("secure_delete", "ON")
            .busy_timeout(BUSY);
        // One connection: the outbox is a queue, and a second writer would only wait for the first.
        let connect = || SqlitePoolOptions::new().max_connections(1).connect_with(options.clone());
        // Two programs that open a new file at once (the reader, and `reader status` beside it): the switch to WAL is the one lock
        // for which SQLite does not wait by itself.
        let give_up = Instant::now() + BUSY;
        let pool = loop {
            match connect().await {
                Err(e) if is_busy(&e) && Instant::now() < give_up => tokio::time::sleep(Duration::from_millis(20)).await,
                done => break done?,
            }
        };
        let before: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await?;
        anyhow::ensure!(
            before <= layout::LAYOUT,
            "the outbox was written by a newer version of this program"
        );
        if before < layout::LAYOUT {
            // Looked at again inside: another opener may have been quicker.
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            let before: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await?;
            if before < layout::LAYOUT {
                layout::bring(&mut tx, before).await?;
            }
            tx.commit().await?;
        }
        Ok(Self {
            pool,
            names: Arc::default(),
        })
    }
}

/// Whether SQLite said that somebody else is at the file (`SQLITE_BUSY` or one of its kinds).
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    code(error) == Some(SQLITE_BUSY)
}
