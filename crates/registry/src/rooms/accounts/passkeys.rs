//! Use cases: passkeys (パスキー, WebAuthn). Administrators and the operator's people register several, and sign in with one in place of the
//! password, or beside it as the second factor. The device itself asks for a finger, a face or a PIN, so a passkey alone is two factors.
//!
//! Questions to the browser are tickets: each is answered once, within minutes, and what belongs to it never leaves the server.

use std::net::IpAddr;

use anyhow::{Context, anyhow};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use store::{Sql, StoreError, Tx, values};
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::kept::{Kept, kept};
use crate::App;
use crate::access::tickets::{self, TicketKind};
use crate::rows::unreadable;

pub(super) const SQL: &[&Sql] = &[&OF_ACCOUNT, &BY_CREDENTIAL, &INSERT, &USED, &RENAME, &REMOVE, &DROP];

const OF_ACCOUNT: Sql = Sql::new(
    "passkeys.of_account",
    "select id, account_id, name, body, created_at, last_used_at from passkey where account_id = $1 order by created_at, id",
);
const BY_CREDENTIAL: Sql = Sql::new(
    "passkeys.by_credential",
    "select id, account_id, name, body, created_at, last_used_at from passkey where credential_id = $1",
);
const INSERT: Sql = Sql::new(
    "passkeys.insert",
    "insert into passkey (id, account_id, credential_id, name, body, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (credential_id) do nothing",
);
const USED: Sql = Sql::new(
    "passkeys.used",
    "update passkey set body = $2, last_used_at = $3 where id = $1",
);
const RENAME: Sql = Sql::new(
    "passkeys.rename",
    "update passkey set name = $3 where account_id = $1 and id = $2",
);
const REMOVE: Sql = Sql::new("passkeys.remove", "delete from passkey where account_id = $1 and id = $2");
const DROP: Sql = Sql::new("passkeys.drop", "delete from passkey where account_id = $1");

/// A question to the browser must be answered within this time.
const MINUTES: i64 = 5;
/// Most passkeys of an account.
pub(super) const MOST: usize = 10;

/// A passkey of an account.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Row {
    pub(super) id: String,
    account_id: String,
    pub(super) name: String,
    body: String,
    pub(super) created_at: i64,
    pub(super) last_used_at: Option<i64>,
}

/// What the browser is asked.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// Token under which the answer is taken.
    pub(super) ticket: String,
    /// For the browser, as JSON.
    pub(super) options: String,
}

/// Who we are to the browser: the host under which people reach us. None where that is a bare address, for which browsers know no
/// passkeys; this machine itself they know as `localhost`.
pub(super) fn relying_party(app: &App) -> Option<Webauthn> {
    let mut url: Url = app.settings().address.parse().ok()?;
    let host = url.host_str()?.to_owned();
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        if !address.is_loopback() {
            return None;
        }
        url.set_host(Some("localhost")).ok()?;
    }
    let host = url.host_str()?.to_owned();
    let builder = WebauthnBuilder::new(&host, &url).ok()?;
    builder.rp_name("Ashiba").build().ok()
}

/// The handle by which a device knows an account: tells nothing about it.
fn handle(account: &str) -> Uuid {
    let hash = Sha256::digest(format!("passkey: {account}"));
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

fn json(value: &impl Serialize) -> anyhow::Result<String> {
    serde_json::to_string(value).context("a question about a passkey")
}

fn read<V: DeserializeOwned>(text: &str) -> Result<V, StoreError> {
    serde_json::from_str(text).map_err(|_| unreadable("passkey.body"))
}

/// All passkeys of an account.
pub(super) async fn of_account(tx: &Tx, account: &str) -> Result<Vec<Row>, StoreError> {
    tx.all(&OF_ACCOUNT, values![account]).await
}

/// Takes all away: when an account is issued anew.
pub(super) async fn drop_of(tx: &Tx, account: &str) -> Result<(), StoreError> {
    tx.run(&DROP, values![account]).await.map(|_| ())
}

/// Gives one another name; false if the account has none such.
pub(super) async fn rename(tx: &Tx, account: &str, id: &str, name: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&RENAME, values![account, id, name]).await? == 1)
}

/// Takes one away; false if the account has none such.
pub(super) async fn remove(tx: &Tx, account: &str, id: &str) -> Result<bool, StoreError> {
    Ok(tx.run(&REMOVE, values![account, id]).await? == 1)
}

/// Asks the browser to make a passkey for this account.
pub(super) async fn ask_new(app: &App, tx: &Tx, party: &Webauthn, account: &Kept) -> anyhow::Result<Question> {
    let mut known = Vec::new();
    for row in of_account(tx, &account.id).await? {
        known.push(read::<Passkey>(&row.body)?.cred_id().clone());
    }
    let (asked, state): (CreationChallengeResponse, PasskeyRegistration) = party
        .start_passkey_registration(handle(&account.id), &account.sign_in_id, &account.name, Some(known))
        .map_err(|e| anyhow!("asking for a passkey: {e}"))?;
    let mut options = serde_json::to_value(&asked)?;
    // Kept on the device together with whose it is, so that nobody has to type his ID.
    options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
    let ticket = tickets::write(app, tx, TicketKind::Passkey, Some(&account.id), &json(&state)?, MINUTES).await?;
    Ok(Question {
        ticket,
        options: options.to_string(),
    })
}

/// Takes the passkey that the browser made. False: the answer does not fit, or comes too late.
pub(super) async fn take_new(
    app: &App,
    tx: &Tx,
    party: &Webauthn,
    account: &str,
    ticket: &str,
    (answer, name): (&str, &str),
) -> anyhow::Result<bool> {
    let Some(state) = asked(app, tx, ticket, Some(account)).await? else {
        return Ok(false);
    };
    let (Ok(state), Ok(answer)) = (
        serde_json::from_str::<PasskeyRegistration>(&state),
        serde_json::from_str(answer),
    ) else {
        return Ok(false);
    };
    let Ok(passkey) = party.finish_passkey_registration(&answer, &state) else {
        return Ok(false);
    };
    let values = values![
        app.new_key(),
        account,
        hex::encode(passkey.cred_id()),
        name,
        json(&passkey)?,
        app.clock().now().as_millisecond()
    ];
    // One that somebody has already is nobody else's.
    Ok(tx.run(&INSERT, values).await? == 1)
}

/// Asks the browser for a passkey: of this account, or of whomever it belongs to.
pub(super) async fn ask(app: &App, tx: &Tx, party: &Webauthn, account: Option<&str>) -> anyhow::Result<Option<Question>> {
    let (mut asked, state) = match account {
        Some(account) => {
            let mut passkeys = Vec::new();
            for row in of_account(tx, account).await? {
                passkeys.push(read::<Passkey>(&row.body)?);
            }
            if passkeys.is_empty() {
                return Ok(None);
            }
            let (asked, state) = party
                .start_passkey_authentication(&passkeys)
                .map_err(|e| anyhow!("asking for a passkey: {e}"))?;
            (asked, json(&state)?)
        }
        None => {
            let (asked, state) = party
                .start_discoverable_authentication()
                .map_err(|e| anyhow!("asking for a passkey: {e}"))?;
            (asked, json(&state)?)
        }
    };
    // Asked at once, not when a field is touched.
    asked.mediation = None;
    let options = json(&asked)?;
    let ticket = tickets::write(app, tx, TicketKind::Passkey, account, &state, MINUTES).await?;
    Ok(Some(Question { ticket, options }))
}

/// The account whose passkey answered. None: the answer does not fit, comes too late, or the account is closed.
pub(super) async fn answered(
    app: &App,
    tx: &Tx,
    party: &Webauthn,
    account: Option<&str>,
    (ticket, answer): (&str, &str),
) -> anyhow::Result<Option<String>> {
    let Some(state) = asked(app, tx, ticket, account).await? else {
        return Ok(None);
    };
    let Ok(answer) = serde_json::from_str::<webauthn_rs::prelude::PublicKeyCredential>(answer) else {
        return Ok(None);
    };
    let row: Option<Row> = tx
        .one(&BY_CREDENTIAL, values![hex::encode(answer.get_credential_id())])
        .await?;
    let Some(row) = row.filter(|row| account.is_none_or(|account| row.account_id == account)) else {
        return Ok(None);
    };
    let mut passkey: Passkey = read(&row.body)?;
    let result: AuthenticationResult = if account.is_some() {
        let state: PasskeyAuthentication = read(&state)?;
        match party.finish_passkey_authentication(&answer, &state) {
            Ok(result) => result,
            Err(_) => return Ok(None),
        }
    } else {
        let owner = party.identify_discoverable_authentication(&answer);
        if !owner.is_ok_and(|(owner, _)| owner == handle(&row.account_id)) {
            return Ok(None);
        }
        let state: DiscoverableAuthentication = read(&state)?;
        match party.finish_discoverable_authentication_v2(&answer, state, &passkey) {
            Ok(result) => result,
            Err(_) => return Ok(None),
        }
    };
    if kept(tx, &row.account_id).await?.is_none() {
        return Ok(None);
    }
    passkey.update_credential(&result);
    let now = app.clock().now().as_millisecond();
    tx.run(&USED, values![row.id, json(&passkey)?, now]).await?;
    Ok(Some(row.account_id))
}

/// What belongs to a question that still holds and was put to this account (or to nobody in particular); used up by asking.
async fn asked(app: &App, tx: &Tx, ticket: &str, account: Option<&str>) -> Result<Option<String>, StoreError> {
    let found = tickets::open(app, tx, TicketKind::Passkey, ticket).await?;
    let Some(found) = found.filter(|found| found.account_id.as_deref() == account) else {
        return Ok(None);
    };
    Ok(tickets::use_up(app, tx, ticket).await?.then_some(found.body))
}
