//! Pages of one tie: ending it, and taking the end back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use web::{Form, FormState, Frame, NoFields, Page, PageError, redirect_with, redirect_with_numbers};

use super::end::{Tie, find, keeper};
use super::{EndForm, TieRefusal};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;

#[derive(Template)]
#[template(path = "ties/templates/end.html")]
struct EndPage {
    frame: Frame,
    tie: Tie,
    form: FormState<EndForm>,
}

/// What a refusal is as an answer.
pub(super) fn page_error(refusal: &TieRefusal) -> PageError {
    match refusal {
        TieRefusal::Forbidden => PageError::Forbidden,
        TieRefusal::NotFound | TieRefusal::Fields(_) => PageError::NotFound,
        TieRefusal::TooLate => PageError::refused(StatusCode::CONFLICT, "tie-too-late"),
    }
}

fn end_page(frame: Frame, tie: Tie, form: FormState<EndForm>) -> Page {
    let list = frame.t.s("ties-title");
    let frame = frame.crumb(list, "/ties").title("tie-end-title");
    let status = form.status();
    Ok((status, web::page(&EndPage { frame, tie, form })?).into_response())
}

/// The form that ends a tie.
///
/// # Permissions
/// Administrators and tier managers, of workers tied to their company.
pub(super) async fn form(State(app): State<App>, viewer: Viewer, frame: Frame, Path(worker): Path<String>) -> Page {
    let (company, _) = keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let tx = app.db().read().await?;
    let tie = find(&tx, company, &worker).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    audit::seen(&app, &viewer, &[tie.worker], "tie").await?;
    let form = EndForm {
        last: app.clock().today().to_string(),
    };
    let form = FormState::new(&frame.t, form);
    end_page(frame, tie, form)
}

/// Ends it.
///
/// # Permissions
/// As the form.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(worker): Path<String>,
    Form(form): Form<EndForm>,
) -> Page {
    let (company, _) = keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let tx = app.db().write().await?;
    match super::end(&app, &tx, &viewer, &worker, &form).await {
        Ok(rows) => {
            tx.commit().await?;
            Ok(redirect_with_numbers("/ties", "tie-ended", &[("rows", rows)]))
        }
        Err(UseCaseError::Refused(TieRefusal::Fields(errors))) => {
            let tie = find(&tx, company, &worker).await?.ok_or(PageError::NotFound)?;
            let form = FormState::wrong(&frame.t, form, errors);
            end_page(frame, tie, form)
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes today's end back.
///
/// # Permissions
/// As the form.
pub(super) async fn take_back(
    State(app): State<App>,
    viewer: Viewer,
    Path(worker): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    match super::take_back(&app, &tx, &viewer, &worker).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/ties", "tie-end-taken-back"))
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
