//! Use cases: a company ends the tie of a worker who has left, and takes that back on the same day.

use domain::access::Act;
use domain::tie::{NoEnd, may_end, may_take_back};
use domain::{CompanyId, Policy, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::leave::{Cause, EndColumns, Leaving, leave, unleave};
use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::notices::{Whom, tell};
use crate::rows::{day, id, millisecond};

/// What is typed into the form.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndForm {
    /// Last day of the tie.
    pub last: String,
}

/// Why a tie does not end, or its end is not taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TieRefusal {
    /// Not this role.
    Forbidden,
    /// No such worker is tied to the company.
    NotFound,
    /// The day does not fit.
    Fields(FieldErrors),
    /// The end was entered on another day, or the tie is no longer as it was.
    TooLate,
}

/// A worker tied to the viewer's company.
pub(super) struct Tie {
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) from: WorkDay,
}

#[derive(FromQueryResult)]
struct TieColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    from_day: i32,
}

/// The company in whose name the viewer keeps ties.
pub(super) fn keeper(viewer: &Viewer) -> Result<(CompanyId, &str), TieRefusal> {
    viewer
        .company
        .as_ref()
        .filter(|_| viewer.may(Act::KeepTies))
        .map(|(id, name)| (*id, name.as_str()))
        .ok_or(TieRefusal::Forbidden)
}

/// The open tie of the worker with this handle to a company.
pub(super) async fn find(tx: &Tx, company: CompanyId, handle: &str) -> Result<Option<Tie>, StoreError> {
    let row: Option<TieColumns> = tx.one(&queries::TIE, values![handle, company.to_string()]).await?;
    row.map(|row| {
        Ok(Tie {
            worker: id(&row.id, "worker.id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            from: day(row.from_day, "employment.from_day")?,
        })
    })
    .transpose()
}

/// Ends the tie of a worker to the viewer's company with a last day. From then on he stands on no roster of the company; days that
/// count stay. He is told. Gives how many rows of rosters ended.
///
/// # Errors
/// [`TieRefusal`].
pub async fn end(app: &App, tx: &Tx, viewer: &Viewer, handle: &str, form: &EndForm) -> UseCase<usize, TieRefusal> {
    let refuse = UseCaseError::Refused;
    let (company, company_name) = keeper(viewer).map_err(refuse)?;
    tx.value::<String>(&queries::LOCK_WORKER, values![handle]).await?;
    let tie = find(tx, company, handle).await?.ok_or(refuse(TieRefusal::NotFound))?;
    let last = last_day(app, &tie, form).map_err(|errors| refuse(TieRefusal::Fields(errors)))?;
    let leaving = Leaving {
        worker: tie.worker,
        company,
        from: tie.from,
        last,
        cause: Cause::Employer,
    };
    let ended = leave(app, tx, viewer, &leaving).await?;
    let ended = ended.ok_or(refuse(TieRefusal::NotFound))?;
    let last = last.to_string();
    let args = [("company", company_name), ("day", last.as_str())];
    tell(app, tx, &Whom::Worker(tie.worker), "notice-tie-ended", &args, None).await?;
    Ok(ended)
}

fn last_day(app: &App, tie: &Tie, form: &EndForm) -> Result<WorkDay, FieldErrors> {
    let mut errors = FieldErrors::new();
    let Some(last) = errors.take("last", form.last.trim().parse::<WorkDay>(), |_| "tie-no-day".into()) else {
        return Err(errors);
    };
    let today = app.clock().today();
    let months = app.masters().policies().at(Policy::MendingMonths, today);
    match may_end(tie.from, last, today, months) {
        Ok(()) => return Ok(last),
        Err(NoEnd::BeforeItBegan) => errors.add_with("last", "tie-before-it-began", vec![("day", tie.from.into())]),
        Err(NoEnd::ToCome) => errors.add("last", "tie-to-come"),
        Err(NoEnd::TooLongAgo { since }) => errors.add_with("last", "tie-too-long-ago", vec![("day", since.into())]),
    }
    Err(errors)
}

/// Takes back an end that the viewer's company entered today: tie and roster are as before, except for rows changed meanwhile.
///
/// # Errors
/// [`TieRefusal`].
pub async fn take_back(app: &App, tx: &Tx, viewer: &Viewer, handle: &str) -> UseCase<(), TieRefusal> {
    let refuse = UseCaseError::Refused;
    let (company, company_name) = keeper(viewer).map_err(refuse)?;
    let worker: Option<String> = tx.value(&queries::LOCK_WORKER, values![handle]).await?;
    let worker = worker.ok_or(refuse(TieRefusal::NotFound))?;
    let found: Option<EndColumns> = tx
        .one(&queries::OPEN_END, values![worker.as_str(), company.to_string()])
        .await?;
    let found = found.ok_or(refuse(TieRefusal::NotFound))?;
    let entered = WorkDay::of(millisecond(found.at, "tie_end.at")?, 0);
    if !may_take_back(entered, app.clock().today()) {
        return Err(refuse(TieRefusal::TooLate));
    }
    let worker: WorkerId = id(&worker, "worker.id")?;
    if !unleave(app, tx, viewer, worker, found).await? {
        return Err(refuse(TieRefusal::TooLate));
    }
    let args = [("company", company_name)];
    tell(app, tx, &Whom::Worker(worker), "notice-tie-end-taken-back", &args, None).await?;
    Ok(())
}
