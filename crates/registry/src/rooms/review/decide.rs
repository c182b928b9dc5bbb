//! Use cases: what a reviewer does with an application.

use domain::access::Act;
use domain::registration::moves::{Move, Mover, State};
use domain::registration::{Kind, RETURN_REASONS};
use serde_json::json;
use store::Tx;

use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::application::{self, Application, Correction, Mark, MoveRefusal, Opened};

/// What the reviewer decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Takes it up.
    Take,
    /// Puts it back into the queue; also one that a colleague left lying.
    PutBack,
    /// Approves it, or confirms what a colleague approved.
    Approve,
    /// Sends it back with marks, and a word on the whole.
    Return(Vec<Mark>, String),
    /// Refuses it for good, with the reason.
    Reject(String),
}

/// Why nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecideRefusal {
    /// The viewer is no reviewer.
    Forbidden,
    /// A colleague has it.
    SomebodyElses,
    /// The table of moves does not have it from this state.
    NotAllowed,
    /// It was changed or moved meanwhile; look again.
    ChangedMeanwhile,
    /// To send it back or refuse it, a reason is needed.
    ReasonNeeded,
    /// This field cannot be corrected so: key of the sentence.
    Field(String),
}

impl From<MoveRefusal> for DecideRefusal {
    fn from(refusal: MoveRefusal) -> Self {
        match refusal {
            MoveRefusal::ChangedMeanwhile => Self::ChangedMeanwhile,
            _ => Self::NotAllowed,
        }
    }
}

/// Longest word of a reviewer, in characters.
const LONGEST_NOTE: usize = 1000;

fn has_it(viewer: &Viewer, application: &Application) -> bool {
    application.reviewer.as_deref() == Some(viewer.account.as_str())
}

/// Decides on an application as it was shown (`version`).
///
/// # Errors
/// [`DecideRefusal`].
pub async fn decide(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    opened: &Opened,
    version: i32,
    decision: Decision,
) -> UseCase<State, DecideRefusal> {
    let refuse = |refusal| Err(UseCaseError::Refused(refusal));
    if !viewer.may(Act::Review) || opened.mover == Mover::Applicant {
        return refuse(DecideRefusal::Forbidden);
    }
    let mut application = opened.application.clone();
    if version != application.version {
        return refuse(DecideRefusal::ChangedMeanwhile);
    }
    let second = application.state == State::SecondLook;
    let frees = matches!(decision, Decision::Take | Decision::PutBack);
    if !frees && !second && application.reviewer.is_some() && !has_it(viewer, &application) {
        return refuse(DecideRefusal::SomebodyElses);
    }
    let clean = |text: String| {
        text.trim()
            .chars()
            .filter(|c| !c.is_control() || *c == '\n')
            .take(LONGEST_NOTE)
            .collect::<String>()
    };
    let (step, details) = match decision {
        Decision::Take => (Move::Take, json!({})),
        Decision::PutBack => (Move::PutBack, json!({})),
        Decision::Approve if second => (Move::Confirm, json!({})),
        Decision::Approve => (Move::Approve, json!({})),
        Decision::Return(marks, note) => {
            let form = application.purpose.form();
            let mut kept: Vec<Mark> = marks
                .into_iter()
                .filter(|mark| RETURN_REASONS.contains(&mark.code.as_str()) && form.find(&mark.field).is_some())
                .map(|mark| Mark {
                    note: clean(mark.note),
                    ..mark
                })
                .collect();
            let note = clean(note);
            if !note.is_empty() {
                kept.push(Mark {
                    field: String::new(),
                    code: "other".into(),
                    note,
                });
            }
            if kept.is_empty() {
                return refuse(DecideRefusal::ReasonNeeded);
            }
            application.marks.clone_from(&kept);
            (Move::Return, json!({ "marks": kept }))
        }
        Decision::Reject(note) => {
            let note = clean(note);
            if note.is_empty() {
                return refuse(DecideRefusal::ReasonNeeded);
            }
            (Move::Reject, json!({ "note": note }))
        }
    };
    let done = application::advance(app, tx, &viewer.account, &mut application, (step, opened.mover), &details).await;
    done.map_err(|error| match error {
        UseCaseError::Refused(refusal) => UseCaseError::Refused(refusal.into()),
        UseCaseError::Broken(error) => UseCaseError::Broken(error),
    })
}

/// A correction by the reviewer (補正): paper and form disagree, and the rules say which holds.
#[derive(Debug, Clone, Default)]
pub struct Correct {
    /// Full name of the field.
    pub field: String,
    /// What is to stand there.
    pub value: String,
    /// Why; shown to the applicant.
    pub note: String,
}

/// Corrects a field; what the applicant wrote is kept and shown to him.
///
/// # Errors
/// [`DecideRefusal`].
pub async fn correct(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    opened: &Opened,
    version: i32,
    new: &Correct,
) -> UseCase<(), DecideRefusal> {
    let refuse = |refusal| Err(UseCaseError::Refused(refusal));
    if !viewer.may(Act::Review) || opened.mover == Mover::Applicant {
        return refuse(DecideRefusal::Forbidden);
    }
    let mut application = opened.application.clone();
    if application.state != State::UnderReview {
        return refuse(DecideRefusal::NotAllowed);
    }
    if !has_it(viewer, &application) {
        return refuse(DecideRefusal::SomebodyElses);
    }
    if version != application.version {
        return refuse(DecideRefusal::ChangedMeanwhile);
    }
    let Some((_, field)) = application.purpose.form().find(&new.field) else {
        return refuse(DecideRefusal::Field("field-choice".into()));
    };
    let changeable = field.kind.is_typed() && !matches!(field.kind, Kind::Consent);
    if !changeable || application.keeps(field, &new.field) {
        return refuse(DecideRefusal::Field("review-not-correctable".into()));
    }
    let value = field.kind.normalised(&new.value);
    let masters = app.masters();
    let context = domain::registration::Context {
        masters: &masters,
        today: app.clock().today(),
    };
    if value.chars().count() > field.most {
        return refuse(DecideRefusal::Field("review-too-long".into()));
    }
    if !value.is_empty()
        && let Err((key, _)) = field.kind.check(&value, context)
    {
        return refuse(DecideRefusal::Field(key.into()));
    }
    let original = application.fields.get(&new.field).to_owned();
    if original == value {
        return Ok(());
    }
    application.fields.set(new.field.clone(), value.clone());
    // Corrections must not break what the applicant had right.
    let mut faults = application.purpose.form().check(&application.fields, context);
    application::check_employers(tx, &application.fields, &mut faults).await?;
    if let Some(fault) = faults.all().first() {
        return refuse(DecideRefusal::Field(fault.key.clone()));
    }
    application.corrections.push(Correction {
        field: new.field.clone(),
        original,
        corrected: value,
        note: new
            .note
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_NOTE)
            .collect(),
        at: app.clock().now().as_millisecond(),
    });
    match application::save_correction(app, tx, &viewer.account, &mut application).await? {
        Some(()) => Ok(()),
        None => refuse(DecideRefusal::ChangedMeanwhile),
    }
}
