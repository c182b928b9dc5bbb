//! Use case and pages: sign-up of applicants (申請用ID). An e-mail address is proven by a link; a temporary account is made with which an
//! application can be filed, before the real ID exists (registry rule book 1.1). Open to everybody.
//!
//! One address may have any number of accounts, so nothing here tells whether one exists.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Policy;
use domain::access::Role;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, FormState, Frame, Language, OpenForm, Page, PageError, Value, page};

use super::create::{Row, insert};
use super::forgotten::may_mail;
use super::issue::new_sign_in_id;
use super::kept::check_new;
use crate::App;
use crate::access::tickets::{self, TicketKind};
use crate::access::{Origin, UseCase, UseCaseError, hash};
use crate::rooms::mail::{self, Mail};
use crate::typed::line;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignUpForm {
    email: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    form: FormState<String>,
    done: bool,
    minutes: i64,
}

/// Writes the link.
async fn ask(app: &App, tx: &Tx, origin: &Origin, email: &str, language: Language) -> UseCase<(), PageError> {
    let person_may = may_mail(app, tx, origin, &email.to_lowercase()).await?;
    let minutes = app.masters().policies().at(Policy::SignUpMinutes, app.clock().today());
    let token = tickets::write(app, tx, TicketKind::SignUp, None, email, minutes).await?;
    let t = app.texts().t(language);
    let link = format!("{}/sign-up/{token}", app.settings().address);
    let mail = Mail {
        to: email,
        subject: t.s("mail-sign-up-subject"),
        body: t.with(
            "mail-sign-up",
            &[("link", Value::from(link)), ("minutes", Value::from(minutes))],
        ),
    };
    if person_may {
        mail::send(app, tx, mail).await?;
    } else {
        mail::feign(app, tx, mail).await?;
    }
    Ok(())
}

fn sign_up_page(app: &App, frame: Frame, form: FormState<String>, done: bool) -> Page {
    let status = form.status();
    let body = page(&SignUpPage {
        frame: frame.title("sign-up-title"),
        form,
        done,
        minutes: app.masters().policies().at(Policy::SignUpMinutes, app.clock().today()),
    })?;
    Ok((status, body).into_response())
}

/// # Permissions
/// Everybody.
pub(super) async fn show(State(app): State<App>, frame: Frame) -> Page {
    let form = FormState::new(&frame.t, String::new());
    sign_up_page(&app, frame, form, false)
}

/// Asks for the link.
///
/// # Permissions
/// Everybody, a few times an hour.
pub(super) async fn send(State(app): State<App>, frame: Frame, origin: Origin, OpenForm(form): OpenForm<SignUpForm>) -> Page {
    let email = form.email.trim().to_owned();
    if !mail::is_address(&email) {
        let mut errors = FieldErrors::new();
        errors.add("email", "email-wrong");
        let form = FormState::wrong(&frame.t, form.email, errors);
        return sign_up_page(&app, frame, form, false);
    }
    let tx = app.db().write().await?;
    match ask(&app, &tx, &origin, &email, frame.t.language()).await {
        Ok(()) => {
            tx.commit().await?;
            let form = FormState::new(&frame.t, email);
            sign_up_page(&app, frame, form, true)
        }
        Err(UseCaseError::Refused(error)) => Err(error),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NameForm {
    name: String,
    new: String,
    again: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/sign_up_name.html")]
struct NamePage {
    frame: Frame,
    form: FormState<String>,
    token: String,
    least: i64,
    made: String,
}

async fn email_of(app: &App, tx: &Tx, token: &str) -> Result<String, PageError> {
    let ticket = tickets::open(app, tx, TicketKind::SignUp, token).await?;
    ticket
        .map(|t| t.body)
        .ok_or_else(|| PageError::refused(StatusCode::GONE, "link-gone"))
}

fn name_page(app: &App, frame: Frame, token: String, form: FormState<String>, made: String) -> Page {
    let status = if made.is_empty() { form.status() } else { StatusCode::CREATED };
    let body = page(&NamePage {
        frame: frame.title("sign-up-title"),
        form,
        token,
        least: app.masters().policies().at(Policy::PasswordMinChars, app.clock().today()),
        made,
    })?;
    Ok((status, body).into_response())
}

/// The form of a link.
///
/// # Permissions
/// Whoever holds the link.
pub(super) async fn name(State(app): State<App>, frame: Frame, Path(token): Path<String>) -> Page {
    email_of(&app, &app.db().read().await?, &token).await?;
    let form = FormState::new(&frame.t, String::new());
    name_page(&app, frame, token, form, String::new())
}

/// Makes the applicant's account and shows its ID.
///
/// # Permissions
/// Whoever holds the link, once.
pub(super) async fn make(
    State(app): State<App>,
    frame: Frame,
    Path(token): Path<String>,
    OpenForm(form): OpenForm<NameForm>,
) -> Page {
    email_of(&app, &app.db().read().await?, &token).await?;
    let mut errors = FieldErrors::new();
    let name = line(&mut errors, "name", &form.name, 100, true);
    check_new(&app, &form.new, &form.again, "", &mut errors);
    if !errors.is_empty() {
        let form = FormState::wrong(&frame.t, form.name, errors);
        return name_page(&app, frame, token, form, String::new());
    }
    let password_hash = hash(&app, &form.new).await?;
    let tx = app.db().write().await?;
    let email = email_of(&app, &tx, &token).await?;
    if !tickets::use_up(&app, &tx, &token).await? {
        return Err(PageError::refused(StatusCode::GONE, "link-gone"));
    }
    let id = new_sign_in_id(&app, &tx).await?;
    let row = Row {
        sign_in_id: &id,
        role: Role::Applicant,
        company: None,
        worker: None,
        name: &name,
        email: &email,
        language: frame.t.language(),
        password_hash,
        code_hash: None,
        must_change: false,
        tier: None,
        sites: &[],
    };
    insert(&app, &tx, row).await?;
    let mail = Mail {
        to: &email,
        subject: frame.t.s("mail-applicant-subject"),
        body: frame
            .t
            .with("mail-applicant", &[("name", name.as_str()), ("id", id.as_str())]),
    };
    mail::send(&app, &tx, mail).await?;
    tx.commit().await?;
    let form = FormState::new(&frame.t, name);
    name_page(&app, frame, token, form, id)
}
