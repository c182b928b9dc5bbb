//! Use case and page: a second factor (二段階認証) for administrators and the operator's people, if they wish: codes of an authentication
//! app (TOTP, RFC 6238), and recovery codes shown once. Passkeys are in `passkeys.rs`; they share the recovery codes.

use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use qrcode::QrCode;
use rand::{Rng, RngExt};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Rows, Sql, Tx, values};
use totp_rs::{Builder, Secret, Totp};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::kept::{kept, pass_proof};
use super::passkeys;
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::{Viewer, key_hash, typed_code};

pub(super) const SQL: &[&Sql] = &[
    &FIND,
    &BEGIN,
    &CONFIRM,
    &TAKE_STEP,
    &DROP,
    &DROP_CODES,
    &INSERT_CODES,
    &USE_CODE,
    &CODES_LEFT,
];

const FIND: Sql = Sql::new(
    "two_factor.find",
    "select secret, confirmed_at from totp where account_id = $1",
);
const BEGIN: Sql = Sql::new(
    "two_factor.begin",
    "insert into totp (account_id, secret, last_step) values ($1, $2, 0)
     on conflict (account_id) do update set secret = excluded.secret, last_step = 0 where totp.confirmed_at is null",
);
const CONFIRM: Sql = Sql::new(
    "two_factor.confirm",
    "update totp set confirmed_at = $2 where account_id = $1 and confirmed_at is null",
);
const TAKE_STEP: Sql = Sql::new(
    "two_factor.take_step",
    "update totp set last_step = $2 where account_id = $1 and last_step < $2",
);
const DROP: Sql = Sql::new("two_factor.drop", "delete from totp where account_id = $1");
const DROP_CODES: Sql = Sql::new("two_factor.drop_codes", "delete from recovery_code where account_id = $1");
const INSERT_CODES: Sql = Sql::new(
    "two_factor.insert_codes",
    "insert into recovery_code (account_id, code_hash) select $1, r.code_hash from {{rows $2: code_hash text}} r",
);
const USE_CODE: Sql = Sql::new(
    "two_factor.use_code",
    "update recovery_code set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null",
);
const CODES_LEFT: Sql = Sql::new(
    "two_factor.codes_left",
    "select count(*) from recovery_code where account_id = $1 and used_at is null",
);

/// Recovery codes made at once.
const CODES: usize = 10;

#[derive(FromQueryResult)]
struct Found {
    secret: String,
    confirmed_at: Option<i64>,
}

/// Whether an account has an authentication app set up.
pub(super) async fn is_on(tx: &Tx, account: &str) -> store::Result<bool> {
    let found: Option<Found> = tx.one(&FIND, values![account]).await?;
    Ok(found.is_some_and(|f| f.confirmed_at.is_some()))
}

/// Takes app and recovery codes away: for their owner, and when an account is issued anew.
pub(super) async fn drop_of(tx: &Tx, account: &str) -> store::Result<()> {
    tx.run(&DROP_CODES, values![account]).await?;
    tx.run(&DROP, values![account]).await.map(|_| ())
}

/// Whether a typed code is right: of the app, each once; or a recovery code, once.
pub(super) async fn fits(app: &App, tx: &Tx, account: &str, typed: &str) -> anyhow::Result<bool> {
    let code = typed_code(typed).to_lowercase();
    let now = app.clock().now();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        let found: Option<Found> = tx.one(&FIND, values![account]).await?;
        let Some(found) = found else { return Ok(false) };
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let step = totp(&found.secret, account)?.check(&code, seconds);
        let Some(step) = step.and_then(|step| i64::try_from(step).ok()) else {
            return Ok(false);
        };
        return Ok(tx.run(&TAKE_STEP, values![account, step]).await? == 1);
    }
    let values = values![account, recovery_hash(account, &code), now.as_millisecond()];
    Ok(tx.run(&USE_CODE, values).await? == 1)
}

/// Recovery codes hold 80 bits of chance, so a fast hash is enough.
fn recovery_hash(account: &str, code: &str) -> String {
    key_hash(&format!("recovery: {account} {code}"))
}

fn totp(secret: &str, name: &str) -> anyhow::Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|_| anyhow::anyhow!("totp.secret cannot be read"))?;
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name(name.replace(':', "_"))
        .with_issuer(Some("Ashiba"))
        .build();
    totp.map_err(|_| anyhow::anyhow!("totp.secret has a wrong form"))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/two_factor.html")]
struct TwoFactorPage {
    frame: Frame,
    errors: FormState<()>,
    on: bool,
    left: i64,
    /// The picture and the text of a secret not yet proven.
    shown: Option<(String, String)>,
    codes: Vec<String>,
}

async fn two_factor_page(
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    errors: FieldErrors,
    shown: Option<(String, String)>,
    codes: Vec<String>,
) -> Page {
    let frame = frame.title("two-factor-title");
    let account = frame.t.s("account-title");
    let errors = FormState::wrong(&frame.t, (), errors);
    let status = if codes.is_empty() {
        errors.status()
    } else {
        StatusCode::CREATED
    };
    let left: Option<i64> = tx.value(&CODES_LEFT, values![viewer.account.as_str()]).await?;
    let body = page(&TwoFactorPage {
        on: is_on(tx, &viewer.account).await?,
        left: left.unwrap_or(0),
        frame: frame.crumb(account, "/account"),
        errors,
        shown,
        codes,
    })?;
    Ok((status, body).into_response())
}

/// Picture and text of a secret.
fn show(secret: &str, sign_in_id: &str) -> anyhow::Result<(String, String)> {
    let url = totp(secret, sign_in_id)?
        .to_url()
        .map_err(|_| anyhow::anyhow!("an otpauth address"))?;
    let code = QrCode::new(url.as_bytes()).context("a picture of the secret")?;
    let picture = code
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(220, 220)
        .build();
    let picture = picture.find("<svg").map(|at| picture[at..].to_owned()).unwrap_or_default();
    let groups: Vec<String> = secret
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect();
    Ok((picture, groups.join(" ")))
}

fn allowed(viewer: &Viewer) -> Result<(), PageError> {
    viewer.role.one_at_a_time().then_some(()).ok_or(PageError::Forbidden)
}

/// Whether it is on, and the buttons.
///
/// # Permissions
/// Administrators and managers of companies, the operator's people: for themselves.
pub(super) async fn state(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    allowed(&viewer)?;
    let tx = app.db().read().await?;
    two_factor_page(&tx, &viewer, frame, FieldErrors::new(), None, Vec::new()).await
}

/// Makes a secret and shows it.
///
/// # Permissions
/// As [`state`].
pub(super) async fn begin(State(app): State<App>, viewer: Viewer, frame: Frame, Form(NoFields {}): Form<NoFields>) -> Page {
    allowed(&viewer)?;
    let mut bytes = [0u8; 20];
    app.with_random(|r| r.fill_bytes(&mut bytes));
    let secret = Secret::new_stack(bytes).to_base32();
    let tx = app.db().write().await?;
    let kept = kept(&tx, &viewer.account).await?.ok_or(PageError::NotFound)?;
    // One that is on stays as it is.
    let begun = tx.run(&BEGIN, values![viewer.account.as_str(), secret.as_str()]).await?;
    let shown = if begun == 1 {
        Some(show(&secret, &kept.sign_in_id)?)
    } else {
        None
    };
    let page = two_factor_page(&tx, &viewer, frame, FieldErrors::new(), shown, Vec::new()).await?;
    tx.commit().await?;
    Ok(page)
}

/// Proves the secret by a code; from now on sign-in asks for one. Shows the recovery codes, once.
///
/// # Permissions
/// As [`state`].
pub(super) async fn confirm(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<CodeForm>) -> Page {
    allowed(&viewer)?;
    let account = viewer.account.as_str();
    let tx = app.db().write().await?;
    let found: Option<Found> = tx.one(&FIND, values![account]).await?;
    let Some(found) = found.filter(|f| f.confirmed_at.is_none()) else {
        return two_factor_page(&tx, &viewer, frame, FieldErrors::new(), None, Vec::new()).await;
    };
    let mut errors = FieldErrors::new();
    let counts = Counts::lock(&tx, &[(What::Proof, account)]).await?;
    let fits = fits(&app, &tx, account, &form.code).await?;
    pass_proof(&app, &counts, fits, "code", "factor-wrong", &mut errors).await?;
    let (shown, codes) = if errors.is_empty() {
        tx.run(&CONFIRM, values![account, app.clock().now().as_millisecond()]).await?;
        (None, new_codes(&app, &tx, account).await?)
    } else {
        let kept = kept(&tx, account).await?.ok_or(PageError::NotFound)?;
        (Some(show(&found.secret, &kept.sign_in_id)?), Vec::new())
    };
    let page = two_factor_page(&tx, &viewer, frame, errors, shown, codes).await?;
    tx.commit().await?;
    Ok(page)
}

/// Recovery codes for somebody who has none left to use; none if he has.
pub(super) async fn codes_if_none(app: &App, tx: &Tx, account: &str) -> store::Result<Vec<String>> {
    let left: Option<i64> = tx.value(&CODES_LEFT, values![account]).await?;
    if left.unwrap_or(0) > 0 {
        return Ok(Vec::new());
    }
    new_codes(app, tx, account).await
}

async fn new_codes(app: &App, tx: &Tx, account: &str) -> store::Result<Vec<String>> {
    const SIGNS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let codes: Vec<String> = app.with_random(|r| {
        let sign = |r: &mut rand::rngs::StdRng| char::from(SIGNS[r.random_range(0..SIGNS.len())]);
        (0..CODES).map(|_| (0..16).map(|_| sign(r)).collect()).collect()
    });
    tx.run(&DROP_CODES, values![account]).await?;
    let rows = Rows::of(codes.iter().map(|code| (recovery_hash(account, code),)))?;
    tx.run(&INSERT_CODES, values![account, rows]).await?;
    let grouped = |code: &String| [&code[..4], &code[4..8], &code[8..12], &code[12..]].join("-");
    Ok(codes.iter().map(grouped).collect())
}

/// Switches it off, with a code.
///
/// # Permissions
/// As [`state`].
pub(super) async fn off(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<CodeForm>) -> Page {
    allowed(&viewer)?;
    let tx = app.db().write().await?;
    let mut errors = FieldErrors::new();
    let counts = Counts::lock(&tx, &[(What::Proof, &viewer.account)]).await?;
    let fits = fits(&app, &tx, &viewer.account, &form.code).await?;
    pass_proof(&app, &counts, fits, "code", "factor-wrong", &mut errors).await?;
    if !errors.is_empty() {
        let page = two_factor_page(&tx, &viewer, frame, errors, None, Vec::new()).await?;
        tx.commit().await?;
        return Ok(page);
    }
    if passkeys::of_account(&tx, &viewer.account).await?.is_empty() {
        drop_of(&tx, &viewer.account).await?;
    } else {
        // The recovery codes stand in for the passkeys, too.
        tx.run(&DROP, values![viewer.account.as_str()]).await?;
    }
    tx.commit().await?;
    Ok(redirect_with("/account/two-factor", "two-factor-now-off"))
}
