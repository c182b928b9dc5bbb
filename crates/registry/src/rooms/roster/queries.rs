//! All SQL of this room. Only it writes `roster_row`. Reading screens join `node`, `worker`, `worker_trade` and `employment`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &ROSTER,
    &COUNTS,
    &CANDIDATES,
    &LOCK_CANDIDATES,
    &LOCK_WORKER,
    &TRADES,
    &ROWS_AT_SITE,
    &ROW,
    &ROW_OF_WORKER,
    &STOP_ACCRUING,
    &INSERT_ROWS,
    &UPDATE_ROW,
    &ROWS_BEYOND,
    &END_ROWS,
    &REOPEN_ROWS,
];

/// The roster of the nodes in `$2`, in the order given there; `$4` is a pattern for names, `$5` for kana, and for IDs only where the
/// workers are the own company's (`$6`). `$3` is today.
pub(super) const ROSTER: Sql = Sql::new(
    "roster.roster",
    "select x.id, x.node_id, x.worker_id, w.name, w.name_kana, x.trade, x.position, x.work_content, x.from_day, x.to_day, x.accrues,
            case when exists (select 1 from employment e where e.worker_id = x.worker_id and e.company_id = n.company_id
                              and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3)) then 1 else 0 end as tied,
            case when exists (select 1 from worker_trade t where t.worker_id = x.worker_id and t.trade = x.trade) then 1 else 0 end as held,
            count(*) over () as total
     from {{rows $2: node_id text, place int}} r
     join roster_row x on x.node_id = r.node_id join node n on n.id = x.node_id join worker w on w.id = x.worker_id
     where x.site_id = $1
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\'
            or (n.company_id = $6 and w.id like $5 escape '\\'))
     order by r.place, w.name_kana, x.id limit $7 offset $8",
);

/// How many stand on the roster of each node on day `$2` or later.
pub(super) const COUNTS: Sql = Sql::new(
    "roster.counts",
    "select node_id, count(*) as workers from roster_row where site_id = $1 and (to_day is null or to_day >= $2) group by node_id",
);

/// Workers tied to company `$1` on day `$3` who do not stand at node `$2` yet; the one with handle `$6` first.
pub(super) const CANDIDATES: Sql = Sql::new(
    "roster.candidates",
    "select w.id, w.handle, w.name, w.name_kana, count(*) over () as total
     from worker w
     where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and (w.ended_on is null or w.ended_on >= $3)
       and not exists (select 1 from roster_row x where x.node_id = $2 and x.worker_id = w.id)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\' or w.id like $5 escape '\\')
     order by case when w.handle = $6 then 0 else 1 end, w.name_kana, w.id limit $7 offset $8",
);

/// Of the workers with these handles, those tied to company `$2` on day `$3`; held until the end of the transaction, as intake
/// holds them, so that nobody judges a day while the roster changes under it.
pub(super) const LOCK_CANDIDATES: Sql = Sql::either(
    "roster.lock_candidates",
    "select w.id, w.handle from worker w
     where w.handle in (select r.handle from {{rows $1: handle text}} r)
       and w.id in (select e.worker_id from employment e where e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and (w.ended_on is null or w.ended_on >= $3)",
    "select w.id, w.handle from worker w
     where w.handle in (select r.handle from {{rows $1: handle text}} r)
       and w.id in (select e.worker_id from employment e where e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and (w.ended_on is null or w.ended_on >= $3)
     order by w.id for no key update of w",
);

/// The same for one worker.
pub(super) const LOCK_WORKER: Sql = Sql::either(
    "roster.lock_worker",
    "select id from worker where id = $1",
    "select id from worker where id = $1 for no key update",
);

/// Trades of workers, the main one first.
pub(super) const TRADES: Sql = Sql::new(
    "roster.trades",
    "select t.worker_id, t.trade from {{rows $1: worker_id text}} r join worker_trade t on t.worker_id = r.worker_id
     order by t.worker_id, t.ordinal",
);

/// Where workers stand on the roster of a site, whichever company put them there.
pub(super) const ROWS_AT_SITE: Sql = Sql::new(
    "roster.rows_at_site",
    "select x.id, x.worker_id, x.node_id, x.accrues, x.to_day,
            case when exists (select 1 from employment e where e.worker_id = x.worker_id and e.company_id = n.company_id
                              and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3)) then 1 else 0 end as tied
     from {{rows $1: worker_id text}} r join roster_row x on x.worker_id = r.worker_id and x.site_id = $2 join node n on n.id = x.node_id",
);

pub(super) const ROW: Sql = Sql::new(
    "roster.row",
    "select x.id, x.node_id, x.worker_id, w.name, w.name_kana, x.trade, x.position, x.work_content, x.from_day, x.to_day, x.accrues, x.version
     from roster_row x join worker w on w.id = x.worker_id where x.id = $1 and x.site_id = $2",
);

/// The row of the worker with handle `$2` at a site, among the nodes of company `$3`; the one his history accrues to first.
pub(super) const ROW_OF_WORKER: Sql = Sql::new(
    "roster.row_of_worker",
    "select x.id from roster_row x join worker w on w.id = x.worker_id join node n on n.id = x.node_id
     where x.site_id = $1 and w.handle = $2 and n.company_id = $3 and ($4 = '' or x.node_id = $4) order by x.accrues desc, x.id",
);

pub(super) const STOP_ACCRUING: Sql = Sql::new(
    "roster.stop_accruing",
    "update roster_row set accrues = 0, version = version + 1 where accrues = 1 and id in (select r.id from {{rows $1: id text}} r)",
);

pub(super) const INSERT_ROWS: Sql = Sql::new(
    "roster.insert_rows",
    "insert into roster_row (id, site_id, node_id, worker_id, trade, position, work_content, from_day, to_day, accrues, created_at, version)
     select r.id, $2, $3, r.worker_id, r.trade, r.position, r.work_content, r.from_day, r.to_day, r.accrues, $4, 1
     from {{rows $1: id text, worker_id text, trade text, position text, work_content text, from_day int, to_day int, accrues int}} r",
);

/// Changes a row only if nobody else has meanwhile.
pub(super) const UPDATE_ROW: Sql = Sql::new(
    "roster.update_row",
    "update roster_row set trade = $2, position = $3, work_content = $4, from_day = $5, to_day = $6, accrues = $7, version = version + 1
     where id = $1 and version = $8",
);

/// Rows of worker `$1` at nodes of company `$2` that go on beyond day `$3`.
pub(super) const ROWS_BEYOND: Sql = Sql::new(
    "roster.rows_beyond",
    "select x.id, x.site_id, x.to_day from roster_row x join node n on n.id = x.node_id join site s on s.id = x.site_id
     where x.worker_id = $1 and n.company_id = $2 and s.to_day > $3 and (x.to_day is null or x.to_day > $3) order by x.site_id, x.id",
);

pub(super) const END_ROWS: Sql = Sql::new(
    "roster.end_rows",
    "update roster_row set to_day = $2, version = version + 1 where id in (select r.id from {{rows $1: id text}} r)",
);

/// Only rows that nobody has changed since.
pub(super) const REOPEN_ROWS: Sql = Sql::new(
    "roster.reopen_rows",
    "update roster_row set to_day = r.to_day, version = version + 1 from {{rows $1: id text, to_day int}} r
     where roster_row.id = r.id and roster_row.to_day = $2",
);
