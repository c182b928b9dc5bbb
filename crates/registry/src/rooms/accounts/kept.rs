//! What is kept of an account's secrets, and how a typed one is held against it.

use domain::access::Role;
use domain::lockout::{FOR_EVER, Rule};
use domain::password::{self, PasswordFault};
use domain::{Policies, Policy, WorkDay};
use sea_orm::FromQueryResult;
use store::{Tx, values};
use web::{FieldErrors, Language};

use super::queries;
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::{fits, in_a_row, typed_code};
use crate::rows::unreadable;

#[derive(FromQueryResult)]
struct Row {
    id: String,
    sign_in_id: String,
    name: String,
    role: String,
    email: String,
    language: String,
    password_hash: String,
    code_hash: Option<String>,
}

/// An open account with the hashes of its secrets.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) sign_in_id: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) email: String,
    pub(super) language: Language,
    pub(super) password_hash: String,
    pub(super) code_hash: Option<String>,
}

/// The account, if there is one and it is open.
pub(super) async fn kept(tx: &Tx, account: &str) -> store::Result<Option<Kept>> {
    let row: Option<Row> = tx.one(&queries::KEPT, values![account]).await?;
    row.map(|row| {
        Ok(Kept {
            role: Role::from_word(&row.role).ok_or_else(|| unreadable("account.role"))?,
            language: Language::from_code(&row.language).unwrap_or_default(),
            id: row.id,
            sign_in_id: row.sign_in_id,
            name: row.name,
            email: row.email,
            password_hash: row.password_hash,
            code_hash: row.code_hash,
        })
    })
    .transpose()
}

/// Whether the typed code is the account's; none if the account has no code.
pub(super) async fn code_fits(app: &App, typed: &str, kept: &Kept) -> anyhow::Result<Option<bool>> {
    match &kept.code_hash {
        None => Ok(None),
        Some(hash) => Ok(Some(fits(app, &typed_code(typed), Some(hash.clone())).await?)),
    }
}

/// What holds for the code's misses (registry rule book R-SEC-1).
fn code_rule(policies: &Policies, today: WorkDay) -> Rule {
    Rule::Steps {
        first: policies.at(Policy::CodeMisses, today),
        rest: policies.at(Policy::CodeLockMinutes, today) * 60_000,
        last: policies.at(Policy::CodeBlockMisses, today),
    }
}

/// Lets a code pass or counts a miss; a resting code is not even looked at. What is wrong is noted under `code`.
pub(super) async fn pass_code(app: &App, counts: &Counts<'_>, fits: Option<bool>, errors: &mut FieldErrors) -> store::Result<()> {
    let Some(fits) = fits else { return Ok(()) };
    let now = app.clock().now().as_millisecond();
    let masters = app.masters();
    let rule = code_rule(masters.policies(), app.clock().today());
    let mut count = counts.of(What::Code);
    if !count.rests(now) && fits {
        return counts.clear(What::Code).await;
    }
    if !count.rests(now) {
        count = counts.miss(What::Code, rule, now).await?;
        if !count.rests(now) {
            errors.add("code", "code-wrong");
            return Ok(());
        }
    }
    if count.locked_until == FOR_EVER {
        errors.add("code", "code-blocked");
    } else {
        errors.add_with("code", "code-rests", vec![("until", until(count.locked_until))]);
    }
    Ok(())
}

/// Lets the proof of somebody signed in (his old password, a code of his telephone) pass, or counts a miss.
pub(super) async fn pass_proof(
    app: &App,
    counts: &Counts<'_>,
    fits: bool,
    field: &'static str,
    wrong: &'static str,
    errors: &mut FieldErrors,
) -> store::Result<()> {
    let now = app.clock().now().as_millisecond();
    let masters = app.masters();
    let rule = in_a_row(masters.policies(), app.clock().today());
    let mut count = counts.of(What::Proof);
    if !count.rests(now) {
        if fits {
            return counts.clear(What::Proof).await;
        }
        count = counts.miss(What::Proof, rule, now).await?;
    }
    if count.rests(now) {
        errors.add_with(field, "proof-rests", vec![("until", until(count.locked_until))]);
    } else {
        errors.add(field, wrong);
    }
    Ok(())
}

fn until(ms: i64) -> web::Value {
    jiff::Timestamp::from_millisecond(ms).map_or(web::Value::Text(String::new()), web::Value::At)
}

/// Checks a new password typed twice; what is wrong is noted.
pub(super) fn check_new(app: &App, new: &str, again: &str, sign_in_id: &str, errors: &mut FieldErrors) {
    let masters = app.masters();
    let least = masters.policies().at(Policy::PasswordMinChars, app.clock().today());
    match password::check(new, sign_in_id, least) {
        Ok(()) if new != again => errors.add("again", "password-differs"),
        Ok(()) => {}
        Err(PasswordFault::TooShort) => errors.add_with("new", "password-short", vec![("least", least.into())]),
        Err(PasswordFault::TooLong) => errors.add("new", "password-long"),
        Err(PasswordFault::IsId) => errors.add("new", "password-is-id"),
        Err(PasswordFault::Common) => errors.add("new", "password-common"),
    }
}
