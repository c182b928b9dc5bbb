//! The chain over the touches: each carries a hash over itself and the hash of the one before, so that a touch which was changed, taken
//! out or put in shows. Whoever holds the device and knows this program can make the whole chain anew; what he cannot change are the heads
//! that the registry was told with each batch.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

/// Rows looked at in one go.
const PAGE: i64 = 1_000;

/// The newest touch of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Its running number; 0 before the first.
    pub(super) seq: i64,
    /// Its hash; empty before the first.
    pub(super) hash: String,
}

/// What the hash is made over: what never changes of a touch.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) seq: i64,
    pub(super) item_id: String,
    pub(super) worker_id: String,
    pub(super) site_id: String,
    pub(super) at: i64,
    pub(super) direction: String,
    pub(super) method: String,
    pub(super) card_issue: Option<i64>,
}

impl Content {
    /// The hash of this touch behind the one with the hash `before`.
    pub(super) fn hash(&self, before: &str) -> String {
        let issue = self.card_issue.map_or_else(String::new, |issue| issue.to_string());
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        let mut sha = Sha256::new();
        for part in [
            before,
            &seq,
            &self.item_id,
            &self.worker_id,
            &self.site_id,
            &at,
            &self.direction,
            &self.method,
            &issue,
        ] {
            // With its length, so that no two touches give the same bytes.
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        hex::encode(sha.finalize())
    }
}

/// A touch with its place in the chain.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) content: Content,
    before: String,
    hash: String,
}

impl Link {
    pub(super) fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            content: Content {
                seq: row.try_get("seq")?,
                item_id: row.try_get("item_id")?,
                worker_id: row.try_get("worker_id")?,
                site_id: row.try_get("site_id")?,
                at: row.try_get("at")?,
                direction: row.try_get("direction")?,
                method: row.try_get("method")?,
                card_issue: row.try_get("card_issue")?,
            },
            before: row.try_get("previous")?,
            hash: row.try_get("hash")?,
        })
    }

    /// Whether the touch is as it was written.
    pub(super) fn is_whole(&self) -> bool {
        self.hash == self.content.hash(&self.before)
    }
}

/// What is wrong with the record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// First running number concerned.
    pub first: u64,
    /// Touches that are not as they were written: kept, and not sent.
    pub changed: u64,
    /// Touches that were taken out.
    pub missing: u64,
    /// Touches that do not follow the one before them: one of the two was put in later.
    pub unlinked: u64,
}

/// Walks along the whole chain. `forgotten`: up to this number touches may be missing, since they were let go by their age.
pub(super) async fn walk(pool: &SqlitePool, forgotten: i64, head: &Head) -> sqlx::Result<Option<Fault>> {
    let mut found = Finding::default();
    let mut last: Option<Link> = None;
    loop {
        let after = last.as_ref().map_or(i64::MIN, |link| link.content.seq);
        let rows = sqlx::query("SELECT * FROM touch WHERE seq > ? ORDER BY seq LIMIT ?")
            .bind(after)
            .bind(PAGE)
            .fetch_all(pool)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let link = Link::read(row)?;
            found.step(last.as_ref(), &link, forgotten);
            last = Some(link);
        }
    }
    let end = last.as_ref().map_or(0, |link| link.content.seq);
    found.gap(end + 1, head.seq, forgotten);
    if let Some(last) = last.filter(|last| last.content.seq == head.seq && last.hash != head.hash) {
        found.note(last.content.seq, |fault| fault.unlinked += 1);
    }
    Ok(found.0)
}

#[derive(Default)]
struct Finding(Option<Fault>);

impl Finding {
    fn note(&mut self, seq: i64, what: impl FnOnce(&mut Fault)) {
        let first = u64::try_from(seq).unwrap_or(0);
        let fault = self.0.get_or_insert_with(|| Fault {
            first,
            ..Fault::default()
        });
        fault.first = fault.first.min(first);
        what(fault);
    }

    /// Numbers from `first` to `last` are not there.
    fn gap(&mut self, first: i64, last: i64, forgotten: i64) {
        let first = first.max(forgotten + 1);
        if first <= last {
            self.note(first, |fault| fault.missing += last.abs_diff(first) + 1);
        }
    }

    fn step(&mut self, last: Option<&Link>, link: &Link, forgotten: i64) {
        let seq = link.content.seq;
        self.gap(last.map_or(1, |last| last.content.seq + 1), seq - 1, forgotten);
        if !link.is_whole() {
            self.note(seq, |fault| fault.changed += 1);
        } else if last.is_some_and(|last| last.content.seq + 1 == seq && last.hash != link.before) {
            self.note(seq, |fault| fault.unlinked += 1);
        }
    }
}
