//! A company's pages about moves: who says that he joins, who leaves; confirmed or declined.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use domain::WorkerId;
use jiff::SignedDuration;
use serde::Deserialize;
use store::Tx;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, page, redirect_with};

use super::end::keeper;
use super::moves::{MoveAnswer, MoveRefusal, MoveRow, MoveState, answer, moves_of_company, to_own_company};
use super::own_move::{mood, page_error, with_moods};
use super::pages::page_error as tie_error;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;

/// Moves told longer ago are no longer listed, unless they wait.
const LISTED: SignedDuration = SignedDuration::from_hours(24 * 90);

#[derive(Template)]
#[template(path = "ties/templates/moves.html")]
struct MovesPage {
    frame: Frame,
    joining: Vec<(MoveRow, Mood)>,
    leaving: Vec<MoveRow>,
}

/// Who says that he joins, and who leaves.
///
/// # Permissions
/// Administrators and tier managers, of their own company. The other company of a move is not named.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let (company, _) = keeper(&viewer).map_err(|refusal| tie_error(&refusal))?;
    let tx = app.db().read().await?;
    let moves = moves_of_company(&tx, company, app.clock().now() - LISTED).await?;
    drop(tx);
    let people: Vec<WorkerId> = moves.iter().map(|m| m.worker).collect();
    audit::seen(&app, &viewer, &people, "tie").await?;
    let (joining, leaving): (Vec<MoveRow>, Vec<MoveRow>) = moves.into_iter().partition(|m| m.company == company);
    let ties = frame.t.s("ties-title");
    page(&MovesPage {
        frame: frame.crumb(ties, "/ties").title("moves-title"),
        joining: with_moods(joining),
        leaving: leaving.into_iter().filter(|m| m.state != MoveState::Withdrawn).collect(),
    })
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct AnswerForm {
    answer: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "ties/templates/move.html")]
struct MovePage {
    frame: Frame,
    found: MoveRow,
    mood: Mood,
    may_confirm: bool,
    form: FormState<AnswerForm>,
}

fn one(viewer: &Viewer, frame: Frame, found: MoveRow, form: FormState<AnswerForm>) -> Page {
    let (ties, moves) = (frame.t.s("ties-title"), frame.t.s("moves-title"));
    let frame = frame.crumb(ties, "/ties").crumb(moves, "/moves").title("move-answer-title");
    let status = form.status();
    let body = page(&MovePage {
        frame,
        mood: mood(found.state),
        may_confirm: viewer.standing.takes_part(),
        found,
        form,
    })?;
    Ok((status, body).into_response())
}

async fn found(tx: &Tx, viewer: &Viewer, id: &str) -> Result<MoveRow, PageError> {
    match to_own_company(tx, viewer, id).await {
        Ok(found) => Ok(found),
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// One move to the company, to be answered.
///
/// # Permissions
/// As the list; only moves to the own company.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let found = found(&app.db().read().await?, &viewer, &id).await?;
    audit::seen(&app, &viewer, &[found.worker], "tie").await?;
    let form = FormState::new(&frame.t, AnswerForm::default());
    one(&viewer, frame, found, form)
}

/// Confirms or declines.
///
/// # Permissions
/// As the page.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Page {
    let tx = app.db().write().await?;
    let move_row = found(&tx, &viewer, &id).await?;
    let said = match form.answer.as_str() {
        "confirm" => MoveAnswer::Confirm,
        "decline" => MoveAnswer::Decline(form.reason.clone()),
        _ => {
            let mut errors = FieldErrors::new();
            errors.add("answer", "move-answer-needed");
            let form = FormState::wrong(&frame.t, form, errors);
            return one(&viewer, frame, move_row, form);
        }
    };
    match answer(&app, &tx, &viewer, &id, &said).await {
        Ok(()) => {
            tx.commit().await?;
            let key = match said {
                MoveAnswer::Confirm => "move-confirmed",
                MoveAnswer::Decline(_) => "move-declined",
            };
            Ok(redirect_with("/moves", key))
        }
        Err(UseCaseError::Refused(MoveRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            one(&viewer, frame, move_row, form)
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
