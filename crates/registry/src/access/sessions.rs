//! Sign-in and sessions.

use domain::access::Role;
use domain::master::{Policies, Policy};
use domain::{Clock, SiteId};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::{Sql, StoreError, Tx, values};

use super::Viewer;
use crate::rows::{id, opt_id, unreadable};

/// Texts of this room, prepared on both databases in a test.
pub(super) const SQL: &[&Sql] = &[
    &super::extract::READER,
    &ACCOUNT_BY_SIGN_IN,
    &COUNT_MISS,
    &CLEAR_MISSES,
    &INSERT_SESSION,
    &DELETE_SESSION,
    &DELETE_STALE,
    &VIEWER,
    &SITES,
];

const ACCOUNT_BY_SIGN_IN: Sql = Sql::new(
    "access.account_by_sign_in",
    "select id, password_hash, misses, locked_until from account where sign_in_id = $1",
);
const COUNT_MISS: Sql = Sql::new(
    "access.count_miss",
    "update account set misses = misses + 1, locked_until = case when misses + 1 >= $2 then $3 else locked_until end where id = $1",
);
const CLEAR_MISSES: Sql = Sql::new(
    "access.clear_misses",
    "update account set misses = 0, locked_until = null where id = $1 and misses > 0",
);
const INSERT_SESSION: Sql = Sql::new(
    "access.insert_session",
    "insert into session (token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)",
);
const DELETE_SESSION: Sql = Sql::new("access.delete_session", "delete from session where token_hash = $1");
const DELETE_STALE: Sql = Sql::new("access.delete_stale_sessions", "delete from session where expires_at <= $1");
const VIEWER: Sql = Sql::new(
    "access.viewer",
    "select a.id, a.name, a.role, a.company_id, c.name as company_name, a.worker_id, w.handle
     from session s join account a on a.id = s.account_id
     left join company c on c.id = a.company_id left join worker w on w.id = a.worker_id
     where s.token_hash = $1 and s.expires_at > $2",
);
const SITES: Sql = Sql::new(
    "access.sites_of_account",
    "select site_id from account_site where account_id = $1",
);

#[derive(FromQueryResult)]
struct AccountRow {
    id: String,
    password_hash: String,
    misses: i32,
    locked_until: Option<i64>,
}

#[derive(FromQueryResult)]
struct ViewerRow {
    id: String,
    name: String,
    role: String,
    company_id: Option<String>,
    company_name: Option<String>,
    worker_id: Option<String>,
    handle: Option<String>,
}

#[derive(FromQueryResult)]
struct SiteRow {
    site_id: String,
}

/// What came of a sign-in. Wrong name and wrong password are one answer, so that nobody learns which accounts exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Let in: the account.
    Welcome(String),
    /// Name or password do not fit.
    Wrong,
}

/// Hash under which a secret (session token, reader key) is stored. The secrets are random and long, so a fast hash is enough.
#[must_use]
pub fn key_hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The password hash of an account, to be checked outside of any transaction.
///
/// # Errors
/// If the database fails.
pub async fn stored_hash(tx: &Tx, name: &str) -> Result<Option<String>, StoreError> {
    let account: Option<AccountRow> = tx.one(&ACCOUNT_BY_SIGN_IN, values![typed(name)]).await?;
    Ok(account.map(|a| a.password_hash))
}

/// IDs are typed with spaces between the groups.
fn typed(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Lets somebody in whose password was checked (`fits`). After too many misses the account rests for a while; a right password
/// does not open it then either, and the answer is the same as for a wrong one (registry rule book R-SEC-1; figures from the
/// policy table).
///
/// # Errors
/// Only if the database fails.
pub async fn sign_in(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    name: &str,
    fits: bool,
) -> Result<SignInOutcome, StoreError> {
    let now = clock.now();
    let today = clock.today();
    let account: Option<AccountRow> = tx.one(&ACCOUNT_BY_SIGN_IN, values![typed(name)]).await?;
    let Some(account) = account else {
        return Ok(SignInOutcome::Wrong);
    };
    if account.locked_until.is_some_and(|until| until > now.as_millisecond()) {
        return Ok(SignInOutcome::Wrong);
    }
    // A rest that is over starts the count anew; so does a right password.
    if account.locked_until.is_some() || (fits && account.misses > 0) {
        tx.run(&CLEAR_MISSES, values![account.id.as_str()]).await?;
    }
    if fits {
        return Ok(SignInOutcome::Welcome(account.id));
    }
    let most = i32::try_from(policies.at(Policy::SignInMisses, today)).unwrap_or(i32::MAX);
    let until = now.as_millisecond() + policies.at(Policy::SignInLockMinutes, today) * 60_000;
    tx.run(&COUNT_MISS, values![account.id, most, until]).await?;
    Ok(SignInOutcome::Wrong)
}

/// Opens a session and gives its token, made of 32 bytes of chance and kept nowhere but in the cookie.
///
/// # Errors
/// If the database fails.
pub async fn open_session(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    account: &str,
    chance: &[u8; 32],
) -> Result<String, StoreError> {
    let token = hex::encode(chance);
    let now = clock.now();
    let expires = now.as_millisecond() + policies.at(Policy::SessionHours, clock.today()) * 3_600_000;
    tx.run(&DELETE_STALE, values![now.as_millisecond()]).await?;
    tx.run(
        &INSERT_SESSION,
        values![key_hash(&token), account, now.as_millisecond(), expires],
    )
    .await?;
    Ok(token)
}

/// Ends a session at once.
///
/// # Errors
/// If the database fails.
pub async fn close_session(tx: &Tx, token: &str) -> Result<(), StoreError> {
    tx.run(&DELETE_SESSION, values![key_hash(token)]).await.map(|_| ())
}

/// The person behind a session token, if the session is open.
///
/// # Errors
/// If the database fails or holds an account that cannot be read.
pub async fn viewer_of_token(tx: &Tx, clock: &dyn Clock, token: &str) -> Result<Option<Viewer>, StoreError> {
    let row: Option<ViewerRow> = tx
        .one(&VIEWER, values![key_hash(token), clock.now().as_millisecond()])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let role = Role::from_word(&row.role).ok_or_else(|| unreadable("account.role"))?;
    let company = opt_id(row.company_id, "account.company_id")?.zip(row.company_name);
    let worker = opt_id(row.worker_id, "account.worker_id")?.zip(row.handle);
    let sites = if role == Role::SiteManager {
        let rows: Vec<SiteRow> = tx.all(&SITES, values![row.id.as_str()]).await?;
        Some(
            rows.into_iter()
                .map(|r| id(&r.site_id, "account_site.site_id"))
                .collect::<Result<Vec<SiteId>, _>>()?,
        )
    } else {
        None
    };
    // The token itself never leaves the cookie: forms get a value derived from a hash of it.
    let secret = Sha256::digest(format!("form:{token}").as_bytes()).to_vec();
    Ok(Some(Viewer {
        account: row.id,
        name: row.name,
        role,
        company,
        worker,
        sites,
        secret,
    }))
}
