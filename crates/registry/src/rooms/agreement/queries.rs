//! All SQL of this room. Only it writes `agreement` and `proxy_consent`. Its pages join `company`, `worker` and `employment`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &PRINCIPALS,
    &PRINCIPALS_AMONG,
    &OF_COMPANY,
    &AGREED,
    &LIST,
    &ONE,
    &COMPANY_STATE,
    &OPEN,
    &INSERT,
    &CHANGE,
    &TIED,
    &CONSENTING,
    &FIGURES,
    &MINE,
    &CONSENT,
];

/// Companies that have agreed to `$1`. `$2` is a pattern for the name, `$3` for kana and ID.
pub(super) const PRINCIPALS: Sql = Sql::new(
    "agreement.principals",
    "select a.id, a.principal_id, c.name, c.name_kana, c.state, count(*) over () as total
     from agreement a join company c on c.id = a.principal_id
     where a.proxy_id = $1 and a.state = 'agreed'
       and (replace(replace(lower(c.name), ' ', ''), '　', '') like $2 escape '\\'
            or replace(replace(c.name_kana, ' ', ''), '　', '') like $3 escape '\\' or c.id like $3 escape '\\')
     order by c.name_kana, c.id limit $4 offset $5",
);

/// Of the companies in `$2` those that have agreed to `$1`.
pub(super) const PRINCIPALS_AMONG: Sql = Sql::new(
    "agreement.principals_among",
    "select a.id, a.principal_id, c.name, c.name_kana, c.state, cast(1 as bigint) as total
     from {{rows $2: id text}} r join agreement a on a.principal_id = r.id join company c on c.id = r.id
     where a.proxy_id = $1 and a.state = 'agreed'",
);

/// The agreements of a company that hold or wait, whichever side it is on.
pub(super) const OF_COMPANY: Sql = Sql::new(
    "agreement.of_company",
    "select a.id, a.proxy_id, a.principal_id, a.state, a.asked_at, a.answered_at, a.ended_at, a.ended_by,
            p.name as proxy_name, q.name as principal_name, cast(1 as bigint) as total
     from agreement a join company p on p.id = a.proxy_id join company q on q.id = a.principal_id
     where (a.proxy_id = $1 or a.principal_id = $1) and a.state in ('asked', 'agreed') order by a.id",
);

pub(super) const AGREED: Sql = Sql::new(
    "agreement.agreed",
    "select id from agreement where proxy_id = $1 and principal_id = $2 and state = 'agreed'",
);

/// Agreements of company `$1`, whichever side it is on: `$2` = 1 those that hold or wait (waiting for the company first), 0 those that
/// are over. `$3` is a pattern for the other's name, `$4` for its kana and ID.
pub(super) const LIST: Sql = Sql::new(
    "agreement.list",
    "select a.id, a.proxy_id, a.principal_id, a.state, a.asked_at, a.answered_at, a.ended_at, a.ended_by,
            p.name as proxy_name, q.name as principal_name, count(*) over () as total
     from agreement a join company p on p.id = a.proxy_id join company q on q.id = a.principal_id
     where (a.proxy_id = $1 or a.principal_id = $1) and case when a.state in ('asked', 'agreed') then 1 else 0 end = $2
       and (replace(replace(lower(case when a.proxy_id = $1 then q.name else p.name end), ' ', ''), '　', '') like $3 escape '\\'
            or replace(replace(case when a.proxy_id = $1 then q.name_kana else p.name_kana end, ' ', ''), '　', '') like $4 escape '\\'
            or case when a.proxy_id = $1 then q.id else p.id end like $4 escape '\\')
     order by case when a.state = 'asked' and a.principal_id = $1 then 0 when a.state = 'asked' then 1 else 2 end, a.asked_at desc, a.id
     limit $5 offset $6",
);

/// One, of a company that is in it.
pub(super) const ONE: Sql = Sql::new(
    "agreement.one",
    "select a.id, a.proxy_id, a.principal_id, a.state, a.asked_at, a.answered_at, a.ended_at, a.ended_by,
            p.name as proxy_name, q.name as principal_name, cast(1 as bigint) as total
     from agreement a join company p on p.id = a.proxy_id join company q on q.id = a.principal_id
     where a.id = $1 and (a.proxy_id = $2 or a.principal_id = $2)",
);

pub(super) const COMPANY_STATE: Sql = Sql::new("agreement.company_state", "select state from company where id = $1");

pub(super) const OPEN: Sql = Sql::new(
    "agreement.open",
    "select id from agreement where proxy_id = $1 and principal_id = $2 and state in ('asked', 'agreed')",
);

/// Asks, unless it is asked or agreed already: of two clicks at once, one writes nothing.
pub(super) const INSERT: Sql = Sql::new(
    "agreement.insert",
    "insert into agreement (id, proxy_id, principal_id, state, asked_at) values ($1, $2, $3, 'asked', $4)
     on conflict (proxy_id, principal_id) where state in ('asked', 'agreed') do nothing",
);

/// From one state to the next, if it is still in that state. `$4`: when; `$5`: the company that ends it, null for a yes.
pub(super) const CHANGE: Sql = Sql::new(
    "agreement.change",
    "update agreement set state = $3, answered_at = case when $2 = 'asked' then $4 else answered_at end,
            ended_at = case when cast($5 as text) is null then null else $4 end, ended_by = $5
     where id = $1 and state = $2",
);

/// Workers tied to company `$1` on day `$2`.
pub(super) const TIED: Sql = Sql::new(
    "agreement.tied",
    "select distinct e.worker_id as id from employment e join worker w on w.id = e.worker_id
     where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2) and (w.ended_on is null or w.ended_on >= $2)",
);

pub(super) const CONSENTING: Sql = Sql::new(
    "agreement.consenting",
    "select worker_id as id from proxy_consent where agreement_id = $1 and consents = 1",
);

/// How many belong to company `$2` on day `$3`, and what they say to agreement `$1`.
pub(super) const FIGURES: Sql = Sql::new(
    "agreement.figures",
    "select count(*) as people, cast(coalesce(sum(case when x.consents = 1 then 1 else 0 end), 0) as bigint) as yes,
            cast(coalesce(sum(case when x.consents = 0 then 1 else 0 end), 0) as bigint) as no
     from (select distinct e.worker_id from employment e join worker w on w.id = e.worker_id
           where e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3) and (w.ended_on is null or w.ended_on >= $3)) t
     left join proxy_consent x on x.worker_id = t.worker_id and x.agreement_id = $1",
);

/// The agreements that hold between companies of worker `$1` on day `$2` and others, and what he said; `$3`: one of them, or ''.
pub(super) const MINE: Sql = Sql::new(
    "agreement.mine",
    "select a.id, a.proxy_id, p.name as proxy_name, q.name as principal_name, a.answered_at, x.consents, x.at
     from agreement a join company p on p.id = a.proxy_id join company q on q.id = a.principal_id
     left join proxy_consent x on x.agreement_id = a.id and x.worker_id = $1
     where a.state = 'agreed' and ($3 = '' or a.id = $3)
       and a.principal_id in (select e.company_id from employment e where e.worker_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))
     order by case when x.at is null then 0 else 1 end, a.answered_at desc, a.id",
);

/// What he says now; the same again changes nothing.
pub(super) const CONSENT: Sql = Sql::new(
    "agreement.consent",
    "insert into proxy_consent (agreement_id, worker_id, consents, at) values ($1, $2, $3, $4)
     on conflict (agreement_id, worker_id) do update set consents = excluded.consents, at = excluded.at
     where proxy_consent.consents <> excluded.consents",
);
