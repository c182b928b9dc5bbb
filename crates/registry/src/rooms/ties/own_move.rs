//! The worker's pages about his moves: to tell one, to see where it stands, to take it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::{Policy, WorkDay};
use store::Tx;
use web::{Form, FormState, Frame, Mood, NoFields, Page, PageError, page, redirect_with};

use super::moves::{MoveForm, MoveRefusal, MoveRow, MoveState, ask, moves_of_worker, own, ties_to_leave, withdraw};
use crate::App;
use crate::access::{UseCaseError, Viewer};

#[derive(Template)]
#[template(path = "ties/templates/own_move.html")]
struct OwnMovePage {
    frame: Frame,
    moves: Vec<(MoveRow, Mood)>,
    waits: bool,
    ties: Vec<(String, String)>,
    until: WorkDay,
    form: FormState<MoveForm>,
}

impl OwnMovePage {
    fn leaves(&self, tie: &str) -> bool {
        self.form.values.leave == tie
    }
}

/// Moves with the moods of their chips.
pub(super) fn with_moods(moves: Vec<MoveRow>) -> Vec<(MoveRow, Mood)> {
    moves
        .into_iter()
        .map(|m| {
            let mood = mood(m.state);
            (m, mood)
        })
        .collect()
}

/// Mood of a move's chip.
pub(super) fn mood(state: MoveState) -> Mood {
    match state {
        MoveState::Asked => Mood::Pending,
        MoveState::Confirmed => Mood::Good,
        MoveState::Declined => Mood::Bad,
        MoveState::Withdrawn => Mood::Info,
    }
}

async fn show(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, form: Option<FormState<MoveForm>>) -> Page {
    let worker = own(viewer).ok_or(PageError::Forbidden)?;
    let today = app.clock().today();
    let ties = ties_to_leave(app, tx, worker).await?;
    let form = form.unwrap_or_else(|| {
        let first = MoveForm {
            from: today.plus(1).to_string(),
            leave: ties.first().map_or_else(|| "none".to_owned(), |(id, _)| id.clone()),
            ..MoveForm::default()
        };
        FormState::new(&frame.t, first)
    });
    let moves = moves_of_worker(tx, worker).await?;
    let ahead = app.masters().policies().at(Policy::MoveAheadDays, today);
    let home = frame.t.s("portal-home");
    let status = form.status();
    let body = page(&OwnMovePage {
        frame: frame.crumb(home, "/").title("move-title"),
        waits: moves.iter().any(|m| m.state == MoveState::Asked),
        moves: with_moods(moves),
        ties,
        until: today.plus(i32::try_from(ahead).unwrap_or(0)),
        form,
    })?;
    Ok((status, body).into_response())
}

/// One's own moves, and the form of a new one.
///
/// # Permissions
/// The worker himself.
pub(super) async fn page_of_own(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    show(&app, &app.db().read().await?, &viewer, frame, None).await
}

/// Tells a move.
///
/// # Permissions
/// The worker himself.
pub(super) async fn send(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<MoveForm>) -> Page {
    let tx = app.db().write().await?;
    match ask(&app, &tx, &viewer, &form).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_with("/my/move", "move-told"))
        }
        Err(UseCaseError::Refused(MoveRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            show(&app, &tx, &viewer, frame, Some(form)).await
        }
        // A second click: what the first one did is shown.
        Err(UseCaseError::Refused(MoveRefusal::UnderWay)) => Ok(redirect_with("/my/move", "move-under-way")),
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes a move back.
///
/// # Permissions
/// The worker himself, his own.
pub(super) async fn take_back(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    match withdraw(&app, &tx, &viewer, &id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with("/my/move", "move-withdrawn"))
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// What a refusal is as an answer.
pub(super) fn page_error(refusal: &MoveRefusal) -> PageError {
    match refusal {
        MoveRefusal::Forbidden => PageError::Forbidden,
        MoveRefusal::NotFound | MoveRefusal::Fields(_) => PageError::NotFound,
        MoveRefusal::UnderWay | MoveRefusal::Over => PageError::refused(StatusCode::CONFLICT, "move-over"),
    }
}
