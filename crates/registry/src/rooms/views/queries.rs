//! All SQL of this room. It reads only: `history`, `judgement`, `worker`, `worker_facts`, `employment`, `roster_row`, `company` and `site`
//! belong to others.
//!
//! Days come as bits: different powers of two, added once each, so that a day is one day however many rows it has.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &DAYS_OF_SITE,
    &DAYS_ALONE,
    &TRADES_OF_ROSTER,
    &DAYS_OF_COMPANY,
    &OPEN_OF_SITE,
    &OPEN_OF_COMPANY,
    &PEOPLE,
    &COMPANIES,
    &DAYS_OF_WORKER,
    &SITES_OF_WORKER,
    &OPEN_OF_WORKER,
];

/// The days of a site from `$2` to `$3`. The prime sees all of it (`$4` = 1); of a branch this is the coarse cut, which the caller then
/// holds against the viewer's scope. At one site a day of a worker is one row, so nothing can be added twice; `distinct` would have all rows
/// sorted.
pub(super) const DAYS_OF_SITE: Sql = Sql::new(
    "views.days_of_site",
    "select h.worker_id, h.employer_id, h.node_id, h.work_content, h.trade, h.position, h.work_day / 100 as month, h.counts,
            cast(sum(cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from history h
     where h.site_id = $1 and h.work_day between $2 and $3 and h.attended = 1
       and ($4 = 1 or h.employer_id in (select r.id from {{rows $5: id text}} r) or h.node_id in (select r.id from {{rows $6: id text}} r))
     group by h.worker_id, h.employer_id, h.node_id, h.work_content, h.trade, h.position, h.work_day / 100, h.counts",
);

/// The same without what was done on them, which the index `history_site` gives without the rows.
pub(super) const DAYS_ALONE: Sql = Sql::new(
    "views.days_alone",
    "select h.worker_id, h.employer_id, h.node_id, cast(null as text) as work_content, cast(null as text) as trade,
            cast(null as text) as position, h.work_day / 100 as month, h.counts,
            cast(sum(cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from history h
     where h.site_id = $1 and h.work_day between $2 and $3 and h.attended = 1
       and ($4 = 1 or h.employer_id in (select r.id from {{rows $5: id text}} r) or h.node_id in (select r.id from {{rows $6: id text}} r))
     group by h.worker_id, h.employer_id, h.node_id, h.work_day / 100, h.counts",
);

/// The trades on the roster of a site, in all of it (`$2` = 1) or in the nodes of `$3`. Rows that take no history have none to be found
/// by, and the index `roster_accrual` leaves them out.
pub(super) const TRADES_OF_ROSTER: Sql = Sql::new(
    "views.trades_of_roster",
    "select distinct x.trade from roster_row x
     where x.site_id = $1 and x.accrues = 1 and x.trade is not null and ($2 = 1 or x.node_id in (select r.id from {{rows $3: id text}} r))",
);

/// The days that workers of company `$1` did for it, at all sites, or (`$4` = 0) at those of `$5`. By worker, since the worker is the key:
/// those tied to it at any time between `$2` and `$3`.
pub(super) const DAYS_OF_COMPANY: Sql = Sql::new(
    "views.days_of_company",
    "select h.worker_id, h.employer_id, h.node_id, h.work_content, h.trade, h.position, h.work_day / 100 as month, h.counts,
            cast(sum(distinct cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from (select distinct e.worker_id from employment e
           where e.company_id = $1 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $2)) r
     join history h on h.worker_id = r.worker_id and h.work_day between $2 and $3
     where h.employer_id = $1 and h.attended = 1 and ($4 = 1 or h.site_id in (select s.id from {{rows $5: id text}} s))
     group by h.worker_id, h.employer_id, h.node_id, h.work_content, h.trade, h.position, h.work_day / 100, h.counts",
);

/// Why days of a site do not count; values as of [`DAYS_OF_SITE`]. `(h.counts = 0 or h.judgement > 1)` is the condition of the index
/// `history_open`, word for word as SQLite wants it.
pub(super) const OPEN_OF_SITE: Sql = Sql::new(
    "views.open_of_site",
    "select h.worker_id, h.employer_id, h.node_id, h.trade, j.verdict, count(*) as days
     from history h
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where h.site_id = $1 and h.work_day between $2 and $3 and j.work_day between $2 and $3
       and (h.counts = 0 or h.judgement > 1) and h.counts = 0 and h.attended = 1
       and ($4 = 1 or h.employer_id in (select r.id from {{rows $5: id text}} r) or h.node_id in (select r.id from {{rows $6: id text}} r))
     group by h.worker_id, h.employer_id, h.node_id, h.trade, j.verdict
     order by h.worker_id, count(*) desc",
);

/// The same of a company; values as of [`DAYS_OF_COMPANY`].
pub(super) const OPEN_OF_COMPANY: Sql = Sql::new(
    "views.open_of_company",
    "select h.worker_id, h.employer_id, h.node_id, h.trade, j.verdict, count(*) as days
     from (select distinct e.worker_id from employment e
           where e.company_id = $1 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $2)) r
     join history h on h.worker_id = r.worker_id and h.work_day between $2 and $3
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where h.employer_id = $1 and h.counts = 0 and h.attended = 1 and j.work_day between $2 and $3
       and ($4 = 1 or h.site_id in (select s.id from {{rows $5: id text}} s))
     group by h.worker_id, h.employer_id, h.node_id, h.trade, j.verdict
     order by h.worker_id, count(*) desc",
);

/// Who these workers are. What their registration tells (level, insurance, kentaikyo) is open (`open` = 1) to the company they are tied to
/// on day `$3`, and to those who read their row on the roster of site `$4`: all of it (`$5` = 1) or that of the nodes in `$6`.
pub(super) const PEOPLE: Sql = Sql::new(
    "views.people",
    "select w.id, w.handle, w.name, w.name_kana, w.level, f.health, f.pension, f.employment, f.kentaikyo,
            case when exists (select 1 from employment e where e.worker_id = w.id and e.company_id = $2
                              and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
                   or exists (select 1 from roster_row x where x.worker_id = w.id and x.site_id = $4
                              and ($5 = 1 or x.node_id in (select r.id from {{rows $6: id text}} r)))
                 then 1 else 0 end as open
     from {{rows $1: id text}} p join worker w on w.id = p.id left join worker_facts f on f.worker_id = w.id",
);

pub(super) const COMPANIES: Sql = Sql::new(
    "views.companies",
    "select c.id, c.name, c.name_kana from company c where c.id in (select r.id from {{rows $1: id text}} r)",
);

/// All days of a worker. No row of anybody else is read.
pub(super) const DAYS_OF_WORKER: Sql = Sql::new(
    "views.days_of_worker",
    "select h.trade, h.position, h.work_day / 100 as month, h.counts,
            cast(sum(distinct cast(1 as bigint) << (h.work_day % 100)) as bigint) as days
     from history h where h.worker_id = $1 and h.attended = 1
     group by h.trade, h.position, h.work_day / 100, h.counts",
);

/// At how many sites a worker was.
pub(super) const SITES_OF_WORKER: Sql = Sql::new(
    "views.sites_of_worker",
    "select count(distinct h.site_id) from history h where h.worker_id = $1 and h.attended = 1",
);

/// A worker's days from `$2` on that do not count, the newest first.
pub(super) const OPEN_OF_WORKER: Sql = Sql::new(
    "views.open_of_worker",
    "select h.site_id, s.name as site_name, p.name as prime_name, h.work_day, j.verdict,
            case when h.first_in is null then 0 else 1 end as entered
     from history h join site s on s.id = h.site_id join company p on p.id = s.prime_id
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where h.worker_id = $1 and h.work_day >= $2 and j.work_day >= $2 and h.counts = 0 and h.attended = 1
     order by h.work_day desc, h.site_id limit $3",
);
