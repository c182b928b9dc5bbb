//! Tickets: something that may be done once by whoever holds a token. Only the hash of the token is kept.

use rand::Rng;
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};

use super::key_hash;
use crate::App;

pub(super) const SQL: &[&Sql] = &[&INSERT, &OPEN, &USE, &CHANGE, &DROP_OF_ACCOUNT, &PURGE];

const INSERT: Sql = Sql::new(
    "ticket.insert",
    "insert into ticket (token_hash, kind, account_id, body, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
);
const OPEN: Sql = Sql::new(
    "ticket.open",
    "select account_id, body from ticket where token_hash = $1 and kind = $2 and used_at is null and expires_at > $3",
);
const USE: Sql = Sql::new(
    "ticket.use",
    "update ticket set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
);
const CHANGE: Sql = Sql::new(
    "ticket.change",
    "update ticket set body = $2 where token_hash = $1 and used_at is null",
);
const DROP_OF_ACCOUNT: Sql = Sql::new(
    "ticket.drop_of_account",
    "delete from ticket where account_id = $1 and kind = $2",
);
const PURGE: Sql = Sql::new("ticket.purge", "delete from ticket where expires_at <= $1");

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TicketKind {
    /// The password was right; something else is still asked before the session opens.
    SignIn,
    /// A forgotten password is set anew.
    Reset,
    /// An e-mail address is proven, and an applicant's account made.
    SignUp,
    /// Leads from a mail to an invitation that waits for the company's answer; the sign-in is asked for all the same.
    Invitation,
    /// The browser was asked for a passkey; the body is what the answer is held against.
    Passkey,
    /// A card reader is being set up: good for the sites and the keys alone; the body says whether a second factor is still asked.
    DeviceSetup,
}

impl TicketKind {
    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::SignUp => "sign_up",
            Self::Invitation => "invitation",
            Self::Passkey => "passkey",
            Self::DeviceSetup => "device_setup",
        }
    }
}

/// A ticket that still holds.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Ticket {
    /// Account it is for; none for a sign-up, and for one that leads nowhere.
    pub(crate) account_id: Option<String>,
    /// What else it carries.
    pub(crate) body: String,
}

/// 32 bytes of chance in hex.
pub(crate) fn new_token(app: &App) -> String {
    let mut chance = [0u8; 32];
    app.with_random(|r| r.fill_bytes(&mut chance));
    hex::encode(chance)
}

/// Writes a ticket for some minutes and gives its token.
pub(crate) async fn write(
    app: &App,
    tx: &Tx,
    kind: TicketKind,
    account: Option<&str>,
    body: &str,
    minutes: i64,
) -> Result<String, StoreError> {
    let token = new_token(app);
    let now = app.clock().now().as_millisecond();
    let values = values![key_hash(&token), kind.word(), account, body, now, now + minutes * 60_000];
    tx.run(&INSERT, values).await?;
    Ok(token)
}

/// The ticket of a token, if it still holds.
pub(crate) async fn open(app: &App, tx: &Tx, kind: TicketKind, token: &str) -> Result<Option<Ticket>, StoreError> {
    let values = values![key_hash(token), kind.word(), app.clock().now().as_millisecond()];
    tx.one(&OPEN, values).await
}

/// Uses it up; false if somebody was faster.
pub(crate) async fn use_up(app: &App, tx: &Tx, token: &str) -> Result<bool, StoreError> {
    let values = values![key_hash(token), app.clock().now().as_millisecond()];
    Ok(tx.run(&USE, values).await? == 1)
}

/// Changes what it carries.
pub(crate) async fn change(tx: &Tx, token: &str, body: &str) -> Result<(), StoreError> {
    tx.run(&CHANGE, values![key_hash(token), body]).await.map(|_| ())
}

/// Throws out all of a kind that an account has.
pub(crate) async fn drop_of_account(tx: &Tx, account: &str, kind: TicketKind) -> Result<(), StoreError> {
    tx.run(&DROP_OF_ACCOUNT, values![account, kind.word()]).await.map(|_| ())
}

/// Throws out those that hold no more.
pub(super) async fn purge(tx: &Tx, now: i64) -> Result<u64, StoreError> {
    tx.run(&PURGE, values![now]).await
}
