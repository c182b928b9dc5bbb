//! The outbox: every touch is committed here before anybody hears a beep, and stays until the registry has answered for it.
//!
//! One SQLite file, written ahead (WAL) and synced at each commit (`synchronous=FULL`), so that neither a killed program nor a
//! pulled plug loses a touch that was beeped for. The roster copy and what is known of the registry lie in the same file.

use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use domain::{Direction, SiteId, TouchKey, WorkerId};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row, SqlitePool};
use wire::{Method, Outcome, TouchAnswer};

/// Version of the table layout, kept in `PRAGMA user_version`.
const LAYOUT: i64 = 3;

/// A new file.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS touch (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id   TEXT NOT NULL UNIQUE,
  worker_id TEXT NOT NULL,
  site_id   TEXT NOT NULL,
  at        INTEGER NOT NULL, -- device time, seconds since 1970
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  method    TEXT NOT NULL,
  state     TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'stored', 'refused')),
  answer    TEXT,             -- the registry's answer as JSON
  card_issue INTEGER,         -- which of the worker's cards, if a card was read
  UNIQUE (worker_id, site_id, at, direction)
) STRICT;
CREATE INDEX IF NOT EXISTS touch_open ON touch (state, seq) WHERE state <> 'stored';
CREATE INDEX IF NOT EXISTS touch_at ON touch (at);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
PRAGMA user_version = 3;
";

/// A file of the first layout.
const FROM_1: &str = "
ALTER TABLE touch ADD COLUMN card_issue INTEGER;
";

/// A file of the first or second layout.
const FROM_2: &str = "
CREATE INDEX IF NOT EXISTS touch_at ON touch (at);
PRAGMA user_version = 3;
";

/// How long an opener or a writer waits for another one.
const BUSY: Duration = Duration::from_secs(10);

/// The outbox file.
#[derive(Debug, Clone)]
pub struct Outbox {
    pool: SqlitePool,
}

/// What became of a touch so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for the registry.
    Pending,
    /// The registry has it.
    Stored,
    /// The registry refused it: kept and shown, sent again only on a person's word.
    Refused,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Stored => "stored",
            Self::Refused => "refused",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Stored, Self::Refused]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

/// A touch to be pushed.
#[derive(Debug, Clone)]
pub struct NewTouch {
    /// Our id of it (a ULID), repeated by the registry.
    pub item_id: String,
    /// Who, where, when, which way.
    pub key: TouchKey,
    /// How the worker was known.
    pub method: Method,
    /// Which of the worker's cards it was, if a card was read.
    pub card_issue: Option<u16>,
}

/// A touch as it lies in the outbox.
#[derive(Debug, Clone)]
pub struct Touch {
    /// Running number of this device.
    pub seq: i64,
    /// Our id of it.
    pub item_id: String,
    /// Who, where, when, which way.
    pub key: TouchKey,
    /// How the worker was known.
    pub method: Method,
    /// Which of the worker's cards it was, if a card was read.
    pub card_issue: Option<u16>,
    /// What became of it.
    pub state: State,
    /// The registry's answer, once there is one.
    pub answer: Option<TouchAnswer>,
}

/// How much lies in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for the registry.
    pub pending: i64,
    /// Refused by it.
    pub refused: i64,
    /// In the registry.
    pub stored: i64,
    /// Device time of the oldest that waits.
    pub oldest_pending: Option<Timestamp>,
}

/// Names of the settings kept beside the touches.
pub mod setting {
    /// [`wire::RosterCopy`]: the cached roster.
    pub const ROSTER: &str = "roster";
    /// [`jiff::Timestamp`]: the registry's clock at the last answer.
    pub const LAST_CONTACT: &str = "last_contact";
    /// Milliseconds by which the registry's clock is ahead of ours.
    pub const CLOCK_OFFSET: &str = "clock_offset_ms";
    /// [`crate::registry::Trouble`]: why sending does not go on, while it does not.
    pub const TROUBLE: &str = "trouble";
    /// [`jiff::Timestamp`]: when `doctor` last tried whether the file can be written.
    pub const CHECKED: &str = "checked";
    /// What the kiosk page chose: the mode of the settings at that moment, and the mode chosen.
    pub const MODE: &str = "mode";
    /// [`crate::kiosk::Pass`]: what opens the kiosk page from another machine.
    pub const PASS: &str = "kiosk_pass";
}

impl Outbox {
    /// Opens the file, making it if it is not there: readable by its owner alone, since it holds names.
    ///
    /// # Errors
    /// If the file cannot be opened or was written by a newer program.
    pub async fn open(path: &Path) -> anyhow::Result<Self> {
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        // Only made here, never opened: closing a second descriptor of the file would let go of the locks that SQLite holds on it
        // for another part of this process.
        match OpenOptions::new().create_new(true).write(true).mode(0o600).open(path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e.into()),
            _ => std::fs::set_permissions(path, Permissions::from_mode(0o600))?,
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
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
        let layout: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&pool).await?;
        anyhow::ensure!(layout <= LAYOUT, "the outbox was written by a newer version of this program");
        if layout < LAYOUT {
            // Looked at again inside: another opener may have been quicker.
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
            match sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await? {
                0_i64 => sqlx::raw_sql(TABLES).execute(&mut *tx).await.map(|_| ())?,
                before @ 1..LAYOUT => {
                    if before == 1 {
                        sqlx::raw_sql(FROM_1).execute(&mut *tx).await?;
                    }
                    sqlx::raw_sql(FROM_2).execute(&mut *tx).await?;
                }
                _ => {}
            }
            tx.commit().await?;
        }
        Ok(Self { pool })
    }

    /// Commits touches, all or none, and says of each whether it is new. What was there already stays as it was.
    ///
    /// # Errors
    /// If the file cannot be written: then nothing is recorded and nobody may hear a beep.
    pub async fn push(&self, touches: &[NewTouch]) -> sqlx::Result<Vec<bool>> {
        let mut tx = self.pool.begin().await?;
        let mut new = Vec::with_capacity(touches.len());
        for touch in touches {
            let done = sqlx::query(
                "INSERT INTO touch (item_id, worker_id, site_id, at, direction, method, card_issue) VALUES (?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (worker_id, site_id, at, direction) DO NOTHING",
            )
            .bind(&touch.item_id)
            .bind(touch.key.worker.to_string())
            .bind(touch.key.site.to_string())
            .bind(touch.key.at.as_second())
            .bind(touch.key.direction.word())
            .bind(touch.method.word())
            .bind(touch.card_issue)
            .execute(&mut *tx)
            .await?;
            new.push(done.rows_affected() == 1);
        }
        tx.commit().await?;
        Ok(new)
    }

    /// The touch with this key.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn find(&self, key: &TouchKey) -> sqlx::Result<Option<Touch>> {
        let row = sqlx::query("SELECT * FROM touch WHERE worker_id = ? AND site_id = ? AND at = ? AND direction = ?")
            .bind(key.worker.to_string())
            .bind(key.site.to_string())
            .bind(key.at.as_second())
            .bind(key.direction.word())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_touch).transpose()
    }

    /// The worker's latest touch at the site, by device time.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn last_of(&self, worker: WorkerId, site: SiteId) -> sqlx::Result<Option<Touch>> {
        let row = sqlx::query("SELECT * FROM touch WHERE worker_id = ? AND site_id = ? ORDER BY at DESC, seq DESC LIMIT 1")
            .bind(worker.to_string())
            .bind(site.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_touch).transpose()
    }

    /// Touches in one state, oldest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn in_state(&self, state: State, most: usize) -> sqlx::Result<Vec<Touch>> {
        let rows = sqlx::query("SELECT * FROM touch WHERE state = ? ORDER BY seq LIMIT ?")
            .bind(state.word())
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_touch).collect()
    }

    /// Touches at a site since an instant, by device time.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn since(&self, site: SiteId, from: Timestamp) -> sqlx::Result<Vec<Touch>> {
        let query = sqlx::query("SELECT * FROM touch WHERE at >= ? AND site_id = ? ORDER BY at, seq");
        let rows = query
            .bind(from.as_second())
            .bind(site.to_string())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_touch).collect()
    }

    /// Writes down the registry's answers, each found by its item id.
    ///
    /// # Errors
    /// If the file cannot be written; the touches then stay pending and are sent again, which does no harm.
    pub async fn mark(&self, answers: &[TouchAnswer]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        for answer in answers {
            let state = match answer.outcome {
                Outcome::Stored | Outcome::AlreadyStored => State::Stored,
                Outcome::Refused => State::Refused,
            };
            sqlx::query("UPDATE touch SET state = ?, answer = ? WHERE item_id = ? AND state = 'pending'")
                .bind(state.word())
                .bind(json(answer)?)
                .bind(&answer.item_id)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// Puts refused touches back into the queue: those named by their running numbers, or all. Says how many.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn resend(&self, seqs: &[i64]) -> sqlx::Result<u64> {
        let mut tx = self.pool.begin().await?;
        let mut count = 0;
        for seq in seqs {
            count += sqlx::query("UPDATE touch SET state = 'pending' WHERE state = 'refused' AND seq = ?")
                .bind(seq)
                .execute(&mut *tx)
                .await?
                .rows_affected();
        }
        if seqs.is_empty() {
            let all = sqlx::query("UPDATE touch SET state = 'pending' WHERE state = 'refused'");
            count = all.execute(&mut *tx).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Drops what the registry has stored and nobody at the gate needs any more.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn forget_stored_before(&self, at: Timestamp) -> sqlx::Result<u64> {
        let done = sqlx::query("DELETE FROM touch WHERE state = 'stored' AND at < ?");
        Ok(done.bind(at.as_second()).execute(&self.pool).await?.rows_affected())
    }

    /// How much lies here.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn counts(&self) -> sqlx::Result<Counts> {
        let row = sqlx::query(
            "SELECT COALESCE(SUM(state = 'pending'), 0) pending, COALESCE(SUM(state = 'refused'), 0) refused,
                    COALESCE(SUM(state = 'stored'), 0) stored, MIN(CASE WHEN state = 'pending' THEN at END) oldest FROM touch",
        )
        .fetch_one(&self.pool)
        .await?;
        let oldest: Option<i64> = row.try_get("oldest")?;
        Ok(Counts {
            pending: row.try_get("pending")?,
            refused: row.try_get("refused")?,
            stored: row.try_get("stored")?,
            oldest_pending: oldest.and_then(|at| Timestamp::from_second(at).ok()),
        })
    }

    /// A setting by its [`setting`] name. One that cannot be read any more counts as absent.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn setting<T: DeserializeOwned>(&self, name: &str) -> sqlx::Result<Option<T>> {
        let text: Option<String> = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps a setting; `None` forgets it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn set<T: Serialize + Sync>(&self, name: &str, value: Option<&T>) -> sqlx::Result<()> {
        match value {
            Some(value) => {
                sqlx::query("INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
                    .bind(name)
                    .bind(json(value)?)
            }
            None => sqlx::query("DELETE FROM setting WHERE name = ?").bind(name),
        }
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether the file is whole and takes a synced write: what a touch needs.
    ///
    /// # Errors
    /// If it cannot be read or written, with SQLite's word for it.
    pub async fn check(&self, now: Timestamp) -> sqlx::Result<()> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await?;
        if found != "ok" {
            return Err(sqlx::Error::Protocol(found));
        }
        self.set(setting::CHECKED, Some(&now)).await
    }

    /// The refused touch of the latest device time.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn last_refused(&self) -> sqlx::Result<Option<Touch>> {
        let query = sqlx::query("SELECT * FROM touch WHERE state = 'refused' ORDER BY at DESC, seq DESC LIMIT 1");
        query.fetch_optional(&self.pool).await?.as_ref().map(read_touch).transpose()
    }

    /// Closes the file.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

fn json<T: Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(Box::new(e)))
}

fn read_touch(row: &SqliteRow) -> sqlx::Result<Touch> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let bad = |name: &str| sqlx::Error::Decode(format!("outbox: column {name} holds something else").into());
    let at = Timestamp::from_second(row.try_get("at")?).map_err(|_| bad("at"))?;
    let key = TouchKey {
        worker: text("worker_id")?.parse().map_err(|_| bad("worker_id"))?,
        site: text("site_id")?.parse().map_err(|_| bad("site_id"))?,
        at,
        direction: Direction::from_word(&text("direction")?).ok_or_else(|| bad("direction"))?,
    };
    let answer: Option<String> = row.try_get("answer")?;
    Ok(Touch {
        seq: row.try_get("seq")?,
        item_id: text("item_id")?,
        key,
        method: serde_json::from_value(text("method")?.into()).map_err(|_| bad("method"))?,
        state: State::from_word(&text("state")?).ok_or_else(|| bad("state"))?,
        answer: answer.and_then(|a| serde_json::from_str(&a).ok()),
        card_issue: row.try_get("card_issue")?,
    })
}

/// Whether SQLite said that somebody else is at the file (`SQLITE_BUSY` or one of its kinds).
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    error
        .as_database_error()
        .and_then(|e| e.code()?.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_file_is_durable_private_and_not_older_than_its_layout() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("outbox.sqlite");
        let outbox = Outbox::open(&path).await.unwrap();
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&outbox.pool)
            .await
            .unwrap();
        let sync: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&outbox.pool)
            .await
            .unwrap();
        assert_eq!((journal.as_str(), sync), ("wal", 2), "2 is FULL: a commit is on the disk");
        for file in ["outbox.sqlite", "outbox.sqlite-wal"] {
            let mode = std::fs::metadata(path.with_file_name(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        sqlx::raw_sql("PRAGMA user_version = 4").execute(&outbox.pool).await.unwrap();
        outbox.close().await;
        assert!(Outbox::open(&path).await.is_err(), "a newer program's file is left alone");
    }

    #[tokio::test]
    async fn a_file_of_the_first_layout_keeps_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.sqlite");
        let outbox = Outbox::open(&path).await.unwrap();
        let first = "ALTER TABLE touch DROP COLUMN card_issue; DROP INDEX touch_at; PRAGMA user_version = 1;
            INSERT INTO touch (item_id, worker_id, site_id, at, direction, method)
            VALUES ('a', '01234567890121', '12345678901271', 1, 'in', 'card')";
        sqlx::raw_sql(first).execute(&outbox.pool).await.unwrap();
        outbox.close().await;
        let outbox = Outbox::open(&path).await.unwrap();
        let kept = outbox.in_state(State::Pending, 9).await.unwrap();
        assert_eq!((kept.len(), kept[0].card_issue), (1, None));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_new_file_is_opened_by_several_at_once() {
        for _ in 0..10 {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("outbox.sqlite");
            let openers: Vec<_> = (0..8)
                .map(|_| {
                    tokio::spawn({
                        let path = path.clone();
                        async move { Outbox::open(&path).await?.counts().await.map_err(anyhow::Error::from) }
                    })
                })
                .collect();
            for opener in openers {
                assert_eq!(opener.await.unwrap().unwrap().stored, 0);
            }
        }
    }

    #[tokio::test]
    async fn only_stored_touches_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&dir.path().join("outbox.sqlite")).await.unwrap();
        let touch = |n: i64| NewTouch {
            item_id: n.to_string(),
            key: TouchKey::new(
                "01234567890121".parse().unwrap(),
                "12345678901271".parse().unwrap(),
                Timestamp::from_second(n).unwrap(),
                Direction::In,
            ),
            method: Method::Card,
            card_issue: Some(2),
        };
        outbox.push(&[touch(1), touch(2), touch(3)]).await.unwrap();
        let answer = |n: i64, outcome| TouchAnswer {
            item_id: n.to_string(),
            outcome,
            name: None,
            day: None,
            remarks: vec![],
        };
        outbox
            .mark(&[answer(1, Outcome::Stored), answer(2, Outcome::Refused)])
            .await
            .unwrap();
        assert_eq!(
            outbox
                .forget_stored_before(Timestamp::from_second(99).unwrap())
                .await
                .unwrap(),
            1
        );
        let left = outbox.counts().await.unwrap();
        assert_eq!((left.pending, left.refused, left.stored), (1, 1, 0));
        assert_eq!(left.oldest_pending, Timestamp::from_second(3).ok());
    }
}
