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
    &NEWEST_NUMBER,
    &RECORD_BEFORE,
    &RECORD,
    &WORKER_BY_HANDLE,
    &WORKER_OF_SELF,
    &COMPANY_OF_SELF,
    &TERM_OF_COMPANY,
    &RUNNING_SITES,
    &STAKES_OF_COMPANY,
    &STAKES_OF_WORKER,
    &COMPANIES_OF,
    &PAID,
];

pub(super) const INSERT: Sql = Sql::new(
    "application.insert",
    "insert into application (id, number, purpose, state, state_since, account_id, proxy_company_id, subject_id, body, version, marks,
        corrections, fee_yen, created_at, name, name_kana, name_alphabet, phone, corporate_number, licence)
     values ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, 0, '[]', '[]', 0, $4, $9, $10, '', '', '', '')",
);

pub(super) const BY_ID: Sql = Sql::new(
    "application.by_id",
    "select id, number, purpose, state, state_since, account_id, proxy_company_id, subject_id, body, version, marks, corrections, reviewer_id,
        approved_by, fee_yen, paid_at, submitted_at, created_at,
        (select r.body from record r where r.subject_id = application.subject_id order by r.number desc limit 1) recorded
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
     where account_id = $1 or proxy_company_id = $2 or (subject_id = $2 and purpose in ('company_change', 'company_renewal', 'company_withdrawal'))
     order by case when state in ('registered', 'rejected', 'withdrawn') then 1 else 0 end, created_at desc, id limit $3 offset $4",
);

/// A draft of the account that nothing was written in yet.
pub(super) const DRAFT_OF: Sql = Sql::new(
    "application.draft_of",
    "select id from application where account_id = $1 and purpose = $2 and state = 'draft' and version = 0 order by created_at desc limit 1",
);

/// An application about a company or a worker that is not over. Two may file for the same worker, each his own.
pub(super) const OPEN_OF: Sql = Sql::new(
    "application.open_of",
    "select id from application where subject_id = $1 and purpose = $2 and state not in ('registered', 'rejected', 'withdrawn')
       and (purpose not in ('worker_change', 'worker_death', 'level_evaluation') or account_id = $3) order by created_at limit 1",
);

pub(super) const NEWEST_RECORD: Sql = Sql::new(
    "application.newest_record",
    "select body from record where subject_id = $1 order by number desc limit 1",
);

pub(super) const NEWEST_NUMBER: Sql = Sql::new(
    "application.newest_number",
    "select number from record where subject_id = $1 order by number desc limit 1",
);

pub(super) const RECORD_BEFORE: Sql = Sql::new(
    "application.record_before",
    "select body from record where subject_id = $1 and number < $2 order by number desc limit 1",
);

pub(super) const RECORD: Sql = Sql::new(
    "application.record",
    "insert into record (subject_id, number, at, application_id, account_id, body)
     select $1, coalesce(max(r.number), 0) + 1, $2, $3, $4, $5 from record r where r.subject_id = $1",
);

/// A worker whom others file something for; `tied`: company `$2` employs him on day `$3`.
pub(super) const WORKER_BY_HANDLE: Sql = Sql::new(
    "application.worker_by_handle",
    "select w.id, w.handle, w.name, w.name_kana, w.email, w.language, w.ended_on,
            case when exists (select 1 from employment e where e.worker_id = w.id and e.company_id = $2 and e.from_day <= $3
                              and (e.to_day is null or e.to_day >= $3)) then 1 else 0 end as tied
     from worker w where w.handle = $1",
);

pub(super) const WORKER_OF_SELF: Sql = Sql::new(
    "application.worker_of_self",
    "select w.id, w.handle, w.name, w.name_kana, w.email, w.language, w.ended_on, 1 as tied from worker w where w.id = $1",
);

pub(super) const COMPANY_OF_SELF: Sql = Sql::new(
    "application.company_of_self",
    "select c.id, '' as handle, c.name, c.name_kana, c.email, 'ja' as language, c.ended_on, 1 as tied from company c where c.id = $1",
);

pub(super) const TERM_OF_COMPANY: Sql = Sql::new(
    "application.term_of_company",
    "select valid_until from company where id = $1 and valid_until is not null",
);

/// Sites of company `$1` as prime that run on day `$2` or later.
pub(super) const RUNNING_SITES: Sql = Sql::new(
    "application.running_sites",
    "select count(*) from site where prime_id = $1 and to_day >= $2 and deleted_at is null",
);

/// What a withdrawal of company `$1` touches on day `$2`: workers, places at running sites of others, open log-ins, unpaid yen.
pub(super) const STAKES_OF_COMPANY: Sql = Sql::new(
    "application.stakes_of_company",
    "select (select count(*) from employment e where e.company_id = $1 and (e.to_day is null or e.to_day > $2)) as people,
            (select count(*) from node n join site s on s.id = n.site_id
             where n.company_id = $1 and n.status in ('invited', 'approved') and (n.to_day is null or n.to_day >= $2)
               and s.to_day >= $2 and s.deleted_at is null) as places,
            (select count(*) from account a where a.company_id = $1 and a.closed_at is null) as log_ins,
            (select cast(coalesce(sum(i.total_yen), 0) as bigint) from invoice i
             where i.payer_kind = 'company' and i.payer_id = $1 and i.state = 'open') as unpaid",
);

/// The same for a worker.
pub(super) const STAKES_OF_WORKER: Sql = Sql::new(
    "application.stakes_of_worker",
    "select (select count(*) from employment e where e.worker_id = $1 and (e.to_day is null or e.to_day > $2)) as people,
            (select count(*) from roster_row x join site s on s.id = x.site_id
             where x.worker_id = $1 and s.to_day >= $2 and s.deleted_at is null and (x.to_day is null or x.to_day >= $2)) as places,
            (select count(*) from account a where a.worker_id = $1 and a.closed_at is null) as log_ins,
            (select cast(coalesce(sum(i.total_yen), 0) as bigint) from invoice i
             where i.payer_kind = 'worker' and i.payer_id = $1 and i.state = 'open') as unpaid",
);

pub(super) const COMPANIES_OF: Sql = Sql::new(
    "application.companies",
    "select c.id, c.name, c.state from company c where c.id in (select r.id from {{rows $1: id text}} r)",
);
