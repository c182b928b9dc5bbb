//! The tables of the file, and how a file of an older program gets them.

use sqlx::{Sqlite, Transaction};

use super::chain::{self, Head};
use super::setting;

/// Version of the table layout, kept in `PRAGMA user_version`.
pub(super) const LAYOUT: i64 = 4;

/// A new file. It gets an id of its own by chance.
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
  previous  TEXT NOT NULL DEFAULT '', -- hash of the touch before
  hash      TEXT NOT NULL DEFAULT '', -- hash over that and this touch
  UNIQUE (worker_id, site_id, at, direction)
) STRICT;
CREATE INDEX IF NOT EXISTS touch_open ON touch (state, seq) WHERE state <> 'stored';
CREATE INDEX IF NOT EXISTS touch_at ON touch (at);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
";

/// A file of the first layout.
const FROM_1: &str = "
ALTER TABLE touch ADD COLUMN card_issue INTEGER;
";

/// A file of the first or second layout.
const FROM_2: &str = "
CREATE INDEX IF NOT EXISTS touch_at ON touch (at);
";

/// A file of the first, second or third layout.
const FROM_3: &str = "
ALTER TABLE touch ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE touch ADD COLUMN hash TEXT NOT NULL DEFAULT '';
-- names of workers lay in both
UPDATE touch SET answer = json_remove(answer, '$.name') WHERE answer IS NOT NULL;
DELETE FROM setting WHERE name = 'roster';
";

/// For all: the id of the file, as JSON like every setting.
const ID: &str = "
INSERT OR IGNORE INTO setting VALUES ('device', '\"' || lower(hex(randomblob(16))) || '\"');
PRAGMA user_version = 4;
";

/// Brings a file to the present layout.
pub(super) async fn bring(tx: &mut Transaction<'_, Sqlite>, before: i64) -> sqlx::Result<()> {
    let steps: &[&'static str] = match before {
        0 => &[TABLES],
        1 => &[FROM_1, FROM_2, FROM_3],
        2 => &[FROM_2, FROM_3],
        _ => &[FROM_3],
    };
    for step in steps {
        sqlx::raw_sql(*step).execute(&mut **tx).await?;
    }
    if before > 0 {
        chain_up(tx).await?;
    }
    sqlx::raw_sql(ID).execute(&mut **tx).await.map(|_| ())
}

/// Puts the touches that lie there into a chain. Numbers that are missing among them say nothing: older programs left some out.
async fn chain_up(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<()> {
    let mut head = Head::default();
    let rows = sqlx::query("SELECT * FROM touch ORDER BY seq").fetch_all(&mut **tx).await?;
    for row in &rows {
        let link = chain::Link::read(row)?;
        let hash = link.content.hash(&head.hash);
        sqlx::query("UPDATE touch SET previous = ?, hash = ? WHERE seq = ?")
            .bind(&head.hash)
            .bind(&hash)
            .bind(link.content.seq)
            .execute(&mut **tx)
            .await?;
        head = Head {
            seq: link.content.seq,
            hash,
        };
    }
    super::put(tx, setting::FORGOTTEN, &head.seq).await?;
    super::put(tx, setting::HEAD, &head).await
}
