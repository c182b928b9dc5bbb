//! Use case: judge open days again, after the roster or the organisation changed. Only days that do not count and can still be
//! mended are touched; runs in the caller's transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::master::Policies;
use domain::{Attendance, Clock, SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::days::{self, Cause, DayKey, Occasion};
use super::queries;
use super::receive::lock_workers;
use super::rows::HistoryColumns;
use crate::rows::{day, id, second};

/// What judging again brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rejudged {
    /// Days looked at.
    pub days: usize,
    /// Of these, days that count now.
    pub now_count: usize,
}

#[derive(FromQueryResult)]
struct OpenDay {
    worker_id: String,
    site_id: String,
    work_day: i32,
}

/// Judges again the open days of a site that do not count: of everybody, or of the given workers.
///
/// # Errors
/// Only if the database fails.
pub async fn rejudge(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    site: SiteId,
    workers: Option<&[WorkerId]>,
    cause: Cause,
) -> Result<Rejudged, StoreError> {
    let occasion = Occasion::now(clock, policies, cause);
    let since = occasion.open_since.to_number();
    let open: Vec<OpenDay> = match workers {
        None => {
            tx.all(&queries::NOT_COUNTING_OF_SITE, values![site.to_string(), since])
                .await?
        }
        Some(workers) => {
            let rows = Rows::of(workers.iter().map(|w| (w.to_string(), site.to_string())))?;
            tx.all(&queries::NOT_COUNTING_OF_WORKERS, values![rows, since]).await?
        }
    };
    let mut keys: BTreeSet<(WorkerId, SiteId, WorkDay)> = BTreeSet::new();
    for row in open {
        keys.insert((
            id(&row.worker_id, "history.worker_id")?,
            id(&row.site_id, "history.site_id")?,
            day(row.work_day, "history.work_day")?,
        ));
    }
    judge_all(tx, &occasion, keys).await
}

/// Judges again all open days of a worker that do not count, at every site: his ties changed.
///
/// # Errors
/// Only if the database fails.
pub async fn rejudge_worker(tx: &Tx, clock: &dyn Clock, policies: &Policies, worker: WorkerId) -> Result<Rejudged, StoreError> {
    let occasion = Occasion::now(clock, policies, Cause::Tie);
    let values = values![worker.to_string(), occasion.open_since.to_number()];
    let mut keys = BTreeSet::new();
    for row in tx.all::<OpenDay>(&queries::NOT_COUNTING_OF_WORKER, values).await? {
        keys.insert((
            worker,
            id(&row.site_id, "history.site_id")?,
            day(row.work_day, "history.work_day")?,
        ));
    }
    judge_all(tx, &occasion, keys).await
}

async fn judge_all(tx: &Tx, occasion: &Occasion, keys: BTreeSet<(WorkerId, SiteId, WorkDay)>) -> Result<Rejudged, StoreError> {
    if keys.is_empty() {
        return Ok(Rejudged::default());
    }
    let people: BTreeSet<WorkerId> = keys.iter().map(|(w, _, _)| *w).collect();
    let workers = lock_workers(tx, &people).await?;
    let attendances = stored_attendance(tx, &keys).await?;
    let changed: BTreeSet<DayKey> = keys
        .iter()
        .map(|(worker, site, day)| DayKey {
            worker: *worker,
            site: *site,
            day: *day,
        })
        .collect();
    let judged = days::update(tx, occasion, &keys, &changed, &attendances, &workers).await?;
    Ok(Rejudged {
        days: changed.len(),
        now_count: changed
            .iter()
            .filter(|k| judged.get(k).is_some_and(domain::judge::Verdict::counts))
            .count(),
    })
}

/// The times as the histories have them: judging again changes no attendance.
pub(super) async fn stored_attendance(
    tx: &Tx,
    keys: &BTreeSet<(WorkerId, SiteId, WorkDay)>,
) -> Result<days::Attendances, StoreError> {
    let mut attendances: days::Attendances = BTreeMap::new();
    for row in tx
        .all::<HistoryColumns>(&queries::HISTORIES_AROUND, days::spans(keys, 0)?)
        .await?
    {
        let attendance = Attendance {
            first_in: row.first_in.map(|t| second(t, "history.first_in")).transpose()?,
            last_out: row.last_out.map(|t| second(t, "history.last_out")).transpose()?,
        };
        let key = (id(&row.worker_id, "history.worker_id")?, id(&row.site_id, "history.site_id")?);
        attendances
            .entry(key)
            .or_default()
            .insert(day(row.work_day, "history.work_day")?, attendance);
    }
    Ok(attendances)
}
