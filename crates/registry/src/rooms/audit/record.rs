//! Writing down looks and changes.

use std::collections::BTreeSet;

use domain::{WorkDay, WorkerId};
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;

/// A look within this time of the last one is the same look: pages that ask again every two seconds would fill the table otherwise.
const SAME_LOOK_MS: i64 = 60_000;

/// Records that the viewer looked at a worker's data. A worker's look at his own is none.
///
/// # Errors
/// If the database fails; then the data must not be shown.
pub async fn looked(app: &App, tx: &Tx, viewer: &Viewer, worker: WorkerId, what: &str) -> Result<(), StoreError> {
    looked_many(app, tx, viewer, &[worker], what).await
}

/// The same for all workers of a page: one statement, however many.
///
/// # Errors
/// As [`looked`].
pub async fn looked_many(app: &App, tx: &Tx, viewer: &Viewer, workers: &[WorkerId], what: &str) -> Result<(), StoreError> {
    let others = others(viewer, workers);
    if others.is_empty() {
        return Ok(());
    }
    let now = app.clock().now();
    let rows = Rows::of(others.iter().map(|worker| [worker.to_string()]))?;
    let values = values![
        rows,
        WorkDay::of(now, 0).to_number(),
        viewer.account.as_str(),
        company_of(viewer),
        what,
        now.as_millisecond(),
        now.as_millisecond() - SAME_LOOK_MS
    ];
    tx.run(&queries::LOOK, values).await.map(|_| ())
}

/// What a reading page calls when its own transaction is over and before it answers: no data are shown whose look is not recorded.
/// Looks that are recorded already cost no sync of the disk.
///
/// # Errors
/// As [`looked`].
pub async fn seen(app: &App, viewer: &Viewer, workers: &[WorkerId], what: &str) -> Result<(), StoreError> {
    if others(viewer, workers).is_empty() {
        return Ok(());
    }
    let tx = app.db().write().await?;
    looked_many(app, &tx, viewer, workers, what).await?;
    tx.commit().await
}

/// Records a change of a company or a worker (`subject`: its ID), or what was done with it. `what` is a word with a text
/// `change-…`; `details` is kept as JSON and never changed.
///
/// # Errors
/// If the database fails.
pub async fn changed(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    subject: &str,
    what: &str,
    details: &serde_json::Value,
) -> Result<(), StoreError> {
    changed_many(app, tx, viewer, &[subject], what, details).await
}

/// The same change of many: one statement.
///
/// # Errors
/// If the database fails.
pub async fn changed_many(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    subjects: &[&str],
    what: &str,
    details: &serde_json::Value,
) -> Result<(), StoreError> {
    let values = values![
        Rows::of(subjects.iter().map(|subject| (app.new_key(), subject)))?,
        app.clock().now().as_millisecond(),
        viewer.account.as_str(),
        company_of(viewer),
        what,
        details.to_string()
    ];
    tx.run(&queries::CHANGES, values).await.map(|_| ())
}

/// Without the viewer himself, each once, in the order in which every writer takes them.
fn others(viewer: &Viewer, workers: &[WorkerId]) -> BTreeSet<WorkerId> {
    let own = viewer.worker.as_ref().map(|(own, _)| *own);
    workers.iter().copied().filter(|worker| Some(*worker) != own).collect()
}

fn company_of(viewer: &Viewer) -> String {
    viewer.company_id().map(|company| company.to_string()).unwrap_or_default()
}
