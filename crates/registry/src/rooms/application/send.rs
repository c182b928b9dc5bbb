//! Everything once more before it is sent; sent, taken back, given up.

use askama::Template;
use axum::extract::{Path, State as AppState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::registration::moves::Move;
use domain::registration::{Faults, Purpose};
use serde::Deserialize;
use store::Tx;
use web::{Form, Frame, Mood, NoFields, Page, PageError, page, redirect, redirect_with};

use super::end::{Stakes, stakes};
use super::faults::all_faults;
use super::fee;
use super::form_view::{GroupView, Sight, companies_named, group_view, label_of, sentence};
use super::moves::{MoveRefusal, submit as submit_it, take_back};
use super::open::open;
use super::stored::Application;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::level::{self, Explained};

#[derive(Template)]
#[template(path = "application/templates/check.html")]
struct CheckPage {
    frame: Frame,
    application: Application,
    groups: Vec<GroupView>,
    errors: Vec<(String, String, String)>,
    yen: i64,
    paid: bool,
    /// What a withdrawal touches, and what is registered: shown before it is sent.
    stakes: Option<Stakes>,
    registered: Vec<GroupView>,
    /// What the judge says, of an application for a level.
    level: Option<Explained>,
}

async fn check_page(app: &App, tx: &Tx, frame: Frame, application: &Application, faults: &Faults) -> Page {
    let (t, form, masters) = (frame.t.clone(), application.purpose.form(), app.masters());
    let companies = super::company_names(tx, companies_named(&application.fields).into_iter()).await?;
    let sight = Sight {
        registered: application.before(),
        faults: Some(faults),
        ..Sight::of(application, &t, &masters, &companies)
    };
    let errors = faults
        .all()
        .iter()
        .map(|fault| {
            let step = form.find(&fault.field).map_or("", |(group, _)| group.name);
            (step.to_owned(), label_of(&t, form, &fault.field), sentence(&t, fault))
        })
        .collect();
    let frame = frame
        .title("application-check-title")
        .crumb(t.s("applications-title"), "/applications")
        .crumb(application.number.clone(), format!("/applications/{}", application.id));
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let stakes = stakes(app, tx, application).await?;
    let shown = match application.subject.as_deref() {
        // Whoever tells of a death need not see more of the worker than his name.
        Some(subject) if stakes.is_some() && application.purpose != Purpose::WorkerDeath => {
            let of = if application.purpose.of_company() {
                Purpose::CompanyChange
            } else {
                Purpose::WorkerChange
            };
            super::registered_view(app, tx, &t, of, subject).await?
        }
        _ => Vec::new(),
    };
    let level = level::explain(app, tx, &t, application).await?;
    let body = page(&CheckPage {
        level,
        stakes,
        registered: shown,
        frame,
        groups: form
            .steps(&application.fields)
            .map(|group| group_view(sight, group))
            .collect(),
        errors,
        yen: fee::quote(app, tx, application).await?,
        paid: application.paid_at.is_some(),
        application: application.clone(),
    })?;
    Ok((status, body).into_response())
}

/// Everything once more before it is sent, with the price.
///
/// # Permissions
/// Who applies, while it is open for writing.
pub(super) async fn check(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    if !opened.writes() {
        return Ok(redirect(&format!("/applications/{id}")));
    }
    let application = &opened.application;
    let faults = all_faults(&app, &tx, application).await?;
    let answer = check_page(&app, &tx, frame, application, &faults).await?;
    drop(tx);
    application.seen(&app, &viewer, "registration").await?;
    // It was only looked at: what is missing is no fault of this request.
    Ok(with_status(answer, StatusCode::OK))
}

fn with_status(mut response: Response, status: StatusCode) -> Response {
    *response.status_mut() = status;
    response
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SubmitForm {
    version: String,
    yen: String,
}

/// Sends it.
///
/// # Permissions
/// Who applies.
pub(super) async fn submit(
    AppState(app): AppState<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<SubmitForm>,
) -> Page {
    let tx = app.db().write().await?;
    let opened = open(&app, &tx, &viewer, &id).await?;
    let (version, yen) = (form.version.parse().unwrap_or(-1), form.yen.parse().unwrap_or(-1));
    match submit_it(&app, &tx, &viewer, &opened, version, yen).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/applications/{id}"), "application-submitted"))
        }
        Err(UseCaseError::Refused(MoveRefusal::Faults(faults))) => {
            check_page(&app, &tx, frame, &opened.application, &faults).await
        }
        Err(UseCaseError::Refused(MoveRefusal::PriceChanged { now })) => {
            let frame = frame.notice(Mood::Warn, "application-price-changed", &[("yen", now)]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::CONFLICT))
        }
        Err(UseCaseError::Refused(MoveRefusal::NothingChanged)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "application-nothing-changed", &[]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(UseCaseError::Refused(MoveRefusal::NotAllowed)) => {
            Ok(redirect_with(&format!("/applications/{id}"), "application-not-open"))
        }
        Err(UseCaseError::Refused(MoveRefusal::ChangedMeanwhile)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "application-changed-meanwhile", &[]);
            let answer = check_page(&app, &tx, frame, &opened.application, &Faults::new()).await?;
            Ok(with_status(answer, StatusCode::CONFLICT))
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

async fn back(app: &App, viewer: &Viewer, id: &str, step: Move, said: &str) -> Page {
    let tx = app.db().write().await?;
    let opened = open(app, &tx, viewer, id).await?;
    let address = format!("/applications/{id}");
    match take_back(app, &tx, viewer, &opened, step).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with(&address, said))
        }
        Err(UseCaseError::Refused(_)) => Ok(redirect_with(&address, "application-not-open")),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes it back to correct it.
///
/// # Permissions
/// Who applies.
pub(super) async fn reopen(
    AppState(app): AppState<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    back(&app, &viewer, &id, Move::Reopen, "application-reopened").await
}

/// Gives it up.
///
/// # Permissions
/// Who applies.
pub(super) async fn withdraw(
    AppState(app): AppState<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    back(&app, &viewer, &id, Move::Withdraw, "application-withdrawn").await
}
