//! All SQL of this room.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&INSERT, &HEAD, &CUT, &REMOVE, &REMOVE_WHOLE, &TO_GO, &GONE, &KNOWN];

pub(super) const INSERT: Sql = Sql::new(
    "papers.insert",
    "insert into paper (key, kind, media_type, bytes, sha256, width, height, file_name, account, at, whole, crop_zoom, crop_x, crop_y)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
);

pub(super) const HEAD: Sql = Sql::new(
    "papers.head",
    "select key, kind, media_type, bytes, sha256, width, height, file_name, account, at from paper
     where key = $1 and removed_at is null",
);

/// What a photo was cut from, while both are kept.
pub(super) const CUT: Sql = Sql::new(
    "papers.cut",
    "select w.key, w.width, w.height, p.crop_zoom, p.crop_x, p.crop_y from paper p join paper w on w.key = p.whole
     where p.key = $1 and p.removed_at is null and w.removed_at is null",
);

pub(super) const REMOVE: Sql = Sql::new(
    "papers.remove",
    "update paper set removed_at = $2 where key = $1 and removed_at is null",
);

/// The picture that a photo was cut from, unless another photo that is kept was cut from it too.
pub(super) const REMOVE_WHOLE: Sql = Sql::new(
    "papers.remove_whole",
    "update paper set removed_at = $2 where removed_at is null and key = (select p.whole from paper p where p.key = $1)
       and not exists (select 1 from paper o where o.whole = paper.key and o.key <> $1 and o.removed_at is null)",
);

/// Papers removed whose files are still there.
pub(super) const TO_GO: Sql = Sql::new(
    "papers.to_go",
    "select key from paper where removed_at is not null and gone = 0 order by key limit 500",
);

pub(super) const GONE: Sql = Sql::new(
    "papers.gone",
    "update paper set gone = 1 where key in (select r.key from {{rows $1: key text}} r)",
);

/// Of these keys, those that have a row.
pub(super) const KNOWN: Sql = Sql::new(
    "papers.known",
    "select p.key from paper p where p.key in (select r.key from {{rows $1: key text}} r)",
);
