//! Use case and page: somebody signed in changes his password (registry rule book R-PW-1): the old one, the new one, the security code;
//! then all his sessions end and he signs in again with the new one.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Policy;
use serde::Deserialize;
use store::{Tx, values};
use web::{FieldErrors, Form, FormState, Frame, Page, PageError, page, redirect_with};

use super::kept::{Kept, check_new, code_fits, kept, pass_code, pass_proof};
use super::queries;
use crate::App;
use crate::access::throttle::{Counts, What};
use crate::access::tickets::{self, TicketKind};
use crate::access::{UseCase, UseCaseError, Viewer, end_sessions, fits, hash};
use crate::rooms::mail::{self, Mail};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PasswordForm {
    old: String,
    new: String,
    again: String,
    code: String,
}

#[derive(Template)]
#[template(path = "accounts/templates/password.html")]
struct PasswordPage {
    frame: Frame,
    errors: FormState<()>,
    old_label: String,
    asks_code: bool,
    first: bool,
    least: i64,
}

/// What the slow hashes said of the form, worked out before any transaction.
struct Tried {
    old_fits: bool,
    code_fits: Option<bool>,
    new_hash: String,
}

async fn try_secrets(app: &App, kept: &Kept, form: &PasswordForm) -> anyhow::Result<Tried> {
    Ok(Tried {
        old_fits: fits(app, &form.old, Some(kept.password_hash.clone())).await?,
        code_fits: code_fits(app, &form.code, kept).await?,
        new_hash: hash(app, &form.new).await?,
    })
}

/// Changes the password. Commit also when it is refused: misses are counted.
async fn change(app: &App, tx: &Tx, kept: &Kept, tried: &Tried) -> UseCase<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    let counts = Counts::lock(tx, &[(What::Proof, &kept.id), (What::Code, &kept.id)]).await?;
    pass_proof(app, &counts, tried.old_fits, "old", "password-old-wrong", &mut errors).await?;
    // The code is not tried by somebody who does not know the password.
    if errors.is_empty() {
        pass_code(app, &counts, tried.code_fits, &mut errors).await?;
    }
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(errors));
    }
    set(app, tx, kept, &tried.new_hash).await.map_err(UseCaseError::Broken)
}

/// Sets a password that was proven: sessions and open links end, and the owner is told by mail.
pub(super) async fn set(app: &App, tx: &Tx, kept: &Kept, new_hash: &str) -> anyhow::Result<()> {
    tx.run(&queries::SET_PASSWORD, values![kept.id.as_str(), new_hash]).await?;
    end_sessions(tx, &kept.id, None).await?;
    for kind in [TicketKind::Reset, TicketKind::SignIn] {
        tickets::drop_of_account(tx, &kept.id, kind).await?;
    }
    if !kept.email.is_empty() {
        let t = app.texts().t(kept.language);
        let mail = Mail {
            to: &kept.email,
            subject: t.s("mail-password-changed-subject"),
            body: t.with("mail-password-changed", &[("name", kept.name.as_str())]),
        };
        mail::send(app, tx, mail).await?;
    }
    Ok(())
}

async fn own(app: &App, viewer: &Viewer) -> Result<Kept, PageError> {
    let tx = app.db().read().await?;
    kept(&tx, &viewer.account).await?.ok_or(PageError::NotFound)
}

fn form_page(app: &App, frame: Frame, viewer: &Viewer, kept: &Kept, errors: FieldErrors) -> Page {
    let frame = frame.title(if viewer.must_change {
        "password-first-title"
    } else {
        "password-title"
    });
    let account = frame.t.s("account-title");
    let frame = if viewer.must_change {
        frame
    } else {
        frame.crumb(account, "/account")
    };
    // What was typed are secrets: none is sent back.
    let errors = FormState::wrong(&frame.t, (), errors);
    let status = errors.status();
    let old_label = frame.t.s(if viewer.must_change {
        "password-initial"
    } else {
        "password-old"
    });
    let body = page(&PasswordPage {
        frame,
        old_label,
        errors,
        asks_code: kept.code_hash.is_some(),
        first: viewer.must_change,
        least: app.masters().policies().at(Policy::PasswordMinChars, app.clock().today()),
    })?;
    Ok((status, body).into_response())
}

/// The form.
///
/// # Permissions
/// Anybody signed in, for himself. The only page open while the initial password is in use.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let kept = own(&app, &viewer).await?;
    form_page(&app, frame, &viewer, &kept, FieldErrors::new())
}

/// Changes it.
///
/// # Permissions
/// Anybody signed in, for himself.
pub(super) async fn save(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<PasswordForm>) -> Page {
    let kept = own(&app, &viewer).await?;
    let mut errors = FieldErrors::new();
    if form.old.is_empty() {
        errors.add("old", "field-needed");
    }
    check_new(&app, &form.new, &form.again, &kept.sign_in_id, &mut errors);
    if errors.is_empty() && form.new == form.old {
        errors.add("new", "password-same");
    }
    if kept.code_hash.is_some() && form.code.trim().is_empty() {
        errors.add("code", "field-needed");
    }
    if !errors.is_empty() {
        return form_page(&app, frame, &viewer, &kept, errors);
    }
    let tried = try_secrets(&app, &kept, &form).await?;
    let tx = app.db().write().await?;
    let done = change(&app, &tx, &kept, &tried).await;
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(signed_out(&app, "password-changed"))
        }
        Err(UseCaseError::Refused(errors)) => {
            tx.commit().await?;
            form_page(&app, frame, &viewer, &kept, errors)
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// To the sign-in page, with a word about what was done; the session is gone.
pub(super) fn signed_out(app: &App, notice: &str) -> Response {
    let mut response = redirect_with("/sign-in", notice);
    let (name, value) = app.session_cookie().remove();
    response.headers_mut().append(name, value);
    response
}
