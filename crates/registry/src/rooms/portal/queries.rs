//! All SQL of this room. It reads only: `history`, `employment`, `site`, `company` and `worker` belong to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &OWN_PEOPLE,
    &OWN_SITES,
    &FIGURES,
    &COMPANY,
    &WORKER,
    &EMPLOYERS,
    &TRADES,
    &LAST_DAYS,
    &DAYS_OF_MONTH,
    &OPERATOR,
];

/// Where company `$1` has people at work, on the work days `$2` to `$3` (yesterday and today: a site's day may begin later than
/// midnight). Its own people first, so that no more than their days are read.
pub(super) const OWN_PEOPLE: Sql = Sql::new(
    "portal.own_people",
    "select s.id, s.name, c.name as prime_name, s.day_boundary, h.work_day, count(*) as people,
            cast(sum(h.counts) as bigint) as counting
     from history h join site s on s.id = h.site_id join company c on c.id = s.prime_id
     where h.worker_id in (select e.worker_id from employment e where e.company_id = $1 and (e.to_day is null or e.to_day >= $2))
       and h.work_day between $2 and $3 and h.employer_id = $1 and h.first_in is not null
     group by s.id, s.name, c.name, s.day_boundary, h.work_day order by s.name, s.id",
);

/// Sites that company `$1` registered and that are not over on day `$2`.
pub(super) const OWN_SITES: Sql = Sql::new(
    "portal.own_sites",
    "select s.id, s.name, s.from_day, s.to_day, s.day_boundary, count(*) over () as total
     from site s where s.prime_id = $1 and s.to_day >= $2 and s.deleted_at is null
       and ($3 = 0 or s.id in (select a.site_id from account_site a where a.account_id = $4))
     order by s.from_day desc, s.id limit $5",
);

/// How many came to each of these sites on its work day.
pub(super) const FIGURES: Sql = Sql::new(
    "portal.figures",
    "select r.site_id, count(*) as people, cast(sum(h.counts) as bigint) as counting
     from {{rows $1: site_id text, work_day int}} r
     join history h on h.site_id = r.site_id and h.work_day = r.work_day and h.work_day between $2 and $3
     where h.first_in is not null group by r.site_id",
);

pub(super) const COMPANY: Sql = Sql::new(
    "portal.company",
    "select name, name_kana, kind, phone, licence, corporate_number, prefecture, email, valid_until, state from company where id = $1",
);

pub(super) const WORKER: Sql = Sql::new(
    "portal.worker",
    "select name, name_kana, name_alphabet, handle, registration, level, ended_on, birth_day, phone, email from worker where id = $1",
);

pub(super) const EMPLOYERS: Sql = Sql::new(
    "portal.employers",
    "select c.name, e.main from employment e join company c on c.id = e.company_id
     where e.worker_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2) order by e.main desc, e.from_day",
);

pub(super) const TRADES: Sql = Sql::new(
    "portal.trades",
    "select trade from worker_trade where worker_id = $1 order by ordinal",
);

/// The worker's last days, not older than `$2`.
pub(super) const LAST_DAYS: Sql = Sql::new(
    "portal.last_days",
    "select h.work_day, h.site_id, s.name as site_name, h.first_in, h.last_out, h.counts
     from history h join site s on s.id = h.site_id
     where h.worker_id = $1 and h.work_day >= $2 and h.attended = 1
     order by h.work_day desc, h.first_in desc, h.site_id limit $3",
);

/// Different days that count, and histories that do not.
pub(super) const DAYS_OF_MONTH: Sql = Sql::new(
    "portal.days_of_month",
    "select count(distinct case when h.counts = 1 then h.work_day end) as counting,
            cast(coalesce(sum(1 - h.counts), 0) as bigint) as open
     from history h where h.worker_id = $1 and h.work_day between $2 and $3 and h.attended = 1",
);

/// Figures of the whole registry; sites under way on day `$1`.
pub(super) const OPERATOR: Sql = Sql::new(
    "portal.operator",
    "select (select count(*) from company) as companies, (select count(*) from worker) as workers,
            (select count(*) from site s where s.from_day <= $1 and s.to_day >= $1) as sites,
            (select count(*) from refused_touch x where x.settled_at is null) as refused",
);
