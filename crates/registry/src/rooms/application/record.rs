//! What companies and workers are registered with, version by version: the only place that writes `record`.

use domain::registration::Fields;
use domain::registration::employment::{with_employer, without_employer};
use domain::{CompanyId, WorkDay, WorkerId};
use store::{Rows, StoreError, Tx, values};

use super::fill::json;
use super::queries;
use crate::App;
use crate::rooms::{levels, roster};
use crate::rows::unreadable;

/// What a company or a worker is registered with now.
///
/// # Errors
/// If the database fails or holds a record that cannot be read.
pub async fn newest_record(tx: &Tx, subject: &str) -> Result<Fields, StoreError> {
    let body: Option<String> = tx.value(&queries::NEWEST_RECORD, values![subject]).await?;
    body.map_or_else(|| Ok(Fields::new()), |body| read(&body))
}

fn read(body: &str) -> Result<Fields, StoreError> {
    serde_json::from_str(body).map_err(|_| unreadable("record.body"))
}

/// Writes the next version and gives its number.
pub(super) async fn write(
    app: &App,
    tx: &Tx,
    by: &str,
    subject: &str,
    application: Option<&str>,
    fields: &Fields,
) -> Result<i32, StoreError> {
    let now = app.clock().now().as_millisecond();
    let values = values![subject, now, application, by, json(fields)?];
    tx.run(&queries::RECORD, values).await?;
    if subject.parse::<WorkerId>().is_ok() {
        tx.run(&levels::CHANGED, values![Rows::of([[subject]])?]).await?;
    }
    let number = tx.value(&queries::NEWEST_NUMBER, values![subject]).await?;
    number.ok_or_else(|| unreadable("record.number"))
}

/// The same of a worker without an application: what rosters show of it follows.
async fn write_on(app: &App, tx: &Tx, by: &str, worker: &str, fields: &Fields) -> Result<i32, StoreError> {
    roster::take_facts(tx, worker, fields).await?;
    write(app, tx, by, worker, None, fields).await
}

/// A worker left a company: the next version no longer names it, and, if it was the main one, no longer tells what it arranged. Gives the
/// number of that version; `None` where nothing is recorded of it.
///
/// # Errors
/// If the database fails.
pub async fn employer_left(
    app: &App,
    tx: &Tx,
    by: &str,
    worker: WorkerId,
    company: CompanyId,
) -> Result<Option<i32>, StoreError> {
    let subject = worker.to_string();
    let before = newest_record(tx, &subject).await?;
    let after = without_employer(&before, &company.to_string());
    if after == before {
        return Ok(None);
    }
    write_on(app, tx, by, &subject, &after).await.map(Some)
}

/// A worker joined a company: the next version names it; as the main one it comes first, and what others arranged is gone.
///
/// # Errors
/// If the database fails.
pub async fn employer_joined(
    app: &App,
    tx: &Tx,
    by: &str,
    worker: WorkerId,
    (company, from, main): (CompanyId, WorkDay, bool),
) -> Result<(), StoreError> {
    let subject = worker.to_string();
    let before = newest_record(tx, &subject).await?;
    let after = with_employer(&before, &company.to_string(), from, main);
    // Who was taken over from elsewhere has no record, and gets none by this.
    if before == Fields::new() || after == before {
        return Ok(());
    }
    write_on(app, tx, by, &subject, &after).await.map(|_| ())
}

/// What version `number` changed is taken back, if nothing was written since: the one before becomes the next version.
///
/// # Errors
/// If the database fails.
pub async fn take_back_record(app: &App, tx: &Tx, by: &str, worker: WorkerId, number: i32) -> Result<(), StoreError> {
    let subject = worker.to_string();
    let newest: Option<i32> = tx.value(&queries::NEWEST_NUMBER, values![subject.as_str()]).await?;
    if newest != Some(number) {
        return Ok(());
    }
    let body: Option<String> = tx.value(&queries::RECORD_BEFORE, values![subject.as_str(), number]).await?;
    if let Some(body) = body {
        write_on(app, tx, by, &subject, &read(&body)?).await?;
    }
    Ok(())
}
