//! All SQL of this room. Only it writes the tables `capability_…`; people, cards, sites and rosters belong to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &PEOPLE,
    &WORKS,
    &SECOND_TIER,
    &HOLD_COMPANY,
    &STATED,
    &STATE,
    &PUBLISHED,
    &END,
    &PUBLISH,
    &LIST,
    &ONE,
];

/// The people of company `$1` on day `$2` who have a trade of `$3`: how many, with a card, at level 3 or 4, born after `$4`, with a
/// certificate named `$5`, and the years they have been there, added up.
pub(super) const PEOPLE: Sql = Sql::new(
    "capability.people",
    "select count(*) as people,
            cast(coalesce(sum(case when exists (select 1 from card c where c.worker_id = p.id and c.state in ('ordered', 'printed')
                                                and c.valid_until >= $2) then 1 else 0 end), 0) as bigint) as cards,
            cast(coalesce(sum(case when p.level >= 3 then 1 else 0 end), 0) as bigint) as skilled,
            cast(coalesce(sum(case when p.birth_day > $4 then 1 else 0 end), 0) as bigint) as young,
            cast(coalesce(sum(case when exists (select 1 from worker_qualification q where q.worker_id = p.id and q.name = $5
                                                and (q.until_day is null or q.until_day >= $2)) then 1 else 0 end), 0) as bigint) as core,
            cast(coalesce(sum(($2 - p.from_day) / 10000), 0) as bigint) as years
     from (select w.id, w.level, w.birth_day, min(e.from_day) as from_day
           from employment e join worker w on w.id = e.worker_id
           where e.company_id = $1 and e.main = 1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)
             and (w.ended_on is null or w.ended_on >= $2)
             and exists (select 1 from worker_trade t where t.worker_id = w.id and t.trade in (select r.trade from {{rows $3: trade text}} r))
           group by w.id, w.level, w.birth_day) p",
);

/// Sites at which company `$1` stood in the approved organisation, that were under way between `$2` and `$3`.
pub(super) const WORKS: Sql = Sql::new(
    "capability.works",
    "select count(distinct s.id) from node n join site s on s.id = n.site_id
     where n.company_id = $1 and n.status = 'approved' and s.deleted_at is null and s.to_day >= $2 and s.from_day <= $3",
);

/// Workers whom its direct lower companies have on the rosters of these sites.
pub(super) const SECOND_TIER: Sql = Sql::new(
    "capability.second_tier",
    "select count(distinct x.worker_id) from node n join site s on s.id = n.site_id
     join node l on l.parent_id = n.id and l.status = 'approved' join roster_row x on x.node_id = l.id
     where n.company_id = $1 and n.status = 'approved' and s.deleted_at is null and s.to_day >= $2 and s.from_day <= $3",
);

/// Two who state or publish at once take their turns.
pub(super) const HOLD_COMPANY: Sql = Sql::new(
    "capability.hold_company",
    "select c.id from company c where c.id = $1 {{only postgres}}for no key update{{end}}",
);

pub(super) const STATED: Sql = Sql::new(
    "capability.stated",
    "select figures, at from capability_statement where company_id = $1 and field = $2 order by number desc limit 1",
);

pub(super) const STATE: Sql = Sql::new(
    "capability.state",
    "insert into capability_statement (company_id, field, number, at, account_id, figures)
     select $1, $2, coalesce(max(x.number), 0) + 1, $3, $4, $5 from capability_statement x where x.company_id = $1 and x.field = $2",
);

/// The publication in force on day `$3`.
pub(super) const PUBLISHED: Sql = Sql::new(
    "capability.published",
    "select on_day, until_day, basic, capability, compliance, figures from capability_publication
     where company_id = $1 and field = $2 and ended_at is null and until_day >= $3 order by number desc limit 1",
);

pub(super) const END: Sql = Sql::new(
    "capability.end",
    "update capability_publication set ended_at = $3 where company_id = $1 and field = $2 and ended_at is null",
);

pub(super) const PUBLISH: Sql = Sql::new(
    "capability.publish",
    "insert into capability_publication (company_id, field, number, at, account_id, on_day, until_day, basic, capability, compliance, confirmed, figures)
     select $1, $2, coalesce(max(x.number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
     from capability_publication x where x.company_id = $1 and x.field = $2",
);

/// What is published on day `$1` by companies that are registered: of field `$2` (empty: of all), found by `$3` (name) or `$4` (kana, ID).
pub(super) const LIST: Sql = Sql::new(
    "capability.list",
    "select p.company_id, c.name, c.prefecture, p.field, p.basic, p.capability, p.compliance, p.on_day, count(*) over () as total
     from capability_publication p join company c on c.id = p.company_id
     where p.ended_at is null and p.until_day >= $1 and c.state in ('registered', 'suspended')
       and ($2 = '' or p.field = $2) and (replace(replace(lower(c.name), ' ', ''), '　', '') like $3 escape '\\'
            or replace(replace(c.name_kana, ' ', ''), '　', '') like $4 escape '\\' or c.id like $4 escape '\\')
     order by p.basic + p.capability + p.compliance desc, c.name_kana, p.company_id, p.field limit $5 offset $6",
);

pub(super) const ONE: Sql = Sql::new(
    "capability.one",
    "select c.name, c.prefecture, p.on_day, p.until_day, p.confirmed, p.figures, p.basic, p.capability, p.compliance
     from capability_publication p join company c on c.id = p.company_id
     where p.company_id = $1 and p.field = $2 and p.ended_at is null and p.until_day >= $3 and c.state in ('registered', 'suspended')
     order by p.number desc limit 1",
);
