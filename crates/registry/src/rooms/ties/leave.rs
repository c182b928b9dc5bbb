//! What every end of a tie brings with it, whoever tells it: last day, rosters, record; and what happens to all ties of a worker or a
//! company whose registration ends.

use domain::{CompanyId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::notices::{Whom, tell};
use crate::rooms::roster::{EndedRow, end_rows, reopen_rows};
use crate::rooms::{application, audit};
use crate::rows::{day, id, unreadable};

/// What an end comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    /// The employer entered it.
    Employer,
    /// The worker moves to another company: key of the move.
    Move(&'a str),
    /// A change of what the worker is registered with no longer names the company.
    Change,
    /// The worker's registration ended.
    WorkerEnded,
    /// The company's registration ended.
    CompanyEnded,
}

impl Cause<'_> {
    fn word(self) -> &'static str {
        match self {
            Self::Employer => "employer",
            Self::Move(_) => "move",
            Self::Change => "change",
            Self::WorkerEnded => "worker_ended",
            Self::CompanyEnded => "company_ended",
        }
    }

    fn of_move(self) -> Option<String> {
        match self {
            Self::Move(key) => Some(key.to_owned()),
            _ => None,
        }
    }

    /// Is what the worker is registered with to lose the company? A change says so itself, and what has ended stays as it was.
    fn forgets(self) -> bool {
        matches!(self, Self::Employer | Self::Move(_) | Self::CompanyEnded)
    }
}

/// A tie that is to end.
pub(super) struct Leaving<'a> {
    pub(super) worker: WorkerId,
    pub(super) company: CompanyId,
    /// Its first day: with worker and company its key.
    pub(super) from: WorkDay,
    pub(super) last: WorkDay,
    pub(super) cause: Cause<'a>,
}

#[derive(FromQueryResult)]
pub(super) struct TieRow {
    pub(super) worker_id: String,
    pub(super) company_id: String,
    pub(super) from_day: i32,
    pub(super) name: String,
}

/// An end as it was noted.
#[derive(FromQueryResult)]
pub(super) struct EndColumns {
    pub(super) id: String,
    pub(super) company_id: String,
    pub(super) from_day: i32,
    pub(super) last_day: i32,
    pub(super) at: i64,
    pub(super) roster_rows: String,
    pub(super) record_number: Option<i32>,
}

/// Ends a tie. The caller holds the worker. Gives how many rows of rosters ended with it; `None`: it had ended already.
pub(super) async fn leave(app: &App, tx: &Tx, by: &Viewer, leaving: &Leaving<'_>) -> Result<Option<usize>, StoreError> {
    let (worker, company) = (leaving.worker.to_string(), leaving.company.to_string());
    let last = leaving.last;
    let values = values![worker.as_str(), company.as_str(), leaving.from.to_number(), last.to_number()];
    if tx.run(&queries::SHORTEN_TIE, values).await? == 0 {
        return Ok(None);
    }
    let ended = end_rows(app, tx, by, leaving.company, leaving.worker, last).await?;
    let record = if leaving.cause.forgets() {
        application::employer_left(app, tx, &by.account, leaving.worker, leaving.company).await?
    } else {
        None
    };
    let rows = serde_json::to_string(&ended).map_err(|_| unreadable("tie_end.roster_rows"))?;
    let values = values![
        app.new_key(),
        worker.as_str(),
        company.as_str(),
        leaving.from.to_number(),
        last.to_number(),
        app.clock().now().as_millisecond(),
        by.account.as_str(),
        rows,
        record,
        leaving.cause.word(),
        leaving.cause.of_move()
    ];
    tx.run(&queries::INSERT_END, values).await?;
    let details = serde_json::json!({ "company": company, "last": last, "roster_rows": ended.len() });
    audit::changed(app, tx, by, &worker, "tie_ended", &details).await?;
    Ok(Some(ended.len()))
}

/// Takes an end back: tie, rosters and record are as before, except for what was changed meanwhile. `false`: the tie is no longer as
/// the end left it.
pub(super) async fn unleave(app: &App, tx: &Tx, by: &Viewer, worker: WorkerId, end: EndColumns) -> Result<bool, StoreError> {
    let key = worker.to_string();
    let values = values![key.as_str(), end.company_id.as_str(), end.from_day, end.last_day];
    if tx.run(&queries::REOPEN_TIE, values).await? == 0 {
        return Ok(false);
    }
    let values = values![end.id, app.clock().now().as_millisecond(), by.account.as_str()];
    tx.run(&queries::TAKEN_BACK, values).await?;
    let last = day(end.last_day, "tie_end.last_day")?;
    let rows: Vec<EndedRow> = serde_json::from_str(&end.roster_rows).map_err(|_| unreadable("tie_end.roster_rows"))?;
    reopen_rows(app, tx, by, worker, last, &rows).await?;
    if let Some(number) = end.record_number {
        application::take_back_record(app, tx, &by.account, worker, number).await?;
    }
    let details = serde_json::json!({ "company": end.company_id, "last": last });
    audit::changed(app, tx, by, &key, "tie_end_taken_back", &details).await?;
    Ok(true)
}

/// The ties of a worker that go on beyond a day, the main one first.
pub(super) async fn ties_beyond(tx: &Tx, worker: WorkerId, last: WorkDay) -> Result<Vec<TieRow>, StoreError> {
    tx.all(&queries::OPEN_TIES, values![worker.to_string(), last.to_number()])
        .await
}

/// All ties of a worker whose registration ends, and moves that wait, end with a last day; his companies are told.
///
/// # Errors
/// If the database fails.
pub async fn leave_all(app: &App, tx: &Tx, by: &Viewer, worker: WorkerId, last: WorkDay) -> Result<(), StoreError> {
    let person = super::moves::person(tx, worker).await?;
    for tie in ties_beyond(tx, worker, last).await? {
        let company: CompanyId = id(&tie.company_id, "employment.company_id")?;
        let leaving = Leaving {
            worker,
            company,
            from: day(tie.from_day, "employment.from_day")?,
            last,
            cause: Cause::WorkerEnded,
        };
        leave(app, tx, by, &leaving).await?;
        let day = last.to_string();
        let args = [("name", person.name.as_str()), ("day", day.as_str())];
        tell(app, tx, &Whom::Company(company), "notice-worker-ended", &args, None).await?;
    }
    super::moves::drop_waiting(app, tx, by, worker).await
}

/// All ties to a company that withdraws end with a last day; its people are told. Moves to it are declined.
///
/// # Errors
/// If the database fails.
pub async fn close_company(app: &App, tx: &Tx, by: &Viewer, company: CompanyId, last: WorkDay) -> Result<usize, StoreError> {
    let ties: Vec<TieRow> = tx
        .all(&queries::TIES_OF_COMPANY, values![company.to_string(), last.to_number()])
        .await?;
    let count = ties.len();
    for tie in ties {
        let worker: WorkerId = id(&tie.worker_id, "employment.worker_id")?;
        super::moves::person(tx, worker).await?;
        let leaving = Leaving {
            worker,
            company,
            from: day(tie.from_day, "employment.from_day")?,
            last,
            cause: Cause::CompanyEnded,
        };
        leave(app, tx, by, &leaving).await?;
        let day = last.to_string();
        let args = [("company", tie.name.as_str()), ("day", day.as_str())];
        tell(
            app,
            tx,
            &Whom::Worker(worker),
            "notice-tie-company-left",
            &args,
            Some("/my/move"),
        )
        .await?;
    }
    super::moves::decline_waiting(app, tx, by, company).await?;
    Ok(count)
}

/// A worker's registration changed and no longer names a company.
///
/// # Errors
/// If the database fails.
pub async fn leave_unnamed(
    app: &App,
    tx: &Tx,
    by: &Viewer,
    worker: WorkerId,
    named: &[CompanyId],
    last: WorkDay,
) -> Result<(), StoreError> {
    let person = super::moves::person(tx, worker).await?;
    for tie in ties_beyond(tx, worker, last).await? {
        let company: CompanyId = id(&tie.company_id, "employment.company_id")?;
        if named.contains(&company) {
            continue;
        }
        let leaving = Leaving {
            worker,
            company,
            from: day(tie.from_day, "employment.from_day")?,
            last,
            cause: Cause::Change,
        };
        leave(app, tx, by, &leaving).await?;
        let day = last.to_string();
        let args = [("name", person.name.as_str()), ("day", day.as_str())];
        tell(
            app,
            tx,
            &Whom::Company(company),
            "notice-worker-leaves",
            &args,
            Some("/moves"),
        )
        .await?;
    }
    Ok(())
}
