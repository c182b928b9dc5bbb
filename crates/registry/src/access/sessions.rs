//! Sessions: opening, finding, listing, ending.

use domain::access::{CompanyState, Role};
use domain::master::{Policies, Policy};
use domain::{Clock, SiteId};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::{Sql, StoreError, Tx, values};

use super::{Origin, Viewer, throttle, tickets};
use crate::rows::{id, opt_id, unreadable};

/// Texts of this room, prepared on both databases in a test.
pub(super) const SQL: &[&Sql] = &[
    &INSERT_SESSION,
    &DELETE_SESSION,
    &DELETE_STALE,
    &VIEWER,
    &VIEWER_OF_ACCOUNT,
    &SITES,
    &SEEN,
    &OF_ACCOUNT,
    &END,
    &END_OTHERS,
    &END_ALL,
];

const INSERT_SESSION: Sql = Sql::new(
    "access.insert_session",
    "insert into session (token_hash, account_id, created_at, expires_at, id, device, address, last_seen_at)
     values ($1, $2, $3, $4, $5, $6, $7, $3)",
);
const DELETE_SESSION: Sql = Sql::new("access.delete_session", "delete from session where token_hash = $1");
const DELETE_STALE: Sql = Sql::new("access.delete_stale_sessions", "delete from session where expires_at <= $1");
const VIEWER: Sql = Sql::new(
    "access.viewer",
    "select a.id, a.name, a.role, a.company_id, c.name as company_name, c.state as company_state, a.worker_id, w.handle, a.must_change, a.tier_id,
            s.id as session_id, s.last_seen_at
     from session s join account a on a.id = s.account_id
     left join company c on c.id = a.company_id left join worker w on w.id = a.worker_id
     where s.token_hash = $1 and s.expires_at > $2 and a.closed_at is null",
);
/// The same without a session, in the same columns.
const VIEWER_OF_ACCOUNT: Sql = Sql::new(
    "access.viewer_of_account",
    "select a.id, a.name, a.role, a.company_id, c.name as company_name, c.state as company_state, a.worker_id, w.handle, a.must_change, a.tier_id,
            '' as session_id, cast(0 as bigint) as last_seen_at
     from account a left join company c on c.id = a.company_id left join worker w on w.id = a.worker_id
     where a.id = $1 and a.closed_at is null",
);
const SITES: Sql = Sql::new(
    "access.sites_of_account",
    "select site_id from account_site where account_id = $1",
);
const SEEN: Sql = Sql::new(
    "access.session_seen",
    "update session set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2",
);
const OF_ACCOUNT: Sql = Sql::new(
    "access.sessions_of_account",
    "select id, device, address, created_at, last_seen_at from session where account_id = $1 and expires_at > $2
     order by last_seen_at desc, id",
);
const END: Sql = Sql::new("access.end_session", "delete from session where account_id = $1 and id = $2");
const END_OTHERS: Sql = Sql::new(
    "access.end_other_sessions",
    "delete from session where account_id = $1 and id <> $2",
);
const END_ALL: Sql = Sql::new("access.end_sessions", "delete from session where account_id = $1");

/// A session is noted as in use at most this often.
const NOTED_EVERY_MS: i64 = 300_000;

#[derive(FromQueryResult)]
struct ViewerRow {
    id: String,
    name: String,
    role: String,
    company_id: Option<String>,
    company_name: Option<String>,
    company_state: Option<String>,
    worker_id: Option<String>,
    handle: Option<String>,
    must_change: i32,
    tier_id: Option<String>,
    session_id: String,
    last_seen_at: i64,
}

#[derive(FromQueryResult)]
struct SiteRow {
    site_id: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct SessionRow {
    /// Stands for it in addresses; opens nothing.
    pub id: String,
    /// Browser and system, empty if unknown.
    pub device: String,
    /// Address without its last part, empty if unknown.
    pub address: String,
    /// Since when, in Unix milliseconds.
    pub created_at: i64,
    /// Last use, in Unix milliseconds, to five minutes.
    pub last_seen_at: i64,
}

/// Hash under which a secret (session token, reader key) is stored. The secrets are random and long, so a fast hash is enough.
#[must_use]
pub fn key_hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
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
    origin: &Origin,
    chance: &[u8; 32],
) -> Result<String, StoreError> {
    let token = hex::encode(chance);
    let now = clock.now().as_millisecond();
    let expires = now + policies.at(Policy::SessionHours, clock.today()) * 3_600_000;
    // A name for it that tells nothing of the token.
    let name: String = key_hash(&format!("session: {token}")).chars().take(26).collect();
    let values = values![
        key_hash(&token),
        account,
        now,
        expires,
        name,
        origin.device.as_str(),
        origin.coarse()
    ];
    tx.run(&INSERT_SESSION, values).await?;
    Ok(token)
}

/// Ends a session at once.
///
/// # Errors
/// If the database fails.
pub async fn close_session(tx: &Tx, token: &str) -> Result<(), StoreError> {
    tx.run(&DELETE_SESSION, values![key_hash(token)]).await.map(|_| ())
}

/// The open sessions of an account, the one used last first.
///
/// # Errors
/// If the database fails.
pub async fn sessions(tx: &Tx, clock: &dyn Clock, account: &str) -> Result<Vec<SessionRow>, StoreError> {
    tx.all(&OF_ACCOUNT, values![account, clock.now().as_millisecond()]).await
}

/// Ends one session of an account, by its ID. Says whether there was one.
///
/// # Errors
/// If the database fails.
pub async fn end_session(tx: &Tx, account: &str, session: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&END, values![account, session]).await? > 0)
}

/// Ends all sessions of an account but one (or all, for `None`). Says how many.
///
/// # Errors
/// If the database fails.
pub async fn end_sessions(tx: &Tx, account: &str, but: Option<&str>) -> Result<u64, StoreError> {
    match but {
        Some(session) => tx.run(&END_OTHERS, values![account, session]).await,
        None => tx.run(&END_ALL, values![account]).await,
    }
}

/// Throws out sessions and tickets that have ended, and counts of misses that hold nobody back.
pub(crate) async fn tidy(tx: &Tx, clock: &dyn Clock) -> Result<u64, StoreError> {
    let now = clock.now().as_millisecond();
    let sessions = tx.run(&DELETE_STALE, values![now]).await?;
    Ok(sessions + tickets::purge(tx, now).await? + throttle::purge(tx, now).await?)
}

/// Notes that a session is in use.
pub(super) async fn seen(tx: &Tx, clock: &dyn Clock, token: &str) -> Result<(), StoreError> {
    tx.run(&SEEN, values![key_hash(token), clock.now().as_millisecond()])
        .await
        .map(|_| ())
}

/// The person behind a session token, if the session is open.
///
/// # Errors
/// If the database fails or holds an account that cannot be read.
pub async fn viewer_of_token(tx: &Tx, clock: &dyn Clock, token: &str) -> Result<Option<Viewer>, StoreError> {
    let now = clock.now().as_millisecond();
    let Some(row) = tx.one::<ViewerRow>(&VIEWER, values![key_hash(token), now]).await? else {
        return Ok(None);
    };
    let to_be_noted = now - row.last_seen_at >= NOTED_EVERY_MS;
    // The token itself never leaves the cookie: forms get a value derived from a hash of it.
    let secret = Sha256::digest(format!("form:{token}").as_bytes()).to_vec();
    viewer(tx, row, secret, to_be_noted).await.map(Some)
}

/// The person behind an account, if it is open. He has no session, so no form of his is ever taken.
pub(crate) async fn viewer_of_account(tx: &Tx, account: &str) -> Result<Option<Viewer>, StoreError> {
    match tx.one::<ViewerRow>(&VIEWER_OF_ACCOUNT, values![account]).await? {
        Some(row) => viewer(tx, row, Vec::new(), false).await.map(Some),
        None => Ok(None),
    }
}

async fn viewer(tx: &Tx, row: ViewerRow, secret: Vec<u8>, to_be_noted: bool) -> Result<Viewer, StoreError> {
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
    Ok(Viewer {
        account: row.id,
        name: row.name,
        role,
        company,
        worker,
        sites,
        secret,
        tier: row.tier_id,
        session: row.session_id,
        must_change: row.must_change == 1,
        to_be_noted,
        standing: row.company_state.map_or(Ok(CompanyState::Registered), |state| {
            CompanyState::from_word(&state).ok_or_else(|| unreadable("company.state"))
        })?,
    })
}
