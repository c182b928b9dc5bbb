//! All SQL of this room. Only it writes `roster_row` and the tables of patterns, drafts and told expiries. Reading screens join `node`,
//! `site`, `worker`, `worker_trade`, `worker_facts`, `worker_qualification`, `card`, `employment` and `proxy_consent`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &ROSTER,
    &TRADES_ON_ROSTER,
    &COUNTS,
    &CANDIDATES,
    &UNCONSENTING,
    &LOCK_CANDIDATES,
    &LOCK_WORKER,
    &WORKER_OF_PRINCIPAL,
    &WORKERS_OF_PRINCIPALS,
    &TRADES,
    &QUALIFICATIONS,
    &FACTS,
    &ROWS_AT_SITE,
    &ROW,
    &ROWS_OF_NODE,
    &ROW_OF_WORKER,
    &STOP_ACCRUING,
    &INSERT_ROWS,
    &UPDATE_ROWS,
    &ROWS_BEYOND,
    &END_ROWS,
    &REOPEN_ROWS,
    &INSERT_DRAFT,
    &DRAFT,
    &DELETE_DRAFT,
    &DELETE_OLD_DRAFTS,
    &OTHER_PLACES,
    &PATTERNS,
    &INSERT_PATTERN,
    &UPDATE_PATTERN,
    &PATTERN_WORKERS,
    &PUT_PATTERN_WORKERS,
    &TAKE_PATTERN_WORKERS,
    &PATTERN_CANDIDATES,
    &PUT_FACTS,
    &DELETE_QUALIFICATIONS,
    &INSERT_QUALIFICATIONS,
    &EXPIRIES,
    &DUE,
    &INSERT_TOLD,
    &COMPANIES_TO_TELL,
];

/// The roster of the nodes in `$2`, in the order given there; `$4` is a pattern for names, `$5` for kana, and for IDs only where
/// `place_keeps` says so. `$3` is today; `$6` a trade or ''; `$7` what rows must lack, or ''; `$8` the day up to which something
/// runs out soon. First the keys of the page, then what it shows: no more is read of the others than the conditions need.
pub(super) const ROSTER: Sql = Sql::new(
    "roster.roster",
    "select k.id, k.node_id, k.total, x.worker_id, w.name, w.name_kana, w.birth_day, x.trade, x.position, x.work_content, x.from_day, x.to_day,
            x.accrues, x.hazard, x.hazard_other, x.checkups, x.checkup_other, x.qualifications, x.sent_day, x.induction_day, x.consent_day,
            f.residence_until, f.health, f.pension, f.employment, f.kentaikyo, f.chutaikyo, f.special_accident,
            (select min(q.until_day) from worker_qualification q where q.worker_id = x.worker_id) as qualification_until,
            (select max(c.valid_until) from card c where c.worker_id = x.worker_id and c.state in ('ordered', 'printed')) as card_until,
            case when exists (select 1 from employment e where e.worker_id = x.worker_id and e.company_id = n.company_id
                              and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3)) then 1 else 0 end as tied,
            case when exists (select 1 from worker_trade t where t.worker_id = x.worker_id and t.trade = x.trade) then 1 else 0 end as held
     from (select x.id, x.node_id, r.place, w.name_kana, count(*) over () as total
           from {{rows $2: node_id text, place int, keeps int}} r
           join roster_row x on x.node_id = r.node_id join worker w on w.id = x.worker_id
           where x.site_id = $1
             and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
                  or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\'
                  or (r.keeps = 1 and w.id like $5 escape '\\'))
             and ($6 = '' or x.trade = $6)
             and ($7 = '' or x.to_day is null or x.to_day >= $3)
             and case $7
                 when '' then 1
                 when 'approval' then 1
                 when 'trade' then case when x.trade is null or x.trade not like '%-%' then 1 else 0 end
                 when 'trade-not-held' then case when x.trade like '%-%' and not exists
                      (select 1 from worker_trade t where t.worker_id = x.worker_id and t.trade = x.trade) then 1 else 0 end
                 when 'tie' then case when not exists (select 1 from employment e join node n on n.company_id = e.company_id
                      where n.id = x.node_id and e.worker_id = x.worker_id and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3)) then 1 else 0 end
                 when 'expiry' then case when exists (select 1 from worker_facts f where f.worker_id = x.worker_id and f.residence_until <= $8)
                      or exists (select 1 from worker_qualification q where q.worker_id = x.worker_id and q.until_day <= $8)
                      or (select max(c.valid_until) from card c where c.worker_id = x.worker_id and c.state in ('ordered', 'printed')) <= $8 then 1 else 0 end
                 when 'insurance' then case when exists (select 1 from worker_facts f where f.worker_id = x.worker_id
                      and f.health not in ('', 'none') and f.pension not in ('', 'none') and f.employment not in ('', 'none')) then 0 else 1 end
                 when 'education' then case when x.induction_day is null then 1 else 0 end
                 when 'consent' then case when x.consent_day is null then 1 else 0 end
                 else 0 end = 1
           order by r.place, w.name_kana, x.id limit $9 offset $10) k
     join roster_row x on x.id = k.id join node n on n.id = x.node_id join worker w on w.id = x.worker_id
     left join worker_facts f on f.worker_id = x.worker_id
     order by k.place, k.name_kana, k.id",
);

/// The trades that stand on the roster of these nodes.
pub(super) const TRADES_ON_ROSTER: Sql = Sql::new(
    "roster.trades_on_roster",
    "select distinct x.trade from {{rows $2: node_id text}} r join roster_row x on x.node_id = r.node_id
     where x.site_id = $1 and x.trade is not null order by x.trade",
);

/// How many stand on the roster of each node on day `$2` or later.
pub(super) const COUNTS: Sql = Sql::new(
    "roster.counts",
    "select node_id, count(*) as workers from roster_row where site_id = $1 and (to_day is null or to_day >= $2) group by node_id",
);

/// Workers tied to company `$1` on day `$3` who do not stand at node `$2` yet; the one with handle `$6` first. `$9`: the agreement by
/// which a proxy asks, then only those who consent; '' for the company itself.
pub(super) const CANDIDATES: Sql = Sql::new(
    "roster.candidates",
    "select w.id, w.handle, w.name, w.name_kana, count(*) over () as total
     from worker w
     where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and (w.ended_on is null or w.ended_on >= $3)
       and ($9 = '' or exists (select 1 from proxy_consent p where p.agreement_id = $9 and p.worker_id = w.id and p.consents = 1))
       and not exists (select 1 from roster_row x where x.node_id = $2 and x.worker_id = w.id)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\' or w.id like $5 escape '\\')
     order by case when w.handle = $6 then 0 else 1 end, w.name_kana, w.id limit $7 offset $8",
);

/// How many workers of company `$1` on day `$2` do not consent to agreement `$3` (or have not answered).
pub(super) const UNCONSENTING: Sql = Sql::new(
    "roster.unconsenting",
    "select count(*) from worker w
     where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))
       and (w.ended_on is null or w.ended_on >= $2)
       and not exists (select 1 from proxy_consent p where p.agreement_id = $3 and p.worker_id = w.id and p.consents = 1)",
);

/// Of the workers with these handles or IDs, those tied to company `$2` on day `$3` (and, for a proxy, consenting to agreement `$4`);
/// held until the end of the transaction, as intake holds them, so that nobody judges a day while the roster changes under it.
pub(super) const LOCK_CANDIDATES: Sql = Sql::either(
    "roster.lock_candidates",
    "select w.id, w.handle, w.name from worker w
     where (w.handle in (select r.named from {{rows $1: named text}} r) or w.id in (select r.named from {{rows $1: named text}} r))
       and w.id in (select e.worker_id from employment e where e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and ($4 = '' or exists (select 1 from proxy_consent p where p.agreement_id = $4 and p.worker_id = w.id and p.consents = 1))
       and (w.ended_on is null or w.ended_on >= $3)",
    "select w.id, w.handle, w.name from worker w
     where w.id in (select v.id from worker v join {{rows $1: named text}} r on v.handle = r.named
                    union select v.id from worker v join {{rows $1: named text}} r on v.id = r.named)
       and w.id in (select e.worker_id from employment e where e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3))
       and ($4 = '' or exists (select 1 from proxy_consent p where p.agreement_id = $4 and p.worker_id = w.id and p.consents = 1))
       and (w.ended_on is null or w.ended_on >= $3)
     order by w.id for no key update of w",
);

/// 1 if worker `$1` is tied to company `$2` on day `$3` and consents to agreement `$4`.
pub(super) const WORKER_OF_PRINCIPAL: Sql = Sql::new(
    "roster.worker_of_principal",
    "select coalesce(max(case when p.consents = 1 then 1 else 0 end), 0) as consents from employment e
     left join proxy_consent p on p.agreement_id = $4 and p.worker_id = e.worker_id
     where e.worker_id = $1 and e.company_id = $2 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $3)",
);

/// Of workers, each with a company and an agreement, those who are tied to the company on day `$2` and consent.
pub(super) const WORKERS_OF_PRINCIPALS: Sql = Sql::new(
    "roster.workers_of_principals",
    "select r.worker_id, r.company_id from {{rows $1: worker_id text, company_id text, agreement_id text}} r join worker w on w.id = r.worker_id
     where (w.ended_on is null or w.ended_on >= $2)
       and exists (select 1 from proxy_consent p where p.agreement_id = r.agreement_id and p.worker_id = r.worker_id and p.consents = 1)
       and exists (select 1 from employment e where e.worker_id = r.worker_id and e.company_id = r.company_id
                   and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))",
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

/// Registered qualifications of workers, in the order of the registration.
pub(super) const QUALIFICATIONS: Sql = Sql::new(
    "roster.qualifications",
    "select q.worker_id, q.class, q.name, q.until_day from {{rows $1: worker_id text}} r join worker_qualification q on q.worker_id = r.worker_id
     order by q.worker_id, q.ordinal",
);

/// What rosters ask of a worker's registration.
pub(super) const FACTS: Sql = Sql::new(
    "roster.facts",
    "select f.residence_until, f.health, f.pension, f.employment, f.kentaikyo, f.chutaikyo, f.special_accident,
            (select max(c.valid_until) from card c where c.worker_id = f.worker_id and c.state in ('ordered', 'printed')) as card_until
     from worker_facts f where f.worker_id = $1",
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
    "select x.id, x.node_id, x.worker_id, w.handle, w.name, w.name_kana, x.trade, x.position, x.work_content, x.from_day, x.to_day, x.accrues, x.version,
            x.hazard, x.hazard_other, x.checkups, x.checkup_other, x.qualifications, x.sent_day, x.induction_day, x.consent_day
     from roster_row x join worker w on w.id = x.worker_id where x.id = $1 and x.site_id = $2",
);

/// Rows of one node; `$2` = 1: only those that have not ended before day `$3`.
pub(super) const ROWS_OF_NODE: Sql = Sql::new(
    "roster.rows_of_node",
    "select x.id, x.node_id, x.worker_id, w.handle, w.name, w.name_kana, x.trade, x.position, x.work_content, x.from_day, x.to_day, x.accrues, x.version,
            x.hazard, x.hazard_other, x.checkups, x.checkup_other, x.qualifications, x.sent_day, x.induction_day, x.consent_day
     from roster_row x join worker w on w.id = x.worker_id
     where x.node_id = $1 and ($2 = 0 or x.to_day is null or x.to_day >= $3) order by w.name_kana, x.id",
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
    "insert into roster_row (id, site_id, node_id, worker_id, trade, position, work_content, from_day, to_day, accrues, hazard, hazard_other,
            checkups, checkup_other, qualifications, sent_day, induction_day, consent_day, created_at, version)
     select r.id, $2, $3, r.worker_id, r.trade, r.position, r.work_content, r.from_day, r.to_day, r.accrues, r.hazard, r.hazard_other,
            r.checkups, r.checkup_other, r.qualifications, r.sent_day, r.induction_day, r.consent_day, $4, r.version
     from {{rows $1: id text, worker_id text, version int, trade text, position text, work_content text, from_day int, to_day int, accrues int, hazard text, hazard_other text, checkups text, checkup_other text, qualifications text, sent_day int, induction_day int, consent_day int}} r",
);

/// Changes rows, each only if nobody else has meanwhile.
pub(super) const UPDATE_ROWS: Sql = Sql::new(
    "roster.update_rows",
    "update roster_row set trade = r.trade, position = r.position, work_content = r.work_content, from_day = r.from_day, to_day = r.to_day,
            accrues = r.accrues, hazard = r.hazard, hazard_other = r.hazard_other, checkups = r.checkups, checkup_other = r.checkup_other,
            qualifications = r.qualifications, sent_day = r.sent_day, induction_day = r.induction_day, consent_day = r.consent_day,
            version = roster_row.version + 1
     from {{rows $1: id text, worker_id text, version int, trade text, position text, work_content text, from_day int, to_day int, accrues int, hazard text, hazard_other text, checkups text, checkup_other text, qualifications text, sent_day int, induction_day int, consent_day int}} r
     where roster_row.id = r.id and roster_row.version = r.version",
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

pub(super) const INSERT_DRAFT: Sql = Sql::new(
    "roster.insert_draft",
    "insert into roster_draft (id, site_id, node_id, account_id, at, source, source_name, body) values ($1, $2, $3, $4, $5, $6, $7, $8)",
);

/// A draft of one's own.
pub(super) const DRAFT: Sql = Sql::new(
    "roster.draft",
    "select id, node_id, source, source_name, body from roster_draft where id = $1 and site_id = $2 and account_id = $3",
);

/// Thrown away by whoever made it: of two clicks at once, one finds nothing.
pub(super) const DELETE_DRAFT: Sql = Sql::new(
    "roster.delete_draft",
    "delete from roster_draft where id = $1 and account_id = $2",
);

pub(super) const DELETE_OLD_DRAFTS: Sql = Sql::new("roster.delete_old_drafts", "delete from roster_draft where at < $1");

/// Other places of company `$1` with people on their roster, the newest site first.
pub(super) const OTHER_PLACES: Sql = Sql::new(
    "roster.other_places",
    "select n.id, n.site_id, s.name as site_name, n.work_name, count(x.id) as workers
     from node n join site s on s.id = n.site_id join roster_row x on x.node_id = n.id and (x.to_day is null or x.to_day >= $3 or s.to_day < $3)
     where n.company_id = $1 and n.id <> $2 and n.status = 'approved'
     group by n.id, n.site_id, s.name, n.work_name, s.from_day order by s.from_day desc, n.id limit $4",
);

pub(super) const PATTERNS: Sql = Sql::new(
    "roster.patterns",
    "select p.id, p.name, p.created_at, p.version, (select count(*) from roster_pattern_worker w where w.pattern_id = p.id) as workers,
            count(*) over () as total
     from roster_pattern p where p.company_id = $1 and p.ended_at is null and ($2 = '' or p.id = $2) order by p.name, p.id limit $3 offset $4",
);

pub(super) const INSERT_PATTERN: Sql = Sql::new(
    "roster.insert_pattern",
    "insert into roster_pattern (id, company_id, name, created_at, account_id, version) values ($1, $2, $3, $4, $5, 1)",
);

/// Changes a pattern only if nobody else has meanwhile.
pub(super) const UPDATE_PATTERN: Sql = Sql::new(
    "roster.update_pattern",
    "update roster_pattern set name = $3, ended_at = $4, version = version + 1 where id = $1 and version = $2 and ended_at is null",
);

/// The workers of a pattern; tied: they belong to its company on day `$2`.
pub(super) const PATTERN_WORKERS: Sql = Sql::new(
    "roster.pattern_workers",
    "select w.id, w.handle, w.name, w.name_kana, x.body,
            case when exists (select 1 from employment e where e.worker_id = w.id and e.company_id = p.company_id
                              and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)) then 1 else 0 end as tied
     from roster_pattern_worker x join roster_pattern p on p.id = x.pattern_id join worker w on w.id = x.worker_id
     where x.pattern_id = $1 order by w.name_kana, w.id",
);

pub(super) const PUT_PATTERN_WORKERS: Sql = Sql::new(
    "roster.put_pattern_workers",
    "insert into roster_pattern_worker (pattern_id, worker_id, body) select $1, r.worker_id, r.body from {{rows $2: worker_id text, body text}} r where true
     on conflict (pattern_id, worker_id) do update set body = excluded.body",
);

pub(super) const TAKE_PATTERN_WORKERS: Sql = Sql::new(
    "roster.take_pattern_workers",
    "delete from roster_pattern_worker where pattern_id = $1 and worker_id in (select r.worker_id from {{rows $2: worker_id text}} r)",
);

/// Workers tied to company `$1` on day `$2` who are not in pattern `$3`, with their main trade.
pub(super) const PATTERN_CANDIDATES: Sql = Sql::new(
    "roster.pattern_candidates",
    "select w.id, w.handle, w.name, w.name_kana, (select t.trade from worker_trade t where t.worker_id = w.id and t.trade like '%-%' order by t.ordinal limit 1) as trade,
            count(*) over () as total
     from worker w
     where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))
       and (w.ended_on is null or w.ended_on >= $2)
       and not exists (select 1 from roster_pattern_worker x where x.pattern_id = $3 and x.worker_id = w.id)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\' or w.id like $5 escape '\\')
     order by w.name_kana, w.id limit $6 offset $7",
);

pub(super) const PUT_FACTS: Sql = Sql::new(
    "roster.put_facts",
    "insert into worker_facts (worker_id, residence_status, residence_until, health, pension, employment, kentaikyo, chutaikyo, special_accident)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (worker_id) do update set residence_status = excluded.residence_status, residence_until = excluded.residence_until,
            health = excluded.health, pension = excluded.pension, employment = excluded.employment, kentaikyo = excluded.kentaikyo,
            chutaikyo = excluded.chutaikyo, special_accident = excluded.special_accident",
);

pub(super) const DELETE_QUALIFICATIONS: Sql = Sql::new(
    "roster.delete_qualifications",
    "delete from worker_qualification where worker_id = $1",
);

pub(super) const INSERT_QUALIFICATIONS: Sql = Sql::new(
    "roster.insert_qualifications",
    "insert into worker_qualification (worker_id, ordinal, class, name, from_day, until_day)
     select $1, r.ordinal, r.class, r.name, r.from_day, r.until_day from {{rows $2: ordinal int, class text, name text, from_day int, until_day int}} r",
);

/// What runs out until day `$3` of the workers tied to company `$1` on day `$2`, what ends first first; not what ended before day `$6`.
pub(super) const EXPIRIES: Sql = Sql::new(
    "roster.expiries",
    "with people as (
       select w.id, w.name, w.name_kana from worker w
       where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))
         and (w.ended_on is null or w.ended_on >= $2))
     select x.worker_id, x.name, x.name_kana, x.kind, x.item, x.until_day, count(*) over () as total
     from (select p.id as worker_id, p.name, p.name_kana, 'residence' as kind, '' as item, f.residence_until as until_day
             from people p join worker_facts f on f.worker_id = p.id
           union all
           select p.id, p.name, p.name_kana, 'qualification', q.name, q.until_day from people p join worker_qualification q on q.worker_id = p.id
           union all
           select p.id, p.name, p.name_kana, 'card', '', max(c.valid_until) from people p join card c on c.worker_id = p.id
             where c.state in ('ordered', 'printed') group by p.id, p.name, p.name_kana) x
     where x.until_day <= $3 and x.until_day >= $6
     order by x.until_day, x.name_kana, x.worker_id, x.kind, x.item limit $4 offset $5",
);

/// What is to be told now and was not: things that end from day `$1` to day `$2`, in the stage `$3`. At most `$4`.
pub(super) const DUE: Sql = Sql::new(
    "roster.due",
    "select x.worker_id, x.kind, x.item, x.until_day
     from (select f.worker_id, 'residence' as kind, '' as item, f.residence_until as until_day from worker_facts f
             where f.residence_until >= $1 and f.residence_until <= $2
           union all
           select distinct q.worker_id, 'qualification', q.name, q.until_day from worker_qualification q where q.until_day >= $1 and q.until_day <= $2
           union all
           select c.worker_id, 'card', '', c.valid_until from card c where c.state in ('ordered', 'printed') and c.valid_until >= $1 and c.valid_until <= $2
             and not exists (select 1 from card d where d.worker_id = c.worker_id and d.state in ('ordered', 'printed') and d.valid_until > c.valid_until)) x
     join worker w on w.id = x.worker_id
     where (w.ended_on is null or w.ended_on >= $1)
       and not exists (select 1 from expiry_told t where t.worker_id = x.worker_id and t.kind = x.kind and t.item = x.item
                       and t.until_day = x.until_day and t.stage = $3)
     order by x.until_day, x.worker_id limit $4",
);

pub(super) const INSERT_TOLD: Sql = Sql::new(
    "roster.insert_told",
    "insert into expiry_told (worker_id, kind, item, until_day, stage, at)
     select r.worker_id, r.kind, r.item, r.until_day, $2, $3 from {{rows $1: worker_id text, kind text, item text, until_day int}} r where true
     on conflict (worker_id, kind, item, until_day, stage) do nothing",
);

/// Companies to which these workers belong on day `$2`, and how many of the things are theirs.
pub(super) const COMPANIES_TO_TELL: Sql = Sql::new(
    "roster.companies_to_tell",
    "select e.company_id, count(*) as things from {{rows $1: worker_id text}} r
     join (select distinct worker_id, company_id from employment where from_day <= $2 and (to_day is null or to_day >= $2)) e on e.worker_id = r.worker_id
     group by e.company_id order by e.company_id",
);
