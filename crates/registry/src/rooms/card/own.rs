//! The worker's page about his card.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::IntoResponse;
use domain::WorkDay;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, page, redirect_with};

use super::issue::{CardReason, cards_of};
use super::reissue::{ReissueRefusal, own, reissue};
use super::rows::{CardRow, State};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::fees::{self, About};

#[derive(Template)]
#[template(path = "card/templates/own.html")]
struct OwnPage {
    frame: Frame,
    worker_id: String,
    cards: Vec<Shown>,
    /// Invoice of the card that waits for its fee.
    invoice: Option<String>,
    can_ask: bool,
    reasons: Vec<(&'static str, String)>,
    form: FormState<AskForm>,
}

struct Shown {
    card: CardRow,
    mood: Mood,
    /// Key of the word for where it stands.
    state: &'static str,
    ended: Option<WorkDay>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct AskForm {
    reason: String,
    sure: String,
}

async fn show(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, form: FormState<AskForm>) -> Page {
    let worker = own(viewer).ok_or(PageError::Forbidden)?;
    let today = app.clock().today();
    let cards: Vec<Shown> = cards_of(tx, worker)
        .await?
        .into_iter()
        .map(|card| {
            let (mood, state) = match card.state {
                State::Asked => (Mood::Pending, "card-state-asked"),
                State::Ordered => (Mood::Pending, "card-state-ordered"),
                State::Printed if card.valid_until < today => (Mood::Warn, "card-state-expired"),
                State::Printed => (Mood::Good, "card-state-printed"),
                State::Dead => (Mood::Bad, "card-state-dead"),
            };
            let ended = card.ended_at.map(|at| WorkDay::of(at, 0));
            Shown {
                card,
                mood,
                state,
                ended,
            }
        })
        .collect();
    let invoice = match cards.first().filter(|newest| newest.card.state == State::Asked) {
        Some(newest) => fees::invoice_of(tx, &About::Reissue(newest.card.key.clone())).await?,
        None => None,
    };
    let can_ask = cards
        .first()
        .is_some_and(|newest| matches!(newest.card.state, State::Printed | State::Dead));
    let reasons = CardReason::ALL
        .into_iter()
        .filter(|reason| reason.is_reissue())
        .map(|reason| (reason.word(), frame.t.s(format!("card-reason-{}", reason.word()))))
        .collect();
    let status = form.status();
    let body = page(&OwnPage {
        frame: frame.title("card-own-title"),
        worker_id: worker.grouped(),
        cards,
        invoice,
        can_ask,
        reasons,
        form,
    })?;
    Ok((status, body).into_response())
}

/// One's own card: where it stands, until when it holds.
///
/// # Permissions
/// The worker himself.
pub(super) async fn page_of_own(Shared(app): Shared<App>, viewer: Viewer, frame: Frame) -> Page {
    let form = FormState::new(&frame.t, AskForm::default());
    show(&app, &app.db().read().await?, &viewer, frame, form).await
}

/// Asks for another card.
///
/// # Permissions
/// The worker himself.
pub(super) async fn ask(Shared(app): Shared<App>, viewer: Viewer, frame: Frame, Form(form): Form<AskForm>) -> Page {
    own(&viewer).ok_or(PageError::Forbidden)?;
    let mut errors = FieldErrors::new();
    let reason = CardReason::from_word(&form.reason).filter(|reason| reason.is_reissue());
    if reason.is_none() {
        errors.add("reason", "card-reason-needed");
    }
    if form.sure != "on" {
        errors.add("sure", "card-sure-needed");
    }
    if let Some(reason) = reason.filter(|_| errors.is_empty()) {
        let tx = app.db().write().await?;
        match reissue(&app, &tx, &viewer, reason).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(redirect_with("/my/card", "card-asked"));
            }
            Err(UseCaseError::Refused(ReissueRefusal::Forbidden)) => return Err(PageError::Forbidden),
            Err(UseCaseError::Refused(refusal)) => errors.add("reason", refusal.key()),
            Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
        }
    }
    let form = FormState::wrong(&frame.t, form, errors);
    show(&app, &app.db().read().await?, &viewer, frame, form).await
}
