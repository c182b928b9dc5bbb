//! SQL of the figures: groups, levels and how many people; no row is about one person.
//!
//! `$1` is a prime, whose sites' workers are counted, an orderer's account (those of the sites for which the prime agreed), or empty:
//! everybody. `$2` is today. `$3` = 1: the level of the card, otherwise the one
//! that the judge found, as a guide.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&BY_FIELD, &BY_TRADE, &BY_SITE, &BY_COMPANY, &BY_PREFECTURE, &BY_AGE];

/// The sites of the prime or the orderer. IDs of companies and keys of accounts cannot be mistaken for each other.
macro_rules! sites {
    () => {
        "(select x.id from site x where x.prime_id = $1
          union all select o.site_id from orderer_site o where o.account_id = $1 and o.ended_at is null)"
    };
}

/// Who is counted: with the first branch everybody is, with the second those on rosters of these sites today.
macro_rules! people {
    () => {
        concat!(
            "(select w.id, w.birth_day,
                 case when $3 = 1 then w.level
                      else coalesce((select max(s.guide) from level_standing s where s.worker_id = w.id), 1) end as level
          from worker w join (
              select x.id from worker x where $1 = ''
              union
              select r.worker_id from roster_row r join site t on t.id = r.site_id
              where t.id in ",
            sites!(),
            " and t.deleted_at is null and t.from_day <= $2 and t.to_day >= $2
                and (r.from_day is null or r.from_day <= $2) and (r.to_day is null or r.to_day >= $2)) c on c.id = w.id
          where w.ended_on is null or w.ended_on >= $2) p"
        )
    };
}

/// In every field that somebody is judged in, with his level in it.
pub(super) const BY_FIELD: Sql = Sql::new(
    "levels.by_field",
    concat!(
        "select f.field as key, '' as name, case when $3 = 1 then p.level else f.guide end as level, count(*) as people
         from ",
        people!(),
        " join level_standing f on f.worker_id = p.id
         group by f.field, case when $3 = 1 then p.level else f.guide end"
    ),
);

/// By the large class of the main trade.
pub(super) const BY_TRADE: Sql = Sql::new(
    "levels.by_trade",
    concat!(
        "select g.key, '' as name, g.level, count(*) as people from (
             select p.level, coalesce((select substr(t.trade, 1, 2) from worker_trade t where t.worker_id = p.id
                                       order by t.ordinal limit 1), '') as key
             from ",
        people!(),
        ") g group by g.key, g.level"
    ),
);

/// At the sites where they are on the roster today; somebody at two sites is counted at both.
pub(super) const BY_SITE: Sql = Sql::new(
    "levels.by_site",
    concat!(
        "select g.key, g.name, g.level, count(*) as people from (
             select distinct t.id as key, t.name, p.id, p.level
             from ",
        people!(),
        " join roster_row r on r.worker_id = p.id join site t on t.id = r.site_id
             where ($1 = '' or t.id in ",
        sites!(),
        ") and t.deleted_at is null and t.from_day <= $2 and t.to_day >= $2
               and (r.from_day is null or r.from_day <= $2) and (r.to_day is null or r.to_day >= $2)) g
         group by g.key, g.name, g.level"
    ),
);

/// By the main employer of today.
pub(super) const BY_COMPANY: Sql = Sql::new(
    "levels.by_company",
    concat!(
        "select c.id as key, c.name, p.level, count(*) as people
         from ",
        people!(),
        " join employment e on e.worker_id = p.id and e.main = 1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)
         join company c on c.id = e.company_id
         group by c.id, c.name, p.level"
    ),
);

/// By the prefecture of the main employer.
pub(super) const BY_PREFECTURE: Sql = Sql::new(
    "levels.by_prefecture",
    concat!(
        "select c.prefecture as key, '' as name, p.level, count(*) as people
         from ",
        people!(),
        " join employment e on e.worker_id = p.id and e.main = 1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)
         join company c on c.id = e.company_id
         group by c.prefecture, p.level"
    ),
);

/// By tens of years.
pub(super) const BY_AGE: Sql = Sql::new(
    "levels.by_age",
    concat!(
        "select g.key, '' as name, g.level, count(*) as people from (
             select p.level, coalesce(cast(($2 - p.birth_day) / 10000 / 10 * 10 as text), '') as key
             from ",
        people!(),
        ") g group by g.key, g.level"
    ),
);
