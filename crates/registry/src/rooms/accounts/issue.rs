//! Use case: an account is issued with secrets of its own (初期パスワード, セキュリティコード), told in two mails, or on a letter.
//!
//! Neither mail alone opens anything (registry rule book 1.3). The secrets are kept as hashes; readable they exist in the mails until
//! these are sent, and in memory until the letter is shown, once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::access::Role;
use domain::{CompanyId, SiteId, WorkerId};
use rand::RngExt;
use store::{Tx, values};
use web::Language;

use super::create::{Row, insert};
use super::kept::{Kept, kept};
use super::{passkeys, queries, two_factor};
use crate::App;
use crate::access::throttle::{self, What};
use crate::access::{end_sessions, hash, initial_password, key_hash, security_code};
use crate::rooms::mail::{self, Mail};

/// What an issued account needs.
#[derive(Debug)]
pub struct Issue<'a> {
    /// What is typed at sign-in: the company ID for the first administrator, the worker ID for a worker.
    pub sign_in_id: &'a str,
    /// Kind.
    pub role: Role,
    /// Company for which it acts.
    pub company: Option<CompanyId>,
    /// Worker it belongs to.
    pub worker: Option<WorkerId>,
    /// Name shown.
    pub name: &'a str,
    /// Where the mails go; empty: no mails, only the letter.
    pub email: &'a str,
    /// In which language they are written.
    pub language: Language,
}

/// What a letter tells. Never stored, never logged.
#[derive(Clone)]
pub struct Letter {
    /// What is typed at sign-in.
    pub sign_in_id: String,
    /// To whom.
    pub name: String,
    /// Kind of the account.
    pub role: Role,
    /// The initial password.
    pub password: String,
    /// The security code.
    pub code: String,
    written_at: i64,
}

/// A letter waits for its reader so long.
const WAITS_MS: i64 = 15 * 60_000;
/// Most letters that wait; the oldest go first.
const MOST: usize = 1_000;

/// Letters just written, by account, in memory only. On another server, or after a restart, there are none: new secrets can be made.
#[derive(Default)]
pub struct Letters(Mutex<HashMap<String, Letter>>);

impl Letters {
    fn put(&self, account: &str, letter: Letter) {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = letter.written_at;
        letters.retain(|_, l| now - l.written_at < WAITS_MS);
        if letters.len() >= MOST
            && let Some(oldest) = letters.iter().min_by_key(|(_, l)| l.written_at).map(|(a, _)| a.clone())
        {
            letters.remove(&oldest);
        }
        letters.insert(account.to_owned(), letter);
    }

    /// Throws a letter away that nobody is to read.
    pub(super) fn forget(&self, account: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
    }

    /// The kind of account whose letter waits.
    pub(super) fn waits(&self, app: &App, account: &str) -> Option<Role> {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = app.clock().now().as_millisecond();
        letters.get(account).filter(|l| now - l.written_at < WAITS_MS).map(|l| l.role)
    }

    /// Takes the letter out: it can be shown once.
    pub(super) fn take(&self, app: &App, account: &str) -> Option<Letter> {
        let now = app.clock().now().as_millisecond();
        let letter = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
        letter.filter(|l| now - l.written_at < WAITS_MS)
    }
}

/// Issues an account: its initial password must be changed, with the security code, before anything else opens. Two mails are written
/// in the caller's transaction; the letter waits a quarter of an hour at `/account/letters/{account}` for whoever may print it.
///
/// # Errors
/// If the sign-in ID is taken or the database fails.
pub async fn issue(app: &App, tx: &Tx, new: &Issue<'_>) -> anyhow::Result<String> {
    issue_with(app, tx, new, None, &[]).await
}

/// The same, with the tier of a tier manager or the sites of a site manager.
pub(super) async fn issue_with(
    app: &App,
    tx: &Tx,
    new: &Issue<'_>,
    tier: Option<&str>,
    sites: &[SiteId],
) -> anyhow::Result<String> {
    let secrets = Secrets::make(app).await?;
    let row = Row {
        sign_in_id: new.sign_in_id,
        role: new.role,
        company: new.company,
        worker: new.worker,
        name: new.name,
        email: new.email,
        language: new.language,
        password_hash: secrets.password_hash.clone(),
        code_hash: Some(secrets.code_hash.clone()),
        must_change: true,
        tier,
        sites,
    };
    let account = insert(app, tx, row).await?;
    let to = To {
        account: &account,
        sign_in_id: new.sign_in_id,
        name: new.name,
        role: new.role,
        email: new.email,
        language: new.language,
    };
    tell(app, tx, &to, secrets).await?;
    Ok(account)
}

/// Makes new secrets for an account, as if it were issued anew: sessions end, locks open, the second factor is gone, the
/// initial password must be changed.
/// None if there is no such account, or it is closed.
///
/// # Errors
/// If the database fails.
pub async fn renew(app: &App, tx: &Tx, account: &str) -> anyhow::Result<Option<()>> {
    let Some(Kept {
        sign_in_id,
        name,
        role,
        email,
        language,
        ..
    }) = kept(tx, account).await?
    else {
        return Ok(None);
    };
    let secrets = Secrets::make(app).await?;
    let values = values![account, secrets.password_hash.as_str(), secrets.code_hash.as_str()];
    tx.run(&queries::SET_SECRETS, values).await?;
    end_sessions(tx, account, None).await?;
    two_factor::drop_of(tx, account).await?;
    passkeys::drop_of(tx, account).await?;
    unlock(tx, account, &sign_in_id).await?;
    let to = To {
        account,
        sign_in_id: &sign_in_id,
        name: &name,
        role,
        email: &email,
        language,
    };
    tell(app, tx, &to, secrets).await?;
    Ok(Some(()))
}

/// Opens all locks of an account.
pub(super) async fn unlock(tx: &Tx, account: &str, sign_in_id: &str) -> store::Result<()> {
    let id_hash = key_hash(sign_in_id);
    throttle::clear(tx, What::Id, &id_hash).await?;
    throttle::clear(tx, What::Pair, &id_hash).await?;
    throttle::clear(tx, What::Code, account).await?;
    throttle::clear(tx, What::Proof, account).await
}

/// A sign-in ID for accounts that have no number of their own (further administrators, managers, clerks, the operator's people,
/// applicants): ten digits of chance. What the real ones look like is not known.
pub(super) async fn new_sign_in_id(app: &App, tx: &Tx) -> store::Result<String> {
    loop {
        let id = app
            .with_random(|r| r.random_range(1_000_000_000_i64..10_000_000_000))
            .to_string();
        if tx.value::<i32>(&queries::TAKEN, values![id.as_str()]).await?.is_none() {
            return Ok(id);
        }
    }
}

struct Secrets {
    password: String,
    code: String,
    password_hash: String,
    code_hash: String,
}

impl Secrets {
    async fn make(app: &App) -> anyhow::Result<Self> {
        let (password, code) = app.with_random(|r| (initial_password(r), security_code(r)));
        Ok(Self {
            password_hash: hash(app, &password).await?,
            code_hash: hash(app, &code).await?,
            password,
            code,
        })
    }
}

struct To<'a> {
    account: &'a str,
    sign_in_id: &'a str,
    name: &'a str,
    role: Role,
    email: &'a str,
    language: Language,
}

async fn tell(app: &App, tx: &Tx, to: &To<'_>, secrets: Secrets) -> anyhow::Result<()> {
    let t = app.texts().t(to.language);
    if !to.email.is_empty() {
        let address = format!("{}/sign-in", app.settings().address);
        let id_mail = [
            ("name", to.name),
            ("id", to.sign_in_id),
            ("password", secrets.password.as_str()),
            ("address", address.as_str()),
        ];
        let code_mail = [("name", to.name), ("code", secrets.code.as_str())];
        for (subject, body) in [
            ("mail-issued-id-subject", t.with("mail-issued-id", &id_mail)),
            ("mail-issued-code-subject", t.with("mail-issued-code", &code_mail)),
        ] {
            let mail = Mail {
                to: to.email,
                subject: t.s(subject),
                body,
            };
            mail::send(app, tx, mail).await?;
        }
    }
    app.letters().put(
        to.account,
        Letter {
            sign_in_id: to.sign_in_id.to_owned(),
            name: to.name.to_owned(),
            role: to.role,
            password: secrets.password,
            code: secrets.code,
            written_at: app.clock().now().as_millisecond(),
        },
    );
    Ok(())
}
