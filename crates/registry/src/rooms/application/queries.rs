//! All SQL of the room.

use store::Sql;

pub(super) const ALL: &[&Sql] = &[
    &INSERT,
    &BY_ID,
    &SAVE,
    &MOVE,
    &EVENT,
    &EVENTS,
    &MINE,
    &DRAFT_OF,
    &OPEN_OF,
    &NEWEST_RECORD,
    &COMPANIES_OF,
    &PAID,
];

pub(super) const INSERT: Sql = Sql::new(
    "application.insert",
    "insert into application (id, number, purpose, state, state_since, account_id, proxy_company_id, subject_id, body, version, marks,
        corrections, fee_yen, created_at, name, name_kana, name_alphabet, phone, corporate_number, licence)
     values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, 0, '[]', '[]', 0, $4, '', '', '', '', '', '')",
);

pub(super) const BY_ID: Sql = Sql::new(
    "application.by_id",
    "select id, number, purpose, state, state_since, account_id, proxy_company_id, subject_id, body, version, marks, corrections, reviewer_id,
        approved_by, fee_yen, paid_at, submitted_at, created_at
     from application where id = $1",
);

/// Only on the version it was made from, and only while it may be written in.
pub(super) const SAVE: Sql = Sql::new(
    "application.save",
    "update application set body = $2, version = version + 1, marks = $4, name = $5, name_kana = $6, name_alphabet = $7, birth_day = $8,
        phone = $9, corporate_number = $10, licence = $11, corrections = $12
     where id = $1 and version = $3",
);

/// Only from the state and the version that were looked at: two who move it at once do not both succeed.
pub(super) const MOVE: Sql = Sql::new(
    "application.move",
    "update application set state = $4, state_since = $5, reviewer_id = $6, approved_by = $7, fee_yen = $8, submitted_at = $9,
        subject_id = $10, marks = $11, version = version + 1
     where id = $1 and state = $2 and version = $3",
);

pub(super) const PAID: Sql = Sql::new(
    "application.paid",
    "update application set paid_at = $2 where id = $1 and paid_at is null",
);

pub(super) const EVENT: Sql = Sql::new(
    "application.event",
    "insert into application_event (application_id, number, at, account_id, what, from_state, to_state, details)
     select $1, coalesce(max(e.number), 0) + 1, $2, $3, $4, $5, $6, $7 from application_event e where e.application_id = $1",
);

pub(super) const EVENTS: Sql = Sql::new(
    "application.events",
    "select e.at, e.what, e.from_state, e.to_state, e.details, coalesce(a.name, '') as who, coalesce(a.role, '') as role
     from application_event e left join account a on a.id = e.account_id
     where e.application_id = $1 order by e.number",
);

/// Of the account, or filed by the company as proxy (`$2`), or about the company (`$2`) itself.
pub(super) const MINE: Sql = Sql::new(
    "application.mine",
    "select id, number, purpose, state, state_since, name, created_at, count(*) over () as total
     from application
     where account_id = $1 or proxy_company_id = $2 or (subject_id = $2 and purpose = 'company_change')
     order by case when state in ('registered', 'rejected', 'withdrawn') then 1 else 0 end, created_at desc, id limit $3 offset $4",
);

/// A draft of the account that nothing was written in yet.
pub(super) const DRAFT_OF: Sql = Sql::new(
    "application.draft_of",
    "select id from application where account_id = $1 and purpose = $2 and state = 'draft' and version = 0 order by created_at desc limit 1",
);

/// An application about a company or a worker that is not over.
pub(super) const OPEN_OF: Sql = Sql::new(
    "application.open_of",
    "select id from application where subject_id = $1 and purpose = $2 and state not in ('registered', 'rejected', 'withdrawn') limit 1",
);

pub(super) const NEWEST_RECORD: Sql = Sql::new(
    "application.newest_record",
    "select body from record where subject_id = $1 order by number desc limit 1",
);

pub(super) const COMPANIES_OF: Sql = Sql::new(
    "application.companies",
    "select c.id, c.name from company c where c.id in (select r.id from {{rows $1: id text}} r)",
);
