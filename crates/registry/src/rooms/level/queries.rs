//! All SQL of this room. It writes `level_grant`, `career_certificate` and the level of `worker`; what else it reads belongs to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &DAYS,
    &WORKER,
    &TRADES,
    &CERTIFIED,
    &HINT,
    &UNDER_WAY,
    &HOLD_WORKER,
    &CERTIFY,
    &DROP_CERTIFIED,
    &GRANT,
    &GRANTS_OF,
    &SET_LEVEL,
    &REGISTER,
    &BY_HANDLE,
];

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

/// Certified time of worker `$1`.
pub(super) const CERTIFIED: Sql = Sql::new(
    "level.certified",
    "select field, what, from_month, to_month from career_certificate where worker_id = $1 order by field, application_id, ordinal",
);

/// The field in which somebody is furthest, as the last run found it.
pub(super) const HINT: Sql = Sql::new(
    "level.hint",
    "select s.field, s.level, s.guide from level_standing s where s.worker_id = $1 order by s.level desc, s.guide desc, s.days desc, s.field limit 1",
);

/// Other applications of worker `$1` than `$2` that wait for a decision.
pub(super) const UNDER_WAY: Sql = Sql::new(
    "level.under_way",
    "select body from application where subject_id = $1 and id <> $2 and purpose = 'level_evaluation'
       and state not in ('draft', 'registered', 'rejected', 'withdrawn')",
);

/// Two who grant or cancel at once take their turns.
pub(super) const HOLD_WORKER: Sql = Sql::new(
    "level.hold_worker",
    "select w.level from worker w where w.id = $1 {{only postgres}}for no key update{{end}}",
);

pub(super) const CERTIFY: Sql = Sql::new(
    "level.certify",
    "insert into career_certificate (worker_id, field, application_id, ordinal, what, from_month, to_month)
     select $1, $2, $3, r.ordinal, r.what, r.from_month, r.to_month
     from {{rows $4: ordinal int, what text, from_month int, to_month int}} r",
);

/// What a cancelled level rested on certifies nothing any more; the application keeps it.
pub(super) const DROP_CERTIFIED: Sql = Sql::new(
    "level.drop_certified",
    "delete from career_certificate where worker_id = $1 and field = $2",
);

pub(super) const GRANT: Sql = Sql::new(
    "level.grant",
    "insert into level_grant (worker_id, number, what, field, level, on_day, at, account_id, application_id, judged, judged_by, reason)
     select $1, coalesce(max(x.number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from level_grant x where x.worker_id = $1",
);

/// All that was ever given to or taken from worker `$1`.
pub(super) const GRANTS_OF: Sql = Sql::new(
    "level.grants_of",
    "select number, what, field, level, on_day from level_grant where worker_id = $1 order by number",
);

pub(super) const SET_LEVEL: Sql = Sql::new("level.set_level", "update worker set level = $2 where id = $1");

/// The register, the newest first: of all, or of those found by `$1` (name) or `$2` (kana, ID); in field `$3`, if one is named.
pub(super) const REGISTER: Sql = Sql::new(
    "level.register",
    "select g.worker_id, w.handle, w.name, g.number, g.what, g.field, g.level, g.on_day, g.judged, g.judged_by, g.reason, g.application_id,
            a.name as by_name, case when exists (select 1 from level_grant n where n.worker_id = g.worker_id and n.field = g.field
                                                 and n.number > g.number) then 0 else 1 end as newest,
            count(*) over () as total
     from level_grant g join worker w on w.id = g.worker_id left join account a on a.id = g.account_id
     where (replace(replace(lower(w.name), ' ', ''), '　', '') like $1 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $2 escape '\\' or w.id like $2 escape '\\')
       and ($3 = '' or g.field = $3)
     order by g.at desc, g.worker_id, g.number desc limit $4 offset $5",
);

pub(super) const BY_HANDLE: Sql = Sql::new("level.by_handle", "select id from worker where handle = $1");
