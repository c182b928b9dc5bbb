//! A file that is damaged (cut off, half written, bad sectors): put aside, never deleted, and what can be read of it goes into a new one. So
//! the gate goes on, and nothing that can be saved is lost.

use std::ffi::OsString;
use std::fs::rename;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio_stream::StreamExt;

use super::chain::Link;
use super::{NewTouch, Outbox, read_touch, setting};

/// What was done about a damaged file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// When it was found.
    pub at: Timestamp,
    /// Where the damaged file lies now.
    pub file: PathBuf,
    /// Touches that could be read from it.
    pub saved: u64,
}

impl Outbox {
    /// Opens the file as [`Outbox::open`] does. One that is damaged is put aside first, and what it still tells is taken over: all of it
    /// is sent once more, which does no harm.
    ///
    /// # Errors
    /// As [`Outbox::open`], or if the damaged file cannot be put aside.
    pub async fn open_or_save(path: &Path, now: Timestamp) -> anyhow::Result<Self> {
        match Self::open(path).await {
            Ok(outbox) => {
                if outbox.is_whole().await {
                    return Ok(outbox);
                }
                outbox.close().await;
            }
            Err(error) if error.downcast_ref().is_some_and(is_damage) => {}
            Err(error) => return Err(error),
        }
        let aside = put_aside(path, now)?;
        let saved = read_out(&aside).await;
        let outbox = Self::open(path).await?;
        let damage = Damage {
            at: now,
            saved: saved.len() as u64,
            file: aside,
        };
        outbox.push(&saved).await?;
        outbox.set(setting::DAMAGE, Some(&damage)).await?;
        tracing::error!(
            saved = damage.saved,
            file = %damage.file.display(),
            "the outbox was damaged; it was put aside and what could be read was taken over"
        );
        Ok(outbox)
    }

    async fn is_whole(&self) -> bool {
        let found = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)")
            .fetch_one(&self.pool)
            .await;
        match found {
            Ok(found) => found == "ok",
            Err(error) => !is_damage(&error),
        }
    }
}

/// Whether SQLite said that the file is no database, or a damaged one (`SQLITE_NOTADB`, `SQLITE_CORRUPT` and its kinds).
pub(super) fn is_damage(error: &sqlx::Error) -> bool {
    const SQLITE_CORRUPT: i32 = 11;
    const SQLITE_NOTADB: i32 = 26;
    super::code(error).is_some_and(|code| code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
}

/// Renames the file and what belongs to it.
fn put_aside(path: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let with = |path: &Path, ending: &str| {
        let mut name: OsString = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let aside = with(path, &format!(".damaged-{}", now.as_second()));
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (with(path, ending), with(&aside, ending));
        match rename(&from, &to) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("the damaged file {} cannot be put aside", from.display()));
            }
            _ => {}
        }
    }
    Ok(aside)
}

/// The touches that can be read: from the front up to the damage, and from the back up to it.
async fn read_out(file: &Path) -> Vec<NewTouch> {
    // Else a file that is shorter than it says is not read at all.
    let options = SqliteConnectOptions::new().filename(file).pragma("writable_schema", "ON");
    let Ok(pool) = SqlitePoolOptions::new().max_connections(1).connect_with(options).await else {
        return Vec::new();
    };
    let mut saved: Vec<(i64, NewTouch)> = Vec::new();
    for query in ["SELECT * FROM touch ORDER BY seq", "SELECT * FROM touch ORDER BY seq DESC"] {
        let known = saved.last().map(|(seq, _)| *seq);
        let mut rows = sqlx::query(query).fetch(&pool);
        while let Some(Ok(row)) = rows.next().await {
            // A file of an older program has no chain.
            let whole = Link::read(&row).map_or(true, |link| link.is_whole());
            let Ok(touch) = read_touch(&row) else { continue };
            if known.is_some_and(|known| touch.seq <= known) {
                break;
            }
            if whole {
                let new = NewTouch {
                    item_id: touch.item_id,
                    key: touch.key,
                    method: touch.method,
                    card_issue: touch.card_issue,
                };
                saved.push((touch.seq, new));
            }
        }
    }
    pool.close().await;
    saved.sort_by_key(|(seq, _)| *seq);
    saved.into_iter().map(|(_, touch)| touch).collect()
}
