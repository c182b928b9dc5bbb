//! Use cases: an application is sent, taken back, given up; and the one place where any move is made.

use domain::registration::Faults;
use domain::registration::consent;
use domain::registration::moves::{Move, Mover, State, lead};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::{Tx, values};

use super::faults::all_faults;
use super::fill::json as text;
use super::open::{Opened, four_eyes};
use super::stored::{Application, by_id};
use super::{fee, note, queries, register, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};

/// Why an application is not moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveRefusal {
    /// The table of moves does not have it: not from this state, or not by this person.
    NotAllowed,
    /// Somebody else moved or changed it meanwhile.
    ChangedMeanwhile,
    /// These fields are wrong.
    Faults(Faults),
    /// The price is another one than the applicant saw.
    PriceChanged {
        /// Yen to pay today.
        now: i64,
    },
    /// Nothing differs from what is registered.
    NothingChanged,
}

/// Makes a move: checks the table, writes state and event, and does what follows from it: registers, bills, tells. `details` go into
/// the event. Gives the new state.
///
/// # Errors
/// [`MoveRefusal`].
pub(crate) async fn advance(
    app: &App,
    tx: &Tx,
    by: &str,
    application: &mut Application,
    (step, mover): (Move, Mover),
    details: &Value,
) -> UseCase<State, MoveRefusal> {
    let to = make(app, tx, by, application, (step, mover), details).await?;
    tell::moved(app, tx, application, step).await?;
    Ok(to)
}

/// The same without a word to anybody.
async fn make(
    app: &App,
    tx: &Tx,
    by: &str,
    application: &mut Application,
    (step, mover): (Move, Mover),
    details: &Value,
) -> UseCase<State, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let (from, now) = (application.state, app.clock().now());
    let to = lead(from, step, mover, application.course(four_eyes(app))).ok_or(refuse(MoveRefusal::NotAllowed))?;
    match step {
        Move::Submit => {
            application.submitted_at = Some(now);
            application.approved_by = None;
            application.reviewer = None;
            application.marks.clear();
        }
        Move::Take => application.reviewer = Some(by.to_owned()),
        Move::PutBack | Move::Return | Move::Reopen => {
            application.reviewer = None;
            application.approved_by = None;
        }
        Move::Approve => application.approved_by = Some(by.to_owned()),
        Move::Pay | Move::Confirm | Move::Reject | Move::Withdraw => {}
    }
    if to == State::Registered {
        register::register(app, tx, by, application).await?;
    }
    let values = values![
        application.id.as_str(),
        from.word(),
        application.version,
        to.word(),
        now.as_millisecond(),
        application.reviewer.as_deref(),
        application.approved_by.as_deref(),
        application.fee_yen,
        application.submitted_at.map(Timestamp::as_millisecond),
        application.subject.as_deref(),
        text(&application.marks)?
    ];
    if tx.run(&queries::MOVE, values).await? == 0 {
        return Err(refuse(MoveRefusal::ChangedMeanwhile));
    }
    application.version += 1;
    application.state = to;
    application.state_since = now;
    note(app, tx, by, &application.id, step.word(), (from.word(), to.word()), details).await?;
    if to == State::AwaitingPayment {
        fee::bill(app, tx, application).await.map_err(UseCaseError::Broken)?;
    }
    Ok(to)
}

/// The applicant sends it. `seen_yen`: the price he was shown.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn submit(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    opened: &Opened,
    version: i32,
    seen_yen: i64,
) -> UseCase<State, MoveRefusal> {
    let sent = send(app, tx, viewer, opened, version, seen_yen).await?;
    tell::moved(app, tx, &sent, Move::Submit).await?;
    Ok(sent.state)
}

/// The same for one of many that are sent together: whoever files them is told once, by the caller; the person whom it is about has
/// his mail.
///
/// # Errors
/// [`MoveRefusal`].
pub(crate) async fn submit_of_many(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    opened: &Opened,
    version: i32,
    seen_yen: i64,
) -> UseCase<State, MoveRefusal> {
    let sent = send(app, tx, viewer, opened, version, seen_yen).await?;
    tell::by_mail(app, tx, &sent, Move::Submit).await?;
    Ok(sent.state)
}

async fn send(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    opened: &Opened,
    version: i32,
    seen_yen: i64,
) -> UseCase<Application, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let mut application = opened.application.clone();
    if !opened.writes() {
        return Err(refuse(MoveRefusal::NotAllowed));
    }
    if version != application.version {
        return Err(refuse(MoveRefusal::ChangedMeanwhile));
    }
    let form = application.purpose.form();
    application.fields = form.pruned(&application.fields);
    let faults = all_faults(app, tx, &application).await?;
    if !faults.is_empty() {
        return Err(refuse(MoveRefusal::Faults(faults)));
    }
    let mut changed = Vec::new();
    if let Some(before) = application.before() {
        changed = before.differences(&consent::registered(&application.fields));
        if changed.is_empty() && application.purpose.must_differ() {
            return Err(refuse(MoveRefusal::NothingChanged));
        }
    }
    if application.paid_at.is_none() {
        let yen = fee::quote(app, tx, &application).await?;
        if yen != seen_yen {
            return Err(refuse(MoveRefusal::PriceChanged { now: yen }));
        }
        application.fee_yen = yen;
    }
    // Pruned fields are written back, so that what is reviewed is what was checked.
    super::fill::save(tx, &mut application)
        .await?
        .ok_or(refuse(MoveRefusal::ChangedMeanwhile))?;
    let details = json!({ "fee_yen": application.fee_yen, "changed": changed });
    let step = (Move::Submit, Mover::Applicant);
    make(app, tx, &viewer.account, &mut application, step, &details).await?;
    Ok(application)
}

/// The applicant takes it back to correct it, or gives it up.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn take_back(app: &App, tx: &Tx, viewer: &Viewer, opened: &Opened, step: Move) -> UseCase<State, MoveRefusal> {
    if !matches!(step, Move::Reopen | Move::Withdraw) {
        return Err(UseCaseError::Refused(MoveRefusal::NotAllowed));
    }
    let mut application = opened.application.clone();
    let state = advance(app, tx, &viewer.account, &mut application, (step, opened.mover), &json!({})).await?;
    fee::cancel(app, tx, &application).await.map_err(UseCaseError::Broken)?;
    Ok(state)
}

/// The fee has come in. Told twice, it happens once.
///
/// # Errors
/// If the database fails.
pub async fn paid(app: &App, tx: &Tx, id: &str) -> anyhow::Result<()> {
    let now = app.clock().now();
    if tx.run(&queries::PAID, values![id, now.as_millisecond()]).await? == 0 {
        return Ok(());
    }
    let Some(mut application) = by_id(tx, id).await? else {
        anyhow::bail!("a fee came in for an application that is not there");
    };
    let step = (Move::Pay, Mover::Registry);
    // Taken back meanwhile: the money is noted, and sending it again costs nothing.
    match advance(app, tx, "registry", &mut application, step, &json!({})).await {
        Ok(_) | Err(UseCaseError::Refused(_)) => Ok(()),
        Err(UseCaseError::Broken(error)) => Err(error),
    }
}
