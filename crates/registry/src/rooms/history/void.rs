//! Use case: the prime voids a day (取消) that was recorded by mistake, with a reason. Nothing is deleted: the touches and all judgements
//! stay, and the day's page tells who did it and why. What was charged for it is reversed by the closing that counts its month (room
//! `fees`). Only the prime may, until the deadline of the day: our rule, the rule book leaves both open (8.4).

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::Policy;
use domain::access::Act;
use domain::judge::mending_deadline;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Page, PageError, page, redirect_with};

use super::around::Around;
use super::day::{VisibleDay, build, visible};
use super::days::{Cause, DayKey, Fixed, Occasion, Overrule, overrule};
use super::receive::lock_workers;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::notices::{Whom, tell};
use crate::typed::line;

/// Why a day is not voided.
pub(super) enum VoidRefusal {
    /// Only the prime may.
    Forbidden,
    /// The deadline has passed.
    TooLate,
    /// The reason is missing or wrong.
    Fields(FieldErrors),
}

/// Voids a day. Voided already, it stays so.
///
/// # Errors
/// [`VoidRefusal`].
async fn void(app: &App, tx: &Tx, viewer: &Viewer, day: &VisibleDay, reason: &str) -> UseCase<(), VoidRefusal> {
    let refuse = UseCaseError::Refused;
    if !(day.is_prime && viewer.may(Act::ApproveHistory)) {
        return Err(refuse(VoidRefusal::Forbidden));
    }
    let masters = app.masters();
    let policies = masters.policies();
    let deadline = mending_deadline(day.day, policies.at(Policy::MendingMonths, day.day));
    if app.clock().today() > deadline {
        return Err(refuse(VoidRefusal::TooLate));
    }
    let key = DayKey {
        worker: day.worker,
        site: day.site,
        day: day.day,
    };
    let workers = lock_workers(tx, &BTreeSet::from([day.worker])).await?;
    let mut around = Around::without_touches(tx, &BTreeSet::from([(key.worker, key.site, key.day)])).await?;
    let now = match around.histories.remove(&key) {
        Some(now) if now.fixed != Some(Fixed::Void) => now,
        // A second click.
        _ => return Ok(()),
    };
    let mut errors = FieldErrors::new();
    let reason = line(&mut errors, "reason", reason, 200, true);
    if !errors.is_empty() {
        return Err(refuse(VoidRefusal::Fields(errors)));
    }
    let occasion = Occasion::now(app.clock(), policies, Cause::Void);
    let what = Overrule::Void { reason: reason.clone() };
    overrule(tx, &occasion, key, now, what, &workers).await?;
    let details = serde_json::json!({ "site": key.site.to_string(), "day": key.day, "reason": reason });
    audit::changed(app, tx, viewer, &key.worker.to_string(), "history_voided", &details).await?;
    let on = key.day.to_string();
    let args = [("site", day.site_name()), ("day", on.as_str()), ("reason", reason.as_str())];
    let link = format!("/sites/{}/days/{}/{}", key.site, key.day, day.handle);
    tell(app, tx, &Whom::Worker(key.worker), "notice-day-voided", &args, Some(&link)).await?;
    if let Some(employer) = day.employer()? {
        tell(app, tx, &Whom::Company(employer), "notice-day-voided-of", &args, Some(&link)).await?;
    }
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct VoidForm {
    reason: String,
}

/// The prime voids a day.
///
/// # Permissions
/// The prime; its site managers at their sites.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, day, worker)): Path<(String, String, String)>,
    Form(VoidForm { reason }): Form<VoidForm>,
) -> Page {
    let tx = app.db().write().await?;
    let found = visible(&tx, &viewer, &site, &day, &worker).await?;
    match void(&app, &tx, &viewer, &found, &reason).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{site}/days/{day}/{worker}"), "day-voided"))
        }
        Err(UseCaseError::Refused(VoidRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(VoidRefusal::TooLate)) => Err(PageError::refused(StatusCode::CONFLICT, "day-void-too-late")),
        Err(UseCaseError::Refused(VoidRefusal::Fields(errors))) => {
            let voiding = FormState::wrong(&frame.t, reason, errors);
            let body = build(&app, &tx, &viewer, frame, found, None, Some(voiding)).await?;
            drop(tx);
            audit::seen(&app, &viewer, &[body.worker()], "day").await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&body)?).into_response())
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
