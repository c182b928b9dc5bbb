//! The outbox: every touch is committed here before anybody hears a beep, and stays until the registry has answered for it.
//!
//! One SQLite file, written ahead (WAL) and synced at each commit (`synchronous=FULL`), so that neither a killed program nor a
//! pulled plug loses a touch that was beeped for. The roster copy and what is known of the registry lie in the same file.
//!
//! The touches have running numbers without a gap and stand in a hash chain, so that one which was changed or taken out shows; a
//! damaged file is put aside and what can be read of it is taken over.

mod chain;
mod layout;
mod open;
mod record;
mod salvage;
mod touch;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Direction, SiteId, TouchKey, WorkerId};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use wire::{Outcome, TouchAnswer};

pub use self::chain::Fault;
use self::chain::{Content, Head, Link};
pub use self::salvage::Damage;
pub use self::touch::{Changed, Counts, NewTouch, State, Touch};

/// The outbox file.
#[derive(Clone)]
pub struct Outbox {
    pool: SqlitePool,
    /// Names that the registry told in its answers, by worker: only in memory, never in the file.
    names: Arc<Mutex<HashMap<String, String>>>,
}

/// Without the names.
impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

/// Names of the settings kept beside the touches.
pub mod setting {
    /// The cached roster, sealed: see [`crate::copy`].
    pub const ROSTER: &str = "roster";
    /// [`crate::copy::About`]: what is known of it without opening it.
    pub const ROSTER_ABOUT: &str = "roster_about";
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
    /// The file's own id, as text: by it the registry notices two devices with one key.
    pub const DEVICE: &str = "device";
    /// The newest touch of the chain.
    pub(super) const HEAD: &str = "head";
    /// Up to this running number touches may be missing: they were let go by their age.
    pub(super) const FORGOTTEN: &str = "forgotten";
    /// [`super::Fault`]: what is wrong with the record, if anything is.
    pub const FAULT: &str = "fault";
    /// [`super::Damage`]: the last damaged file that was put aside.
    pub const DAMAGE: &str = "damage";
}

impl Outbox {
    /// Commits touches, all or none, and says of each whether it is new. What was there already stays as it was.
    ///
    /// # Errors
    /// If the file cannot be written: then nothing is recorded and nobody may hear a beep.
    pub async fn push(&self, touches: &[NewTouch]) -> sqlx::Result<Vec<bool>> {
        // The end of the chain is read and written on: nobody else may do so in between.
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut head = end(&mut tx).await?;
        let mut new = Vec::with_capacity(touches.len());
        for touch in touches {
            let content = Content {
                seq: head.seq + 1,
                item_id: touch.item_id.clone(),
                worker_id: touch.key.worker.to_string(),
                site_id: touch.key.site.to_string(),
                at: touch.key.at.as_second(),
                direction: touch.key.direction.word().to_owned(),
                method: touch.method.word().to_owned(),
                card_issue: touch.card_issue.map(i64::from),
            };
            let hash = content.hash(&head.hash);
            let done = sqlx::query(
                "INSERT INTO touch (seq, item_id, worker_id, site_id, at, direction, method, card_issue, previous, hash)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (worker_id, site_id, at, direction) DO NOTHING",
            )
            .bind(content.seq)
            .bind(&content.item_id)
            .bind(&content.worker_id)
            .bind(&content.site_id)
            .bind(content.at)
            .bind(&content.direction)
            .bind(&content.method)
            .bind(content.card_issue)
            .bind(&head.hash)
            .bind(&hash)
            .execute(&mut *tx)
            .await?;
            let is_new = done.rows_affected() == 1;
            if is_new {
                let seq = content.seq;
                head = Head { seq, hash };
            }
            new.push(is_new);
        }
        put(&mut tx, setting::HEAD, &head).await?;
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
        let touch = row.as_ref().map(read_touch).transpose()?;
        Ok(touch.map(|touch| self.named(touch)))
    }

    /// The touch with the name that the registry told of the worker since the program began.
    fn named(&self, mut touch: Touch) -> Touch {
        if let Some(answer) = &mut touch.answer {
            let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            answer.name = names.get(&touch.key.worker.to_string()).cloned();
        }
        touch
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
        Ok(row.as_ref().and_then(|row| read_touch(row).ok()))
    }

    /// Touches in one state, oldest first; without those that were made unreadable.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn in_state(&self, state: State, most: usize) -> sqlx::Result<Vec<Touch>> {
        let rows = sqlx::query("SELECT * FROM touch WHERE state = ? ORDER BY seq LIMIT ?")
            .bind(state.word())
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        Ok(readable(&rows))
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
        Ok(readable(&rows).into_iter().map(|touch| self.named(touch)).collect())
    }

    /// Touches that wait for the registry, oldest first. One that is not as it was written is left out: it stays here for a person.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn to_send(&self, most: usize) -> sqlx::Result<Vec<Touch>> {
        let mut page = Vec::new();
        let mut after = i64::MIN;
        while page.len() < most {
            let rows = sqlx::query("SELECT * FROM touch WHERE state = 'pending' AND seq > ? ORDER BY seq LIMIT ?")
                .bind(after)
                .bind(i64::try_from(most - page.len()).unwrap_or(i64::MAX))
                .fetch_all(&self.pool)
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.try_get("seq")?;
            let whole = rows.iter().filter(|row| Link::read(row).is_ok_and(|link| link.is_whole()));
            page.extend(whole.filter_map(|row| read_touch(row).ok()));
        }
        Ok(page)
    }

    /// Writes down the registry's answers, each found by its item id. Names are kept in memory alone.
    ///
    /// # Errors
    /// If the file cannot be written; the touches then stay pending and are sent again, which does no harm.
    pub async fn mark(&self, answers: &[TouchAnswer]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        let mut told = Vec::new();
        for answer in answers {
            let state = match answer.outcome {
                Outcome::Stored | Outcome::AlreadyStored => State::Stored,
                Outcome::Refused => State::Refused,
            };
            let nameless = TouchAnswer {
                name: None,
                ..answer.clone()
            };
            let worker: Option<String> = sqlx::query_scalar(
                "UPDATE touch SET state = ?, answer = ? WHERE item_id = ? AND state = 'pending' RETURNING worker_id",
            )
            .bind(state.word())
            .bind(json(&nameless)?)
            .bind(&answer.item_id)
            .fetch_optional(&mut *tx)
            .await?;
            told.extend(worker.zip(answer.name.clone()));
        }
        tx.commit().await?;
        self.names.lock().unwrap_or_else(PoisonError::into_inner).extend(told);
        Ok(())
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
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let last: Option<i64> = sqlx::query_scalar("SELECT MAX(seq) FROM touch WHERE state = 'stored' AND at < ?")
            .bind(at.as_second())
            .fetch_one(&mut *tx)
            .await?;
        let done = sqlx::query("DELETE FROM touch WHERE state = 'stored' AND at < ?")
            .bind(at.as_second())
            .execute(&mut *tx)
            .await?;
        if let Some(last) = last {
            let before: i64 = get(&mut tx, setting::FORGOTTEN).await?.unwrap_or(0);
            put(&mut tx, setting::FORGOTTEN, &last.max(before)).await?;
        }
        tx.commit().await?;
        Ok(done.rows_affected())
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
        let text: Option<String> = sqlx::query_scalar(GET).bind(name).fetch_optional(&self.pool).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps a setting; `None` forgets it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn set<T: Serialize + Sync>(&self, name: &str, value: Option<&T>) -> sqlx::Result<()> {
        match value {
            Some(value) => sqlx::query(PUT).bind(name).bind(json(value)?),
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
        let row = query.fetch_optional(&self.pool).await?;
        Ok(row.as_ref().and_then(|row| read_touch(row).ok()))
    }

    /// Closes the file.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

/// The end of the chain. What is kept of it is held against the touches themselves, so that a lost note keeps no touch from being written.
async fn end(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<Head> {
    let head: Head = get(tx, setting::HEAD).await?.unwrap_or_default();
    let newest: Option<(i64, String)> = sqlx::query_as("SELECT seq, hash FROM touch ORDER BY seq DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    Ok(match newest {
        Some((seq, hash)) if seq > head.seq => Head { seq, hash },
        _ => head,
    })
}

const GET: &str = "SELECT value FROM setting WHERE name = ?";
const PUT: &str = "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// A setting, inside a transaction.
async fn get<T: DeserializeOwned>(tx: &mut Transaction<'_, Sqlite>, name: &str) -> sqlx::Result<Option<T>> {
    let text: Option<String> = sqlx::query_scalar(GET).bind(name).fetch_optional(&mut **tx).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps a setting, inside a transaction.
async fn put<T: Serialize>(tx: &mut Transaction<'_, Sqlite>, name: &str, value: &T) -> sqlx::Result<()> {
    let query = sqlx::query(PUT).bind(name).bind(json(value)?);
    query.execute(&mut **tx).await.map(|_| ())
}

fn json<T: Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(Box::new(e)))
}

fn readable(rows: &[SqliteRow]) -> Vec<Touch> {
    rows.iter().filter_map(|row| read_touch(row).ok()).collect()
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

/// The kind of an error, as SQLite numbers them.
fn code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?.parse::<i32>().ok()?;
    Some(code & 0xff)
}

#[cfg(test)]
mod tests;
