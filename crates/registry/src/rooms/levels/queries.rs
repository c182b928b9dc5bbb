//! All SQL of the room. It writes the tables `level_…` alone.
//!
//! `lateral` and `offset 0` make PostgreSQL look up one worker after the other by key: it cannot know how few come in `$1`.

use store::Sql;

use super::marks::{CHANGED, CHANGED_AT_SITE};

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &CHANGED,
    &CHANGED_AT_SITE,
    &AGAIN,
    &NEWEST_RUN,
    &JUDGED_WITH,
    &COUNT_WORKERS,
    &COUNT_STALE,
    &BEGIN_RUN,
    &GIVE_UP,
    &STEP,
    &FINISH,
    &MARKS,
    &EMPTY_DAYS,
    &MORE_MEMORY,
    &GATHER_DAYS,
    &GATHERED,
    &PAGE_OF_ALL,
    &PAGE_OF_STALE,
    &DAYS,
    &DAYS_GATHERED,
    &RECORDS,
    &TRADES,
    &CERTIFIED,
    &STANDINGS,
    &WRITE,
    &GONE,
    &UNMARK,
    &OF_COMPANY,
    &COUNTS_OF_COMPANY,
    &FIELDS_OF_COMPANY,
    &ONE_OF_COMPANY,
    &LAST_DAY,
];

/// Marks those whose judgement may be another one by today for no other reason than time.
pub(super) const AGAIN: Sql = Sql::new(
    "levels.again",
    "insert into level_stale (worker_id, number) select distinct s.worker_id, 1 from level_standing s where s.again_on <= $1
     on conflict (worker_id) do nothing",
);

pub(super) const NEWEST_RUN: Sql = Sql::new(
    "levels.newest_run",
    "select number, whom, criteria, on_day, gathered, position, done, total, changed, started_at, beat_at, finished_at
     from level_run order by number desc limit 1",
);

/// By which criteria everybody was judged the last time.
pub(super) const JUDGED_WITH: Sql = Sql::new(
    "levels.judged_with",
    "select criteria from level_run where whom = 'everybody' and finished_at is not null and position <> '' order by number desc limit 1",
);

pub(super) const COUNT_WORKERS: Sql = Sql::new("levels.count_workers", "select count(*) from worker");
pub(super) const COUNT_STALE: Sql = Sql::new("levels.count_stale", "select count(*) from level_stale");

pub(super) const BEGIN_RUN: Sql = Sql::new(
    "levels.begin_run",
    "insert into level_run (number, whom, criteria, on_day, gathered, position, done, total, changed, started_at, beat_at)
     select coalesce(max(x.number), 0) + 1, $1, $2, $3, 0, '', 0, $4, 0, $5, $5 from level_run x",
);

/// A run of other criteria, or of too few people, is not gone on with.
pub(super) const GIVE_UP: Sql = Sql::new(
    "levels.give_up",
    "delete from level_run where number = $1 and finished_at is null",
);

/// Only from the position that was read: of two who go on with the same run, one finds no row.
pub(super) const STEP: Sql = Sql::new(
    "levels.step",
    "update level_run set position = $3, done = $4, changed = $5, beat_at = $6
     where number = $1 and position = $2 and finished_at is null",
);

pub(super) const FINISH: Sql = Sql::new(
    "levels.finish",
    "update level_run set finished_at = $3, beat_at = $3 where number = $1 and position = $2 and finished_at is null",
);

pub(super) const MARKS: Sql = Sql::new("levels.marks", "select worker_id, number from level_stale");

pub(super) const EMPTY_DAYS: Sql = Sql::either("levels.empty_days", "delete from level_days", "truncate level_days");

/// For this transaction: adding up all histories is the one thing here that wants it.
pub(super) const MORE_MEMORY: Sql = Sql::either(
    "levels.more_memory",
    "select ''",
    "select set_config('work_mem', '256MB', true)",
);

/// All histories up to day `$1` that count, read once and in the order in which they lie. In the order of workers they then lie together.
pub(super) const GATHER_DAYS: Sql = Sql::either(
    "levels.gather_days",
    "insert into level_days (worker_id, month, trade, position, training, days)
     select h.worker_id, h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end,
            cast(sum(distinct cast(1 as bigint) << (h.work_day % 100)) as bigint)
     from history h
     left join training_site x on x.site_id = h.site_id and x.from_day <= h.work_day and (x.to_day is null or x.to_day >= h.work_day)
     where h.work_day <= $1 and h.counts = 1
     group by h.worker_id, h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end order by h.worker_id",
    "insert into level_days (worker_id, month, trade, position, training, days)
     select h.worker_id, h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end,
            bit_or(cast(1 as bigint) << (h.work_day % 100))
     from history h
     left join training_site x on x.site_id = h.site_id and x.from_day <= h.work_day and (x.to_day is null or x.to_day >= h.work_day)
     where h.work_day <= $1 and h.counts = 1
     group by h.worker_id, h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end order by h.worker_id",
);

pub(super) const GATHERED: Sql = Sql::new(
    "levels.gathered",
    "update level_run set gathered = 1, beat_at = $2 where number = $1 and position = '' and finished_at is null",
);

/// The next `$2` of all workers behind `$1`, with the mark of each.
pub(super) const PAGE_OF_ALL: Sql = Sql::new(
    "levels.page_of_all",
    "select w.id, w.registration, w.registered_at, s.number as mark
     from worker w left join level_stale s on s.worker_id = w.id where w.id > $1 order by w.id limit $2",
);

/// The next of those who are marked.
pub(super) const PAGE_OF_STALE: Sql = Sql::new(
    "levels.page_of_stale",
    "select w.id, w.registration, w.registered_at, s.number as mark
     from level_stale s join worker w on w.id = s.worker_id where s.worker_id > $1 order by s.worker_id limit $2",
);

/// As `level.days`, of many.
pub(super) const DAYS: Sql = Sql::new(
    "levels.days",
    "select h.worker_id, h.work_day / 100 as month, h.trade, h.position, case when x.site_id is null then 0 else 1 end as training,
            cast(sum(distinct cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from {{rows $1: id text}} r
     {{only sqlite}}join history h on{{end}}{{only postgres}}cross join lateral (select * from history h where{{end}}
         h.worker_id = r.id and h.work_day <= $2 and h.counts = 1 {{only postgres}}offset 0) h{{end}}
     left join training_site x on x.site_id = h.site_id and x.from_day <= h.work_day and (x.to_day is null or x.to_day >= h.work_day)
     group by h.worker_id, h.work_day / 100, h.trade, h.position, case when x.site_id is null then 0 else 1 end",
);

/// What was gathered of the workers behind `$1` up to `$2`.
pub(super) const DAYS_GATHERED: Sql = Sql::new(
    "levels.days_gathered",
    "select d.worker_id, d.month, d.trade, d.position, d.training, d.days from level_days d where d.worker_id > $1 and d.worker_id <= $2",
);

/// What each is registered with now.
pub(super) const RECORDS: Sql = Sql::new(
    "levels.records",
    "select r.id, (select x.body from record x where x.subject_id = r.id order by x.number desc limit 1) as body
     from {{rows $1: id text}} r",
);

pub(super) const TRADES: Sql = Sql::new(
    "levels.trades",
    "select t.worker_id, t.trade from {{rows $1: id text}} r
     {{only sqlite}}join worker_trade t on{{end}}{{only postgres}}cross join lateral (select * from worker_trade t where{{end}}
         t.worker_id = r.id {{only postgres}}offset 0) t{{end}}",
);

pub(super) const CERTIFIED: Sql = Sql::new(
    "levels.certified",
    "select c.worker_id, c.field, c.what, c.from_month, c.to_month from {{rows $1: id text}} r
     {{only sqlite}}join career_certificate c on{{end}}{{only postgres}}cross join lateral (select * from career_certificate c where{{end}}
         c.worker_id = r.id {{only postgres}}offset 0) c{{end}}
     order by c.worker_id, c.field, c.application_id, c.ordinal",
);

pub(super) const STANDINGS: Sql = Sql::new(
    "levels.standings",
    "select s.worker_id, s.field, s.level, s.guide, s.days, s.next_level, s.missing_days, s.only_days, s.missing, s.forecast, s.runs_out,
            s.runs_out_name, s.again_on, s.criteria, s.judged_on
     from {{rows $1: id text}} r
     {{only sqlite}}join level_standing s on{{end}}{{only postgres}}cross join lateral (select * from level_standing s where{{end}}
         s.worker_id = r.id {{only postgres}}offset 0) s{{end}}",
);

pub(super) const WRITE: Sql = Sql::new(
    "levels.write",
    "insert into level_standing (worker_id, field, level, guide, days, next_level, missing_days, only_days, missing, forecast, runs_out,
        runs_out_name, again_on, criteria, judged_on)
     select r.worker_id, r.field, r.level, r.guide, r.days, r.next_level, r.missing_days, r.only_days, r.missing, r.forecast, r.runs_out,
        r.runs_out_name, r.again_on, r.criteria, r.judged_on
     from {{rows $1: worker_id text, field text, level int, guide int, days int, next_level int, missing_days int, only_days int,
            missing text, forecast int, runs_out int, runs_out_name text, again_on int, criteria text, judged_on int}} r
     where true on conflict (worker_id, field) do update set
        level = excluded.level, guide = excluded.guide, days = excluded.days, next_level = excluded.next_level,
        missing_days = excluded.missing_days, only_days = excluded.only_days, missing = excluded.missing, forecast = excluded.forecast,
        runs_out = excluded.runs_out, runs_out_name = excluded.runs_out_name, again_on = excluded.again_on,
        criteria = excluded.criteria, judged_on = excluded.judged_on",
);

pub(super) const GONE: Sql = Sql::new(
    "levels.gone",
    "delete from level_standing where (worker_id, field) in (select r.worker_id, r.field from {{rows $1: worker_id text, field text}} r)",
);

/// A mark that was made meanwhile has another number and stays. One that a touch is just making is skipped: it waits for nobody.
pub(super) const UNMARK: Sql = Sql::either(
    "levels.unmark",
    "delete from level_stale where (worker_id, number) in (select r.id, r.number from {{rows $1: id text, number bigint}} r)",
    "delete from level_stale where worker_id in (
         select x.worker_id from {{rows $1: id text, number bigint}} r
         cross join lateral (select s.worker_id from level_stale s where s.worker_id = r.id and s.number = r.number
                             for update of s skip locked) x)",
);

/// Workers tied to company `$1` on day `$2`, one row per field: by name (`$3`) or kana and ID (`$4`), field, level, and what is shown.
pub(super) const OF_COMPANY: Sql = Sql::new(
    "levels.of_company",
    "select w.id, w.handle, w.name, w.name_kana, w.level as card_level, s.field, s.level, s.guide, s.days, s.next_level, s.missing_days,
            s.only_days, s.missing, s.forecast, s.runs_out, s.runs_out_name, count(*) over () as total
     from (select distinct e.worker_id from employment e
           where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)) p
     join worker w on w.id = p.worker_id left join level_standing s on s.worker_id = w.id
     where (w.ended_on is null or w.ended_on >= $2)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $3 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $4 escape '\\' or w.id like $4 escape '\\')
       and ($5 = '' or s.field = $5) and ($6 = 0 or s.guide = $6)
       and ($7 = '' or ($7 = 'apply' and s.level > w.level)
            or ($7 = 'near' and s.only_days = 1 and s.missing_days <= $8) or ($7 = 'ends' and s.runs_out <= $9))
     order by w.name_kana, w.id, s.guide desc, s.field limit $10 offset $11",
);

/// How many workers can apply, lack at most `$3` days and nothing else, or hold something that runs out by day `$4`.
pub(super) const COUNTS_OF_COMPANY: Sql = Sql::new(
    "levels.counts_of_company",
    "select count(distinct w.id) as people, count(distinct case when s.level > w.level then w.id end) as apply,
            count(distinct case when s.only_days = 1 and s.missing_days <= $3 then w.id end) as near,
            count(distinct case when s.runs_out <= $4 then w.id end) as ends
     from (select distinct e.worker_id from employment e
           where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)) p
     join worker w on w.id = p.worker_id left join level_standing s on s.worker_id = w.id
     where w.ended_on is null or w.ended_on >= $2",
);

pub(super) const FIELDS_OF_COMPANY: Sql = Sql::new(
    "levels.fields_of_company",
    "select distinct s.field from employment e join level_standing s on s.worker_id = e.worker_id
     where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2) order by s.field",
);

/// The worker with this handle, if company `$2` employs him on day `$3`.
pub(super) const ONE_OF_COMPANY: Sql = Sql::new(
    "levels.one_of_company",
    "select w.id from worker w where w.handle = $1 and (w.ended_on is null or w.ended_on >= $3)
       and exists (select 1 from employment e where e.worker_id = w.id and e.company_id = $2 and e.from_day <= $3
                   and (e.to_day is null or e.to_day >= $3))",
);

/// The day of the last judgement of all that had changed.
pub(super) const LAST_DAY: Sql = Sql::new(
    "levels.last_day",
    "select on_day from level_run where finished_at is not null order by number desc limit 1",
);
