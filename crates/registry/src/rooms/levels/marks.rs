//! Marks for the next run, as other rooms set them among what they write themselves.

use store::Sql;

/// Marks workers whose days, qualifications or trades were changed: they are judged again in the next run. Each at most once in `$1`.
pub(crate) const CHANGED: Sql = Sql::new(
    "levels.changed",
    "insert into level_stale (worker_id, number) select r.id, 1 from {{rows $1: id text}} r
     where true on conflict (worker_id) do update set number = level_stale.number + 1",
);

/// Marks all who have days that count at site `$1` from day `$2` on.
pub(crate) const CHANGED_AT_SITE: Sql = Sql::new(
    "levels.changed_at_site",
    "insert into level_stale (worker_id, number)
     select distinct h.worker_id, 1 from history h where h.site_id = $1 and h.work_day >= $2 and h.counts = 1
     on conflict (worker_id) do update set number = level_stale.number + 1",
);
