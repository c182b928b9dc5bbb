//! All SQL of this room. Only it writes `look` and `change_event`. Its pages join `worker`, `company` and `account`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &LOOK,
    &CHANGES,
    &LOOKS_AT_WORKER,
    &LOOKS_BY_WORKER,
    &LOOKS_BY_COMPANY,
    &CHANGES_BY_SUBJECT,
    &CHANGES_BY_COMPANY,
    &CHANGES_BY_ACCOUNT,
    &ACCOUNT,
];

/// Looks of account `$3` (company `$4`) at these workers on day `$2`. Those seen since `$7` are the same look: no row is touched
/// then, so nothing is written and the commit costs no sync.
pub(super) const LOOK: Sql = Sql::new(
    "audit.look",
    "insert into look (worker_id, look_day, account_id, what, company_id, first_at, last_at, times)
     select r.worker_id, $2, $3, $5, $4, $6, $6, 1 from {{rows $1: worker_id text}} r
     where not exists (select 1 from look l where l.worker_id = r.worker_id and l.look_day = $2 and l.account_id = $3 and l.what = $5
                       and l.last_at > $7)
     on conflict (worker_id, look_day, account_id, what) do update set last_at = excluded.last_at, times = look.times + 1",
);

pub(super) const CHANGES: Sql = Sql::new(
    "audit.changes",
    "insert into change_event (id, subject_id, at, account_id, company_id, what, details)
     select r.id, r.subject_id, $2, $3, $4, $5, $6 from {{rows $1: id text, subject_id text}} r",
);

/// Who looked at worker `$1` in a month, by company: the worker is told which company, not which person.
pub(super) const LOOKS_AT_WORKER: Sql = Sql::new(
    "audit.looks_at_worker",
    "select l.look_day, l.what, c.name as company_name, min(l.first_at) as first_at, max(l.last_at) as last_at,
            cast(sum(l.times) as bigint) as times, count(*) over () as total
     from look l left join company c on c.id = l.company_id
     where l.worker_id = $1 and l.look_day between $2 and $3
     group by l.look_day, l.what, l.company_id, c.name
     order by max(l.last_at) desc, l.company_id, l.what limit $4 offset $5",
);

/// What the auditor reads. `$1` worker, `$2` and `$3` days, `$4` company, `$5` account; an empty text asks for nothing. One text per
/// way in, so that each has its index.
macro_rules! looks {
    ($name:literal, $key:literal) => {
        Sql::new(
            $name,
            concat!(
                "select l.look_day, l.worker_id, w.name as worker_name, c.name as company_name, a.sign_in_id, a.name as account_name,
                        l.what, l.first_at, l.last_at, l.times, count(*) over () as total
                 from look l left join worker w on w.id = l.worker_id left join company c on c.id = l.company_id
                 left join account a on a.id = l.account_id
                 where l.look_day between $2 and $3 and ",
                $key,
                " and ($5 = '' or l.account_id = $5)
                 order by l.last_at desc, l.worker_id, l.account_id, l.what limit $6 offset $7"
            ),
        )
    };
}

pub(super) const LOOKS_BY_WORKER: Sql = looks!("audit.looks_by_worker", "l.worker_id = $1 and ($4 = '' or l.company_id = $4)");
/// Also of the operator's people, whose company is the empty text.
pub(super) const LOOKS_BY_COMPANY: Sql = looks!(
    "audit.looks_by_company",
    "l.company_id = $4 and ($1 = '' or l.worker_id = $1)"
);

/// As above; `$2` and `$3` are instants.
macro_rules! changes {
    ($name:literal, $key:literal) => {
        Sql::new(
            $name,
            concat!(
                "select e.at, e.subject_id, coalesce(w.name, s.name) as subject_name, c.name as company_name, a.sign_in_id,
                        a.name as account_name, e.what, e.details, count(*) over () as total
                 from change_event e left join worker w on w.id = e.subject_id left join company s on s.id = e.subject_id
                 left join company c on c.id = e.company_id left join account a on a.id = e.account_id
                 where e.at >= $2 and e.at < $3 and ",
                $key,
                " order by e.at desc, e.id limit $6 offset $7"
            ),
        )
    };
}

/// Changes of a worker.
pub(super) const CHANGES_BY_SUBJECT: Sql = changes!(
    "audit.changes_by_subject",
    "e.subject_id = $1 and ($4 = '' or e.company_id = $4) and ($5 = '' or e.account_id = $5)"
);
/// Changes of a company, and changes that its people made.
pub(super) const CHANGES_BY_COMPANY: Sql = changes!(
    "audit.changes_by_company",
    "(e.subject_id = $4 or e.company_id = $4) and ($1 = '' or e.subject_id = $1) and ($5 = '' or e.account_id = $5)"
);
/// Changes that one account made.
pub(super) const CHANGES_BY_ACCOUNT: Sql = changes!(
    "audit.changes_by_account",
    "e.account_id = $5 and ($1 = '' or e.subject_id = $1) and ($4 = '' or e.company_id = $4)"
);

pub(super) const ACCOUNT: Sql = Sql::new(
    "audit.account",
    "select id, coalesce(company_id, '') as company_id from account where sign_in_id = $1",
);
