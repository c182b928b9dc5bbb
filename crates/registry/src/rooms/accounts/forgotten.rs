//! Use case and pages: a forgotten password. ID and e-mail address → a link by mail, once and for a while → a new password, with the
//! security code (registry rule book 1.4).
//!
//! Whether there is such an account is told by nothing: the same page, the same statements, a mail to nobody.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Policy;
use domain::lockout::Rule;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Tx, values};
use web::{FieldErrors, FormState, Frame, Language, OpenForm, Page, PageError, Value, page};

use super::issue::unlock;
use super::kept::{Kept, check_new, code_fits, kept, pass_code};
use super::password::{set, signed_out};
use super::queries;
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::tickets::{self, TicketKind};
use crate::access::{Origin, UseCase, UseCaseError, hash, key_hash, typed_id};
use crate::rooms::mail::{self, Mail};

const HOUR_MS: i64 = 3_600_000;

/// Whether a stranger may ask for one more mail: from this address, and to this person. Counts it.
///
/// # Errors
/// Refused if too many were asked for from the address; for the person, `false` is said to nobody.
pub(super) async fn may_mail(app: &App, tx: &Tx, origin: &Origin, person: &str) -> UseCase<bool, PageError> {
    let now = app.clock().now().as_millisecond();
    let masters = app.masters();
    let at_most = |policy| Rule::Within {
        most: masters.policies().at(policy, app.clock().today()),
        window: HOUR_MS,
    };
    let (address, person) = (origin.hash(), key_hash(person));
    let counts = Counts::lock(tx, &[(What::MailAddress, &address), (What::MailPerson, &person)]).await?;
    if counts.of(What::MailAddress).rests(now) {
        let error = PageError::refused(StatusCode::TOO_MANY_REQUESTS, "too-many-mails");
        return Err(UseCaseError::Refused(error));
    }
    let person_may = !counts.of(What::MailPerson).rests(now);
    counts.miss(What::MailAddress, at_most(Policy::MailsPerAddress), now).await?;
    if person_may {
        counts.miss(What::MailPerson, at_most(Policy::MailsPerPerson), now).await?;
    }
    Ok(person_may)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ForgottenForm {
    id: String,
    email: String,
}

#[derive(FromQueryResult)]
struct Found {
    id: String,
    name: String,
    email: String,
    language: String,
}

/// Writes the link, if ID and address belong together.
async fn ask(app: &App, tx: &Tx, origin: &Origin, form: &ForgottenForm) -> UseCase<(), PageError> {
    let id = typed_id(&form.id);
    let typed: String = form.email.trim().to_lowercase();
    let person_may = may_mail(app, tx, origin, &format!("{id} {typed}")).await?;
    let found: Option<Found> = tx.one(&queries::FORGOTTEN, values![id]).await?;
    let real = found
        .as_ref()
        .filter(|f| person_may && !f.email.is_empty() && f.email.to_lowercase() == typed);
    let masters = app.masters();
    let minutes = masters.policies().at(Policy::ResetMinutes, app.clock().today());
    let account = real.map(|f| f.id.as_str());
    let token = tickets::write(app, tx, TicketKind::Reset, account, "", minutes).await?;
    let language = real.and_then(|f| Language::from_code(&f.language)).unwrap_or_default();
    let t = app.texts().t(language);
    let link = format!("{}/reset/{token}", app.settings().address);
    let mail = Mail {
        to: real.map_or("", |f| f.email.as_str()),
        subject: t.s("mail-reset-subject"),
        body: t.with(
            "mail-reset",
            &[
                ("name", Value::from(real.map_or("", |f| f.name.as_str()))),
                ("link", Value::from(link)),
                ("minutes", Value::from(minutes)),
            ],
        ),
    };
    if real.is_some() {
        mail::send(app, tx, mail).await?;
    } else {
        mail::feign(app, tx, mail).await?;
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "accounts/templates/forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    done: bool,
    minutes: i64,
}

fn forgotten_page(app: &App, frame: Frame, done: bool) -> Page {
    page(&ForgottenPage {
        frame: frame.title("forgotten-title"),
        done,
        minutes: app.masters().policies().at(Policy::ResetMinutes, app.clock().today()),
    })
}

/// # Permissions
/// Everybody.
pub(super) async fn show(State(app): State<App>, frame: Frame) -> Page {
    forgotten_page(&app, frame, false)
}

/// Asks for the link.
///
/// # Permissions
/// Everybody; tells nobody whether the account exists.
pub(super) async fn send(State(app): State<App>, frame: Frame, origin: Origin, OpenForm(form): OpenForm<ForgottenForm>) -> Page {
    let tx = app.db().write().await?;
    match ask(&app, &tx, &origin, &form).await {
        Ok(()) => {
            tx.commit().await?;
            forgotten_page(&app, frame, true)
        }
        Err(UseCaseError::Refused(error)) => Err(error),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ResetForm {
    new: String,
    again: String,
    code: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/reset.html")]
struct ResetPage {
    frame: Frame,
    errors: FormState<()>,
    token: String,
    sign_in_id: String,
    asks_code: bool,
    least: i64,
}

/// The account of a link that still holds.
async fn of_link(app: &App, tx: &Tx, token: &str) -> Result<Kept, PageError> {
    let gone = || PageError::refused(StatusCode::GONE, "link-gone");
    let ticket = tickets::open(app, tx, TicketKind::Reset, token).await?.ok_or_else(gone)?;
    let account = ticket.account_id.ok_or_else(gone)?;
    kept(tx, &account).await?.ok_or_else(gone)
}

fn reset_page(app: &App, frame: Frame, token: String, kept: &Kept, errors: FieldErrors) -> Page {
    let frame = frame.title("reset-title");
    let errors = FormState::wrong(&frame.t, (), errors);
    let status = errors.status();
    let body = page(&ResetPage {
        frame,
        errors,
        token,
        sign_in_id: kept.sign_in_id.clone(),
        asks_code: kept.code_hash.is_some(),
        least: app.masters().policies().at(Policy::PasswordMinChars, app.clock().today()),
    })?;
    Ok((status, body).into_response())
}

/// The form of a link.
///
/// # Permissions
/// Whoever holds the link.
pub(super) async fn reset(State(app): State<App>, frame: Frame, Path(token): Path<String>) -> Page {
    let kept = of_link(&app, &app.db().read().await?, &token).await?;
    reset_page(&app, frame, token, &kept, FieldErrors::new())
}

/// Sets the new password.
///
/// # Permissions
/// Whoever holds the link, once, and knows the security code.
pub(super) async fn save(
    State(app): State<App>,
    frame: Frame,
    Path(token): Path<String>,
    OpenForm(form): OpenForm<ResetForm>,
) -> Page {
    let kept = of_link(&app, &app.db().read().await?, &token).await?;
    let mut errors = FieldErrors::new();
    check_new(&app, &form.new, &form.again, &kept.sign_in_id, &mut errors);
    if kept.code_hash.is_some() && form.code.trim().is_empty() {
        errors.add("code", "field-needed");
    }
    if !errors.is_empty() {
        return reset_page(&app, frame, token, &kept, errors);
    }
    let code_fits = code_fits(&app, &form.code, &kept).await?;
    let new_hash = hash(&app, &form.new).await?;
    let tx = app.db().write().await?;
    let counts = Counts::lock(&tx, &[(What::Code, &kept.id)]).await?;
    pass_code(&app, &counts, code_fits, &mut errors).await?;
    if !errors.is_empty() {
        // Misses are counted, so this too is committed.
        tx.commit().await?;
        return reset_page(&app, frame, token, &kept, errors);
    }
    if !tickets::use_up(&app, &tx, &token).await? {
        return Err(PageError::refused(StatusCode::GONE, "link-gone"));
    }
    set(&app, &tx, &kept, &new_hash).await?;
    unlock(&tx, &kept.id, &kept.sign_in_id).await?;
    tx.commit().await?;
    Ok(signed_out(&app, "password-changed"))
}
