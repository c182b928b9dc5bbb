//! The form of a correction: the day as it is recorded, to be changed where it is wrong.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::WorkDay;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, page as render, redirect_with};

use super::correct::{CorrectForm, CorrectionRefusal, ask_correction, day};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::{audit, roster};

#[derive(Template)]
#[template(path = "direct/templates/correct.html")]
struct CorrectPage {
    frame: Frame,
    site_name: String,
    name: String,
    day: WorkDay,
    /// Where the form is sent, and where it came from.
    here: String,
    back: String,
    counts: bool,
    employers: Vec<(String, String)>,
    trades: Vec<(String, String)>,
    positions: Vec<(String, String)>,
    form: FormState<CorrectForm>,
}

async fn show(
    app: &App,
    tx: Tx,
    viewer: &Viewer,
    frame: Frame,
    (site, on, handle): (&str, &str, &str),
    sent: Option<(CorrectForm, FieldErrors)>,
) -> Page {
    let found = day(&tx, viewer, site, on, handle).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    audit::seen(app, viewer, &[found.worker], "direct").await?;
    let (values, errors) = sent.unwrap_or_else(|| (found.form(), FieldErrors::new()));
    let masters = app.masters();
    let mut trades = roster::trade_choices(&masters, &frame.t, &found.held);
    // One that he no longer holds stays, as long as nothing else is chosen.
    let now = found.form().trade;
    if !now.is_empty() && trades.iter().all(|(code, _)| *code != now) {
        let name = now.parse().map(|code| roster::trade_name(&masters, &frame.t, code));
        trades.insert(0, (now.clone(), name.unwrap_or(now)));
    }
    let positions = roster::position_choices(&masters, &frame.t);
    // With one company to choose there is nothing to correct.
    let mut employers: Vec<_> = found.employers.iter().map(|e| (e.node.0.clone(), e.name.clone())).collect();
    if employers.iter().all(|(node, _)| *node == found.form().employer) {
        employers.clear();
    }
    let back = format!("/sites/{site}/days/{on}/{handle}");
    let title = format!("{}　{}", found.name, frame.t.short_day(found.day));
    let form = FormState::wrong(&frame.t, values, errors);
    let status = form.status();
    let body = render(&CorrectPage {
        frame: frame.crumb(title, back.clone()).title("correct-title"),
        site_name: found.site_name,
        name: found.name,
        day: found.day,
        here: format!("/direct/correct/{site}/{on}/{handle}"),
        back,
        counts: found.counts,
        employers,
        trades,
        positions,
        form,
    })?;
    Ok((status, body).into_response())
}

/// The form.
///
/// # Permissions
/// The worker; the company that was his employer that day.
pub(super) async fn form(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, on, handle)): Path<(String, String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    show(&app, tx, &viewer, frame, (&site, &on, &handle), None).await
}

/// Asks for the correction.
///
/// # Permissions
/// As the form.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, on, handle)): Path<(String, String, String)>,
    Form(form): Form<CorrectForm>,
) -> Page {
    let place = (site.as_str(), on.as_str(), handle.as_str());
    let tx = app.db().write().await?;
    match ask_correction(&app, &tx, &viewer, place, &form).await {
        Ok(()) => {
            tx.commit().await?;
            let list = if viewer.worker.is_some() { "/my/direct" } else { "/direct" };
            Ok(redirect_with(list, "correct-asked"))
        }
        Err(UseCaseError::Refused(CorrectionRefusal::NotFound)) => Err(PageError::NotFound),
        Err(UseCaseError::Refused(CorrectionRefusal::Fields(errors))) => {
            show(&app, tx, &viewer, frame, place, Some((form, errors))).await
        }
        Err(UseCaseError::Refused(CorrectionRefusal::Why(why))) => {
            let sentence = why.sentence(&frame.t);
            let frame = frame.notice(Mood::Warn, "direct-not-done", &[("why", sentence.as_str())]);
            let page = show(&app, tx, &viewer, frame, place, Some((form, FieldErrors::new()))).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
