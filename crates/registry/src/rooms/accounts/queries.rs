//! SQL of the room.

use store::Sql;

/// What every page about one's own account asks.
pub(super) const ALL: &[&Sql] = &[
    &INSERT,
    &GIVE_SITE,
    &LANGUAGE_OF_WORKER,
    &KEPT,
    &SET_PASSWORD,
    &SET_SECRETS,
    &CLEAR_KNOWN,
    &TAKEN,
    &OWN,
    &FORGOTTEN,
    &HOLD,
];

pub(super) const INSERT: Sql = Sql::new(
    "accounts.insert",
    "insert into account (id, sign_in_id, role, company_id, worker_id, name, password_hash, created_at, email, language, code_hash, must_change, tier_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
);
pub(super) const GIVE_SITE: Sql = Sql::new(
    "accounts.give_site",
    "insert into account_site (account_id, site_id) values ($1, $2) on conflict do nothing",
);
/// The language a worker is registered with.
pub(super) const LANGUAGE_OF_WORKER: Sql = Sql::new(
    "accounts.language_of_worker",
    "select w.language from account a join worker w on w.id = a.worker_id where a.id = $1",
);
pub(super) const KEPT: Sql = Sql::new(
    "accounts.kept",
    "select id, sign_in_id, name, role, email, language, password_hash, code_hash from account where id = $1 and closed_at is null",
);
pub(super) const SET_PASSWORD: Sql = Sql::new(
    "accounts.set_password",
    "update account set password_hash = $2, must_change = 0 where id = $1",
);
pub(super) const SET_SECRETS: Sql = Sql::new(
    "accounts.set_secrets",
    "update account set password_hash = $2, code_hash = $3, must_change = 1 where id = $1 and closed_at is null",
);
pub(super) const CLEAR_KNOWN: Sql = Sql::new(
    "accounts.clear_known_address",
    "update account set known_address = null where id = $1",
);
pub(super) const TAKEN: Sql = Sql::new("accounts.taken", "select 1 from account where sign_in_id = $1");
pub(super) const OWN: Sql = Sql::new("accounts.own", "select sign_in_id, email from account where id = $1");
pub(super) const FORGOTTEN: Sql = Sql::new(
    "accounts.forgotten",
    "select id, name, email, language from account where sign_in_id = $1 and closed_at is null",
);
/// Changes nothing; on PostgreSQL it makes others wait who want to sign in to the same account.
pub(super) const HOLD: Sql = Sql::new("accounts.hold", "update account set name = name where id = $1");
