//! Use case of others: a worker's rows end with his tie to the company, and reopen if that is taken back.

use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::history;
use crate::rooms::site::{Subject, note};
use crate::rows::{id, opt_day};

/// A row that ended, and its last day before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedRow {
    /// Key of the row.
    pub row: String,
    /// Its site.
    pub site: String,
    /// Its last day before; none: the site's.
    pub before: Option<WorkDay>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    site_id: String,
    to_day: Option<i32>,
}

/// Gives all rows of a worker at nodes of a company `last` as their last day, where they went on beyond it, and judges his open
/// days there again. The caller holds the worker.
///
/// # Errors
/// If the database fails.
pub async fn end_rows(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    company: CompanyId,
    worker: WorkerId,
    last: WorkDay,
) -> Result<Vec<EndedRow>, StoreError> {
    let values = values![worker.to_string(), company.to_string(), last.to_number()];
    let mut ended = Vec::new();
    for row in tx.all::<Columns>(&queries::ROWS_BEYOND, values).await? {
        ended.push(EndedRow {
            row: row.id,
            site: row.site_id,
            before: opt_day(row.to_day, "roster_row.to_day")?,
        });
    }
    let rows = Rows::of(ended.iter().map(|r| [&r.row]))?;
    tx.run(&queries::END_ROWS, values![rows, last.to_number()]).await?;
    tell(
        app,
        tx,
        viewer,
        worker,
        &ended,
        &serde_json::json!({ "ended_with_tie": last }),
    )
    .await?;
    Ok(ended)
}

/// Takes [`end_rows`] back: rows whose last day is still `last` get their former one. Those changed meanwhile stay.
///
/// # Errors
/// If the database fails.
pub async fn reopen_rows(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    worker: WorkerId,
    last: WorkDay,
    ended: &[EndedRow],
) -> Result<(), StoreError> {
    let rows = Rows::of(ended.iter().map(|r| (&r.row, r.before.map(WorkDay::to_number))))?;
    tx.run(&queries::REOPEN_ROWS, values![rows, last.to_number()]).await?;
    tell(
        app,
        tx,
        viewer,
        worker,
        ended,
        &serde_json::json!({ "reopened_with_tie": last }),
    )
    .await
}

async fn tell(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    worker: WorkerId,
    rows: &[EndedRow],
    what: &serde_json::Value,
) -> Result<(), StoreError> {
    for row in rows {
        let site: SiteId = id(&row.site, "roster_row.site_id")?;
        note(app, tx, viewer, site, Subject::Roster, &row.row, what).await?;
        let (masters, workers) = (app.masters(), [worker]);
        let cause = history::Cause::Roster;
        history::rejudge(tx, app.clock(), masters.policies(), site, Some(&workers), cause).await?;
    }
    Ok(())
}
