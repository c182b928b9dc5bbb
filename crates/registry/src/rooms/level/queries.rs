//! All SQL of this room. It reads only: `history`, `worker`, `worker_trade` and `training_site` belong to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&DAYS, &WORKER, &TRADES];

/// The days of worker `$1` up to day `$2` that count, one row per month, trade, position and kind of place, as bits: different powers of two, added
/// once each. No row of anybody else is read.
pub(super) const DAYS: Sql = Sql::new(
    "level.days",
    "select h.work_day / 100 as month, h.trade, h.position, case when x.site_id is null then 0 else 1 end as training,
            cast(sum(distinct cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from history h
     left join training_site x on x.site_id = h.site_id and x.from_day <= h.work_day and (x.to_day is null or x.to_day >= h.work_day)
     where h.worker_id = $1 and h.work_day <= $2 and h.counts = 1
     group by h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end",
);

pub(super) const WORKER: Sql = Sql::new(
    "level.worker",
    "select name, registration, registered_at, level from worker where id = $1",
);

pub(super) const TRADES: Sql = Sql::new(
    "level.trades",
    "select trade from worker_trade where worker_id = $1 order by ordinal",
);
