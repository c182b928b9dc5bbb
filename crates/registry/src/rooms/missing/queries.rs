//! All SQL of this room. It reads tables of other rooms; only this room writes `missing_told` and `judged_again`.
//!
//! `h.counts = 0` is the condition of the index `history_open`: what asks for open days costs what is missing, not what there is.
//! `lateral` and `offset 0` as in `history`: PostgreSQL looks judgements up row by row, for it cannot know how few they are.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &OPEN_DAYS,
    &MENDED_DAYS,
    &DAYS_OF_WORKERS,
    &REFUSED_KINDS,
    &ROSTER_FAULTS,
    &CARDS_ENDING,
    &COMPANIES_ENDING,
    &RECENT_DAYS,
    &SITES_OF_COMPANY,
    &OPEN_DAYS_OF_SITES,
    &RECENT_OF_SITES,
    &COMPANY_VALID,
    &NAMES,
    &TOLD,
    &INSERT_TOLD,
    &AGAIN,
    &BEGIN_AGAIN,
    &STEP_AGAIN,
];

/// Days of a site from `$2` to `$3` that do not count, by worker, month and verdict. `$4` = 1: all of the site; else the companies and
/// nodes of the viewer's branch, and what `$7` (a pattern with the viewer's company) says that it can mend.
pub(super) const OPEN_DAYS: Sql = Sql::new(
    "missing.open_days",
    "select h.worker_id, h.employer_id, h.node_id, h.work_day / 100 as month, j.verdict, count(*) as days
     from history h
     {{only sqlite}}join judgement j on{{end}}{{only postgres}}cross join lateral (select * from judgement j where{{end}}
         j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
         and j.work_day between $2 and $3 {{only postgres}}offset 0) j{{end}}
     where h.site_id = $1 and h.work_day between $2 and $3 and h.counts = 0 and h.attended = 1
       and ($4 = 1 or h.employer_id in (select r.id from {{rows $5: id text}} r) or h.node_id in (select r.id from {{rows $6: id text}} r)
            or j.verdict like $7)
     group by h.worker_id, h.employer_id, h.node_id, h.work_day / 100, j.verdict",
);

/// Days that count after they were judged again: what mending has brought. By employer and node, to be held against the scope.
pub(super) const MENDED_DAYS: Sql = Sql::new(
    "missing.mended_days",
    "select h.employer_id, h.node_id, count(*) as days from history h
     where h.site_id = $1 and h.work_day between $2 and $3 and h.counts = 1 and h.judgement > 1
     group by h.employer_id, h.node_id",
);

/// The days of some workers at a site that do not count, each with its verdict. The `+` keeps SQLite from reading the days of the
/// whole site for each worker.
pub(super) const DAYS_OF_WORKERS: Sql = Sql::new(
    "missing.days_of_workers",
    "select h.worker_id, h.work_day, h.employer_id, h.node_id, j.verdict
     from {{rows $1: worker_id text}} r
     {{only sqlite}}join history h on{{end}}{{only postgres}}cross join lateral (select * from history h where{{end}}
         h.worker_id = r.worker_id and {{only sqlite}}+{{end}}h.site_id = $2 and h.work_day between $3 and $4
         and h.counts = 0 and h.attended = 1 {{only postgres}}offset 0) h{{end}}
     {{only sqlite}}join judgement j on{{end}}{{only postgres}}cross join lateral (select * from judgement j where{{end}}
         j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
         and j.work_day between $3 and $4 {{only postgres}}offset 0) j{{end}}
     order by h.work_day",
);

/// Refused touches of a site since `$2` (Unix seconds) by kind: worker-days, and one of them for all.
pub(super) const REFUSED_KINDS: Sql = Sql::either(
    "missing.refused_kinds",
    "select min(x.refusal) as refusal, count(distinct x.worker_id || '/' || cast((x.at + 32400) / 86400 as text)) as days
     from refused_touch x where x.site_id = $1 and x.settled_at is null and x.at >= $2 group by x.code, x.refusal ->> '$.refusal', x.refusal ->> '$.looks_like'",
    "select min(x.refusal) as refusal, count(distinct x.worker_id || '/' || cast((x.at + 32400) / 86400 as text)) as days
     from refused_touch x where x.site_id = $1 and x.settled_at is null and x.at >= $2
     group by x.code, x.refusal::jsonb ->> 'refusal', x.refusal::jsonb ->> 'looks_like'",
);

/// Rows of a site's roster that would not count on day `$2`: no trade to the small class, one that the worker does not hold, no tie to
/// the company.
pub(super) const ROSTER_FAULTS: Sql = Sql::new(
    "missing.roster_faults",
    "select q.worker_id, q.node_id, q.company_id, q.trade, q.held, q.tied, q.employed from (
         select x.worker_id, x.node_id, n.company_id, x.trade,
                case when exists (select 1 from worker_trade t where t.worker_id = x.worker_id and t.trade = x.trade) then 1 else 0 end as held,
                case when exists (select 1 from employment e where e.worker_id = x.worker_id and e.company_id = n.company_id
                                  and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)) then 1 else 0 end as tied,
                case when exists (select 1 from employment e where e.worker_id = x.worker_id
                                  and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)) then 1 else 0 end as employed
         from node n join roster_row x on x.node_id = n.id
         where n.site_id = $1 and (x.to_day is null or x.to_day >= $2)) q
     where q.held = 0 or q.tied = 0",
);

/// Workers on a site's roster whose last card ends between `$3` and `$4`; `$2` is today.
pub(super) const CARDS_ENDING: Sql = Sql::new(
    "missing.cards_ending",
    "select x.worker_id, n.id as node_id, n.company_id, max(c.valid_until) as last
     from node n join roster_row x on x.node_id = n.id join card c on c.worker_id = x.worker_id
     where n.site_id = $1 and (x.to_day is null or x.to_day >= $2) and c.state <> 'dead'
     group by x.worker_id, n.id, n.company_id having max(c.valid_until) between $3 and $4",
);

/// Companies of a site's organisation whose registration ends between `$2` and `$3`.
pub(super) const COMPANIES_ENDING: Sql = Sql::new(
    "missing.companies_ending",
    "select distinct n.id as node_id, c.id, c.valid_until as last from node n join company c on c.id = n.company_id
     where n.site_id = $1 and n.status = 'approved' and c.valid_until between $2 and $3",
);

/// Worker-days of a site by employer and node, whether they count or not.
pub(super) const RECENT_DAYS: Sql = Sql::new(
    "missing.recent_days",
    "select h.employer_id, h.node_id, count(*) as days from history h
     where h.site_id = $1 and h.work_day between $2 and $3 and h.attended = 1
     group by h.employer_id, h.node_id",
);

/// Sites where a company stands, and whose period had not ended before day `$2`.
pub(super) const SITES_OF_COMPANY: Sql = Sql::new(
    "missing.sites_of_company",
    "select s.id, s.name, s.prime_id, c.name as prime_name, s.to_day,
            cast(sum(case when n.status = 'invited' then 1 else 0 end) as bigint) as invited
     from node n join site s on s.id = n.site_id join company c on c.id = s.prime_id
     where n.company_id = $1 and n.status in ('invited', 'approved') and s.to_day >= $2
     group by s.id, s.name, s.prime_id, c.name, s.to_day order by s.id",
);

/// Days of many sites that do not count, by site, month and verdict: of a site with `whole` = 1 all, of the others those of employer
/// `$4`, and what `$5` (a pattern with this company) says that it can mend.
pub(super) const OPEN_DAYS_OF_SITES: Sql = Sql::new(
    "missing.open_days_of_sites",
    "select h.site_id, h.work_day / 100 as month, j.verdict, count(*) as days
     from {{rows $1: site_id text, whole int}} r
     join history h on h.site_id = r.site_id and h.work_day between $2 and $3 and h.counts = 0
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where j.work_day between $2 and $3 and h.attended = 1
       and (r.whole = 1 or h.employer_id = $4 or j.verdict like $5)
     group by h.site_id, h.work_day / 100, j.verdict",
);

/// Worker-days of some sites.
pub(super) const RECENT_OF_SITES: Sql = Sql::new(
    "missing.recent_of_sites",
    "select h.site_id, count(*) as days from {{rows $1: site_id text}} r
     join history h on h.site_id = r.site_id and h.work_day between $2 and $3
     where h.attended = 1 group by h.site_id",
);

pub(super) const COMPANY_VALID: Sql = Sql::new("missing.company_valid", "select valid_until from company where id = $1");

pub(super) const NAMES: Sql = Sql::new(
    "missing.names",
    "select w.id, w.handle, w.name from worker w where w.id in (select r.id from {{rows $1: id text}} r)",
);

/// When something was last told, by what it is.
pub(super) const TOLD: Sql = Sql::new(
    "missing.told",
    "select about, max(day) as day from missing_told where site_id = $1 and day >= $2 group by about",
);

pub(super) const INSERT_TOLD: Sql = Sql::new(
    "missing.insert_told",
    "insert into missing_told (site_id, about, day, at, account_id, told) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
);

pub(super) const AGAIN: Sql = Sql::new(
    "missing.again",
    "select started_at, days, done, now_count, finished_at from judged_again where site_id = $1 and company_id = $2",
);

/// Begins, unless it is under way already (begun after `$5` and not finished).
pub(super) const BEGIN_AGAIN: Sql = Sql::new(
    "missing.begin_again",
    "insert into judged_again (site_id, company_id, started_at, days, done, now_count, finished_at, account_id)
     values ($1, $2, $3, 0, 0, 0, null, $4)
     on conflict (site_id, company_id) do update set started_at = excluded.started_at, days = 0, done = 0, now_count = 0, finished_at = null,
         account_id = excluded.account_id
     where judged_again.finished_at is not null or judged_again.started_at < $5",
);

pub(super) const STEP_AGAIN: Sql = Sql::new(
    "missing.step_again",
    "update judged_again set days = $3, done = $4, now_count = $5, finished_at = $6 where site_id = $1 and company_id = $2",
);
