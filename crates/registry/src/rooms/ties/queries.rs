//! SQL of confirming and ending. Only this room ends an `employment` and writes `tie_end`. Its pages join `worker`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &LIST,
    &CONFIRM,
    &NAMED,
    &LOCK_WORKER,
    &HOLD_WORKER,
    &OPEN_TIES,
    &TIES_OF_COMPANY,
    &SHORTEN_TIE,
    &END_OF_MOVE,
    &TIE,
    &INSERT_END,
    &ENDED_SINCE,
    &OPEN_END,
    &REOPEN_TIE,
    &TAKEN_BACK,
];

/// Workers tied to company `$1` on day `$2` or later; `$3` is a pattern for names, `$4` for kana and IDs; `$5` = 1: only those the
/// company has not confirmed.
pub(super) const LIST: Sql = Sql::new(
    "ties.list",
    "select w.id, w.handle, w.name, w.name_kana, e.from_day, e.to_day, e.main, e.confirmed_at, count(*) over () as total,
            cast(sum(case when e.confirmed_at is null then 1 else 0 end) over () as bigint) as unconfirmed
     from employment e join worker w on w.id = e.worker_id
     where e.company_id = $1 and (e.to_day is null or e.to_day >= $2) and ($5 = 0 or e.confirmed_at is null)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $3 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $4 escape '\\' or w.id like $4 escape '\\')
     order by w.name_kana, w.id, e.from_day limit $6 offset $7",
);

/// Of the workers with these handles, those tied to company `$2` on day `$3` or later.
pub(super) const NAMED: Sql = Sql::new(
    "ties.named",
    "select w.id from {{rows $1: handle text}} r join worker w on w.handle = r.handle
     where exists (select 1 from employment e where e.worker_id = w.id and e.company_id = $2 and (e.to_day is null or e.to_day >= $3))",
);

pub(super) const CONFIRM: Sql = Sql::new(
    "ties.confirm",
    "update employment set confirmed_at = $4, confirmed_by = $5 where company_id = $2 and (to_day is null or to_day >= $3)
       and worker_id in (select r.id from {{rows $1: id text}} r)",
);

/// Holds a worker until the end of the transaction, as intake and rosters do. (SQLite has one writer.)
pub(super) const LOCK_WORKER: Sql = Sql::either(
    "ties.lock_worker",
    "select id from worker where handle = $1",
    "select id from worker where handle = $1 for no key update",
);

/// The same by ID, with what others are told of him.
pub(super) const HOLD_WORKER: Sql = Sql::either(
    "ties.hold_worker",
    "select name, language from worker where id = $1",
    "select name, language from worker where id = $1 for no key update",
);

/// Ties of worker `$1` that go on beyond day `$2`.
pub(super) const OPEN_TIES: Sql = Sql::new(
    "ties.open_ties",
    "select e.worker_id, e.company_id, e.from_day, c.name from employment e join company c on c.id = e.company_id
     where e.worker_id = $1 and (e.to_day is null or e.to_day > $2) order by e.main desc, e.from_day desc, e.company_id",
);

/// Ties to company `$1` that go on beyond day `$2`.
pub(super) const TIES_OF_COMPANY: Sql = Sql::new(
    "ties.ties_of_company",
    "select e.worker_id, e.company_id, e.from_day, c.name from employment e join company c on c.id = e.company_id
     where e.company_id = $1 and (e.to_day is null or e.to_day > $2) order by e.worker_id, e.from_day",
);

/// Ends a tie that goes on beyond day `$4`, or was to begin after it: then no day is left of it.
pub(super) const SHORTEN_TIE: Sql = Sql::new(
    "ties.shorten_tie",
    "update employment set to_day = $4 where worker_id = $1 and company_id = $2 and from_day = $3 and (to_day is null or to_day > $4)",
);

/// The end that belongs to a move.
pub(super) const END_OF_MOVE: Sql = Sql::new(
    "ties.end_of_move",
    "select id, company_id, from_day, last_day, at, roster_rows, record_number from tie_end where move_id = $1 and taken_back_at is null",
);

/// The open tie of the worker with handle `$1` to company `$2`.
pub(super) const TIE: Sql = Sql::new(
    "ties.tie",
    "select w.id, w.handle, w.name, w.name_kana, e.from_day from worker w join employment e on e.worker_id = w.id
     where w.handle = $1 and e.company_id = $2 and e.to_day is null order by e.from_day desc",
);

pub(super) const INSERT_END: Sql = Sql::new(
    "ties.insert_end",
    "insert into tie_end (id, worker_id, company_id, from_day, last_day, at, account_id, roster_rows, record_number, cause, move_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

/// Ends that company `$1` entered since `$2` and has not taken back.
pub(super) const ENDED_SINCE: Sql = Sql::new(
    "ties.ended_since",
    "select w.id, w.handle, w.name, t.last_day from tie_end t join worker w on w.id = t.worker_id
     where t.company_id = $1 and t.at >= $2 and t.taken_back_at is null and t.cause = 'employer' order by t.at desc, t.id",
);

/// The newest end of the tie of worker `$1` and company `$2` that was not taken back; one that the worker told himself is not the
/// company's to take back.
pub(super) const OPEN_END: Sql = Sql::new(
    "ties.open_end",
    "select id, company_id, from_day, last_day, at, roster_rows, record_number from tie_end
     where worker_id = $1 and company_id = $2 and taken_back_at is null and cause = 'employer' order by at desc, id desc",
);

pub(super) const REOPEN_TIE: Sql = Sql::new(
    "ties.reopen_tie",
    "update employment set to_day = null where worker_id = $1 and company_id = $2 and from_day = $3 and to_day = $4",
);

pub(super) const TAKEN_BACK: Sql = Sql::new(
    "ties.taken_back",
    "update tie_end set taken_back_at = $2, taken_back_by = $3 where id = $1 and taken_back_at is null",
);
