//! The worker's page about his code for number entry.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Tx, values};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::code::{GateCodeRefusal, own, remove_code, set_code};
use super::queries;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::millisecond;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

#[derive(FromQueryResult)]
struct SetRow {
    set_at: i64,
}

#[derive(Template)]
#[template(path = "gate/templates/code.html")]
struct CodePage {
    frame: Frame,
    since: Option<Timestamp>,
    /// Without what was typed: it is a secret, so it is not sent back.
    form: FormState<()>,
}

async fn code_page(tx: &Tx, viewer: &Viewer, frame: Frame, form: FormState<()>) -> Page {
    let worker = own(viewer).ok_or(PageError::Forbidden)?;
    let row: Option<SetRow> = tx.one(&queries::SET_AT, values![worker.to_string()]).await?;
    let since = row.map(|row| millisecond(row.set_at, "gate_code.set_at")).transpose()?;
    let home = frame.t.s("portal-home");
    let status = form.status();
    let body = page(&CodePage {
        frame: frame.crumb(home, "/").title("gate-code-title"),
        since,
        form,
    })?;
    Ok((status, body).into_response())
}

/// Whether a code is set, and the form for one.
///
/// # Permissions
/// The worker himself.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let form = FormState::new(&frame.t, ());
    code_page(&app.db().read().await?, &viewer, frame, form).await
}

/// Sets a code.
///
/// # Permissions
/// The worker himself.
pub(super) async fn set(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<CodeForm>) -> Page {
    match set_code(&app, &viewer, &form.code).await {
        Ok(()) => Ok(redirect_with("/my/code", "gate-code-set")),
        Err(UseCaseError::Refused(GateCodeRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(refusal)) => {
            let mut errors = FieldErrors::new();
            errors.add("code", refusal.key());
            let form = FormState::wrong(&frame.t, (), errors);
            code_page(&app.db().read().await?, &viewer, frame, form).await
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes the code away.
///
/// # Permissions
/// The worker himself.
pub(super) async fn remove(State(app): State<App>, viewer: Viewer, Form(NoFields {}): Form<NoFields>) -> Page {
    let tx = app.db().write().await?;
    match remove_code(&app, &tx, &viewer).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/my/code", "gate-code-removed"))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
