//! All SQL of this room. Only it writes `bulk` and `bulk_row`. The look for people known already reads `worker` and `application`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &INSERT,
    &LIST,
    &BY_ID,
    &CLAIM,
    &PROGRESS,
    &END,
    &ORDER,
    &ACCOUNT,
    &INSERT_ROW,
    &ROWS,
    &APPLIED,
    &DELETE_ROWS,
    &REGISTERED,
    &UNDER_WAY,
    &IN_WORK,
];

pub(super) const INSERT: Sql = Sql::new(
    "bulk.insert",
    "insert into bulk (id, company_id, account_id, created_at, state, file_name, sheet, bundle, total, done, lease_until, attempts, workers, yen, faults)
     values ($1, $2, $3, $4, 'checking', $5, $6, $7, 0, 0, 0, 0, 0, 0, '[]')",
);

pub(super) const LIST: Sql = Sql::new(
    "bulk.list",
    "select b.id, b.file_name, b.state, b.created_at, b.workers, a.name as who, count(*) over () as total_rows
     from bulk b join account a on a.id = b.account_id where b.company_id = $1 order by b.created_at desc, b.id limit $2 offset $3",
);

pub(super) const BY_ID: Sql = Sql::new(
    "bulk.by_id",
    "select id, company_id, account_id, created_at, state, file_name, sheet, bundle, total, done, attempts, workers, yen, faults from bulk where id = $1",
);

/// Files of a company that are worked on.
pub(super) const IN_WORK: Sql = Sql::new(
    "bulk.in_work",
    "select id from bulk where company_id = $1 and state in ('checking', 'applying') order by created_at limit 1",
);

/// Takes the oldest that nobody works on; two servers never take the same.
pub(super) const CLAIM: Sql = Sql::new(
    "bulk.claim",
    "update bulk set lease_until = $2, attempts = attempts + 1, done = 0
     where id = (select b.id from bulk b where b.state in ('checking', 'applying') and b.lease_until < $1 order by b.created_at, b.id limit 1)
       and lease_until < $1 and state in ('checking', 'applying')
     returning id",
);

/// How far it is; the one who works on it keeps it.
pub(super) const PROGRESS: Sql = Sql::new(
    "bulk.progress",
    "update bulk set total = $2, done = $3, lease_until = $4 where id = $1 and state in ('checking', 'applying')",
);

/// From the state it was in: what was discarded meanwhile stays so.
pub(super) const END: Sql = Sql::new(
    "bulk.end",
    "update bulk set state = $3, faults = $4, workers = $5, yen = $6, lease_until = 0 where id = $1 and state = $2",
);

pub(super) const ORDER: Sql = Sql::new(
    "bulk.order",
    "update bulk set state = $3, attempts = 0, lease_until = 0 where id = $1 and state = $2",
);

/// The account for which it is worked on, if it is still open.
pub(super) const ACCOUNT: Sql = Sql::new(
    "bulk.account",
    "select a.role, a.name, c.name as company_name from account a join company c on c.id = a.company_id where a.id = $1 and a.closed_at is null",
);

pub(super) const INSERT_ROW: Sql = Sql::new(
    "bulk.insert_row",
    "insert into bulk_row (bulk_id, row_number, name, fields, registered, yen) values ($1, $2, $3, $4, $5, $6)",
);

pub(super) const ROWS: Sql = Sql::new(
    "bulk.rows",
    "select r.row_number, r.name, r.fields, r.registered, r.yen, r.application_id, p.number as application_number
     from bulk_row r left join application p on p.id = r.application_id where r.bulk_id = $1 order by r.row_number",
);

pub(super) const APPLIED: Sql = Sql::new(
    "bulk.applied",
    "update bulk_row set application_id = $3, fields = '' where bulk_id = $1 and row_number = $2",
);

pub(super) const DELETE_ROWS: Sql = Sql::new("bulk.delete_rows", "delete from bulk_row where bulk_id = $1");

/// Of these, the rows that somebody registered fits.
pub(super) const REGISTERED: Sql = Sql::new(
    "bulk.registered",
    "select distinct r.row_number from {{rows $1: row_number int, name_kana text, birth_day int}} r
     join worker w on w.birth_day = r.birth_day and w.name_kana = r.name_kana",
);

/// Of these, the rows for which the company has an application under way, and its number.
pub(super) const UNDER_WAY: Sql = Sql::new(
    "bulk.under_way",
    "select r.row_number, min(a.number) as number from {{rows $1: row_number int, name_kana text, birth_day int}} r
     join application a on a.birth_day = r.birth_day and a.name_kana = r.name_kana
     where a.proxy_company_id = $2 and a.purpose = 'worker_new' and a.state not in ('registered', 'rejected', 'withdrawn')
     group by r.row_number",
);
