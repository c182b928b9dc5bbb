//! All SQL of this room. It reads only, and from many rooms: `company`, `worker`, `record`, `employment`, `card`, `site`, `node`,
//! `history`, `notice` and `look` belong to others.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &COMPANIES,
    &COMPANIES_AFTER,
    &WORKERS,
    &WORKERS_AFTER,
    &WORKERS_OF_COMPANY,
    &TRADES,
    &VERSIONS,
    &NEWEST,
    &TIES,
    &TIES_OF_COMPANY,
    &CARDS,
    &SITES,
    &HISTORIES_OF_SITE,
    &HISTORIES_OF_PEOPLE,
    &HISTORIES_OF_WORKER,
    &NOTICES,
    &LOOKS,
];

/// Companies by ID.
pub(super) const COMPANIES: Sql = Sql::new(
    "exchange.companies",
    "select c.id, c.name, c.name_kana, c.registered_at, c.kind, c.phone, c.licence, c.corporate_number, c.prefecture, c.email, c.valid_until, c.state
     from {{rows $1: id text}} r join company c on c.id = r.id order by c.id",
);

/// The next companies after `$1`, in the order of their IDs.
pub(super) const COMPANIES_AFTER: Sql = Sql::new(
    "exchange.companies_after",
    "select c.id from company c where c.id > $1 order by c.id limit $2",
);

/// Workers by ID.
pub(super) const WORKERS: Sql = Sql::new(
    "exchange.workers",
    "select w.id, w.name, w.name_kana, w.language, w.registration, w.registered_at, w.ended_on, w.level, w.birth_day, w.name_alphabet, w.phone, w.email
     from {{rows $1: id text}} r join worker w on w.id = r.id order by w.id",
);

/// The next workers after `$1`, in the order of their IDs.
pub(super) const WORKERS_AFTER: Sql = Sql::new(
    "exchange.workers_after",
    "select w.id from worker w where w.id > $1 order by w.id limit $2",
);

/// Workers tied to company `$1` on day `$2`.
pub(super) const WORKERS_OF_COMPANY: Sql = Sql::new(
    "exchange.workers_of_company",
    "select distinct e.worker_id as id from employment e
     where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2) order by e.worker_id",
);

pub(super) const TRADES: Sql = Sql::new(
    "exchange.trades",
    "select t.worker_id, t.trade from {{rows $1: id text}} r join worker_trade t on t.worker_id = r.id order by t.worker_id, t.ordinal",
);

/// All versions of these registrations.
pub(super) const VERSIONS: Sql = Sql::new(
    "exchange.versions",
    "select v.subject_id, v.number, v.at, v.body from {{rows $1: id text}} r join record v on v.subject_id = r.id order by v.subject_id, v.number",
);

/// The version in force of each.
pub(super) const NEWEST: Sql = Sql::new(
    "exchange.newest",
    "select v.subject_id, v.number, v.at, v.body from {{rows $1: id text}} r join record v on v.subject_id = r.id
     where not exists (select 1 from record n where n.subject_id = v.subject_id and n.number > v.number) order by v.subject_id",
);

pub(super) const TIES: Sql = Sql::new(
    "exchange.ties",
    "select e.worker_id, e.company_id, c.name as company_name, e.from_day, e.to_day, e.main, e.confirmed_at
     from {{rows $1: id text}} r join employment e on e.worker_id = r.id join company c on c.id = e.company_id
     order by e.worker_id, e.from_day, e.company_id",
);

/// Ties of company `$1` that hold on day `$2`.
pub(super) const TIES_OF_COMPANY: Sql = Sql::new(
    "exchange.ties_of_company",
    "select e.worker_id, e.company_id, c.name as company_name, e.from_day, e.to_day, e.main, e.confirmed_at
     from employment e join company c on c.id = e.company_id
     where e.company_id = $1 and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2) order by e.worker_id, e.from_day",
);

pub(super) const CARDS: Sql = Sql::new(
    "exchange.cards",
    "select worker_id, number, reason, state, issued_at, valid_until, level, ended_at, end_reason from card where worker_id = $1 order by number",
);

/// Sites of company `$1`, and those in whose organisation it stands.
pub(super) const SITES: Sql = Sql::new(
    "exchange.sites",
    "select s.id, s.name, s.address, s.orderer, s.from_day, s.to_day, s.day_boundary, s.prime_id, c.name as prime_name
     from site s join company c on c.id = s.prime_id
     where s.prime_id = $1 or s.id in (select n.site_id from node n where n.company_id = $1 and n.status = 'approved') order by s.from_day, s.id",
);

/// What a history is to be known by; the rest of the text says whose.
macro_rules! histories {
    ($name:literal, $of:literal) => {
        Sql::new(
            $name,
            concat!(
                "select h.worker_id, w.name as worker_name, h.work_day, h.site_id, s.name as site_name, h.first_in, h.last_out, h.counts,
                        h.employer_id, e.name as employer_name, h.node_id, h.trade, h.position, h.work_content
                 from history h join worker w on w.id = h.worker_id join site s on s.id = h.site_id left join company e on e.id = h.employer_id
                 where h.attended = 1 and h.work_day between $2 and $3 and ",
                $of,
                " order by h.work_day, h.worker_id, h.site_id"
            ),
        )
    };
}

pub(super) const HISTORIES_OF_SITE: Sql = histories!("exchange.histories_of_site", "h.site_id = $1");
/// Of the people that company `$1` ever had, the days for it: its own people first, so that no more than their days are read.
pub(super) const HISTORIES_OF_PEOPLE: Sql = histories!(
    "exchange.histories_of_people",
    "h.worker_id in (select t.worker_id from employment t where t.company_id = $1) and h.employer_id = $1"
);
pub(super) const HISTORIES_OF_WORKER: Sql = histories!("exchange.histories_of_worker", "h.worker_id = $1");

pub(super) const NOTICES: Sql = Sql::new(
    "exchange.notices",
    "select text_key, args, at, read_at from notice where whom = $1 order by id",
);

/// Who looked at worker `$1`: which company, not which person, as on his page.
pub(super) const LOOKS: Sql = Sql::new(
    "exchange.looks",
    "select l.look_day, l.what, c.name as company_name, min(l.first_at) as first_at, max(l.last_at) as last_at,
            cast(sum(l.times) as bigint) as times
     from look l left join company c on c.id = l.company_id where l.worker_id = $1
     group by l.look_day, l.what, l.company_id, c.name order by l.look_day, l.company_id, l.what",
);
