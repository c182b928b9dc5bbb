//! The page on which a site is suspended, goes on, ends early, is opened again or deleted.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::WorkDay;
use domain::form::Faults;
use domain::site::{Move, MoveFault, Pause};
use store::Tx;
use web::{Form, Frame, Mood, Page, PageError, T, page, redirect_with, redirect_with_numbers};

use super::course::{MoveForm, open_moves};
use super::list::mood;
use super::{OpenSite, SiteRefusal, make_move, open};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::application::sentence;
use crate::rooms::history;

/// A move as the page offers it: what was typed for it, or what is most likely meant.
struct Offer {
    word: &'static str,
    day: String,
    until: String,
    reason: String,
    day_error: String,
    until_error: String,
    reason_error: String,
    /// Something of it is wrong: it is shown open.
    wrong: bool,
}

impl Offer {
    fn of(t: &T, step: Move, today: WorkDay, wrong: &Wrong) -> Self {
        let own = wrong.form.step == step.word();
        let typed = |text: &str| if own { text.to_owned() } else { String::new() };
        let error = |field: &str| {
            let fault = wrong.faults.of(field).filter(|_| own);
            fault.map(|fault| sentence(t, fault)).unwrap_or_default()
        };
        Self {
            word: step.word(),
            day: if own { wrong.form.day.clone() } else { today.to_string() },
            until: typed(&wrong.form.until),
            reason: typed(&wrong.form.reason),
            day_error: error("day"),
            until_error: error("until"),
            reason_error: error("reason"),
            wrong: own,
        }
    }

    fn asks_day(&self) -> bool {
        matches!(self.word, "suspend" | "resume" | "end")
    }

    fn asks_reason(&self) -> bool {
        matches!(self.word, "suspend" | "end" | "delete")
    }
}

#[derive(Template)]
#[template(path = "site/templates/state.html")]
struct StatePage {
    frame: Frame,
    site: OpenSite,
    state: domain::site::State,
    mood: Mood,
    pause: Option<(Pause, String)>,
    offers: Vec<Offer>,
    /// What is wrong with the move as a whole; empty if nothing.
    fault: String,
    /// Last day on which somebody worked there.
    last_worked: Option<WorkDay>,
    past_pauses: Vec<(Pause, String)>,
}

/// A fault of a move in words.
fn words(t: &T, fault: MoveFault) -> String {
    match fault {
        MoveFault::NotAllowed => t.s("move-not-allowed"),
        MoveFault::OutsidePeriod { from, to } => t.with("move-outside-period", &[("from", t.day(from)), ("to", t.day(to))]),
        MoveFault::Backward => t.s("field-period-backward"),
        MoveFault::Worked { day } => t.with("move-worked", &[("day", t.day(day))]),
        MoveFault::Twice => t.s("move-twice"),
    }
}

#[derive(Default)]
struct Wrong {
    form: MoveForm,
    faults: Faults,
    fault: String,
}

async fn state_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, wrong: Option<Wrong>) -> Page {
    let today = app.clock().today();
    let state = site.head.course.state(today);
    let moves = open_moves(app, tx, viewer, &site).await?;
    let last_worked = history::days_at(tx, site.head.id).await?.map(|(_, last)| last);
    let pauses = site
        .head
        .course
        .pauses
        .iter()
        .copied()
        .zip(site.head.pause_reasons.iter().cloned());
    let past_pauses = pauses.filter(|(pause, _)| !pause.is_open(today)).collect();
    let wrong = wrong.unwrap_or_default();
    let status = if wrong.faults.is_empty() && wrong.fault.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let steps = moves.into_iter().filter(|step| *step != Move::Change);
    let offers = steps.map(|step| Offer::of(&frame.t, step, today, &wrong)).collect();
    let body = page(&StatePage {
        frame: site.crumbs(frame.title("site-state-title")),
        pause: site.head.open_pause(today),
        site,
        state,
        mood: mood(state),
        offers,
        fault: wrong.fault,
        last_worked,
        past_pauses,
    })?;
    Ok((status, body).into_response())
}

/// How the site stands, and what can be done with it.
///
/// # Permissions
/// The prime.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    state_page(&app, &tx, &viewer, frame, site, None).await
}

/// Makes a move.
///
/// # Permissions
/// The prime; deleting: administrators and tier managers.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<MoveForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let wrong = match make_move(&app, &tx, &viewer, &site, &form).await {
        Ok(taken_in) => {
            tx.commit().await?;
            if form.step == Move::Delete.word() {
                app.known_readers().forget();
                return Ok(redirect_with("/sites", "site-deleted"));
            }
            let here = format!("/sites/{}/state", site.head.id);
            return Ok(if taken_in > 0 {
                redirect_with_numbers(&here, "move-made-and-taken-in", &[("count", taken_in)])
            } else {
                redirect_with(&here, "move-made")
            });
        }
        Err(UseCaseError::Refused(SiteRefusal::Forbidden | SiteRefusal::NoSuchStep)) => return Err(PageError::Forbidden),
        Err(UseCaseError::Refused(SiteRefusal::Fields(faults))) => Wrong {
            form,
            faults,
            fault: String::new(),
        },
        Err(UseCaseError::Refused(SiteRefusal::Move(fault))) => Wrong {
            fault: words(&frame.t, fault),
            form,
            faults: Faults::new(),
        },
        Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "move-changed-meanwhile", &[]);
            let wrong = Wrong {
                form,
                faults: Faults::new(),
                fault: String::new(),
            };
            let body = state_page(&app, &tx, &viewer, frame, site, Some(wrong)).await?;
            return Ok((StatusCode::CONFLICT, body).into_response());
        }
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    state_page(&app, &tx, &viewer, frame, site, Some(wrong)).await
}
