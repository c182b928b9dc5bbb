//! Use case: judge open days again, after the roster or the organisation changed. Only days that do not count and can still be
//! mended are touched; runs in the caller's transaction.

use std::collections::BTreeSet;

use domain::master::Policies;
use domain::{Clock, SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, Writes, values};

use super::around::Around;
use super::days::{self, Cause, DayKey, Known, Occasion};
use super::queries;
use super::receive::lock_workers;
use crate::App;
use crate::rows::{day, id};

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
    again(tx, &occasion, open).await
}

/// Judges again the open days of one worker that do not count, at all sites: his registration or his ties changed.
///
/// # Errors
/// Only if the database fails.
pub async fn rejudge_everywhere(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    worker: WorkerId,
    cause: Cause,
) -> Result<Rejudged, StoreError> {
    let occasion = Occasion::now(clock, policies, cause);
    let values = values![worker.to_string(), occasion.open_since.to_number()];
    let open = tx.all(&queries::NOT_COUNTING_OF_WORKER, values).await?;
    again(tx, &occasion, open).await
}

/// Workers judged in one step.
const STEP: usize = 500;

/// A site's open days that do not count, to be judged again in steps, each in a transaction of its own, so that a site of thousands
/// holds nobody up for long.
#[derive(Debug)]
pub struct RejudgeSteps {
    site: SiteId,
    left: Vec<WorkerId>,
    /// Days to judge.
    pub days: usize,
    /// What it has brought so far.
    pub done: Rejudged,
}

impl RejudgeSteps {
    /// Finds what there is to judge: of everybody, or of the given workers.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of(app: &App, site: SiteId, workers: Option<&[WorkerId]>) -> Result<Self, StoreError> {
        let since = Occasion::now(app.clock(), app.masters().policies(), Cause::Asked)
            .open_since
            .to_number();
        let tx = app.db().read().await?;
        let open: Vec<OpenDay> = tx
            .all(&queries::NOT_COUNTING_OF_SITE, values![site.to_string(), since])
            .await?;
        drop(tx);
        let wanted: Option<BTreeSet<WorkerId>> = workers.map(|w| w.iter().copied().collect());
        let mut people = BTreeSet::new();
        let mut days = 0;
        for row in open {
            let worker = id(&row.worker_id, "history.worker_id")?;
            if wanted.as_ref().is_none_or(|wanted| wanted.contains(&worker)) {
                people.insert(worker);
                days += 1;
            }
        }
        Ok(Self {
            site,
            left: people.into_iter().rev().collect(),
            days,
            done: Rejudged::default(),
        })
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.left.is_empty()
    }

    /// Judges the next workers again. The caller commits.
    ///
    /// # Errors
    /// Only if the database fails; the steps done so far stay.
    pub async fn step(&mut self, app: &App, tx: &Tx) -> Result<(), StoreError> {
        let next = self.left.split_off(self.left.len().saturating_sub(STEP));
        let masters = app.masters();
        let now = rejudge(tx, app.clock(), masters.policies(), self.site, Some(&next), Cause::Asked).await?;
        self.done.days += now.days;
        self.done.now_count += now.now_count;
        Ok(())
    }
}

async fn again(tx: &Tx, occasion: &Occasion, open: Vec<OpenDay>) -> Result<Rejudged, StoreError> {
    let mut keys: BTreeSet<(WorkerId, SiteId, WorkDay)> = BTreeSet::new();
    for row in open {
        keys.insert((
            id(&row.worker_id, "history.worker_id")?,
            id(&row.site_id, "history.site_id")?,
            day(row.work_day, "history.work_day")?,
        ));
    }
    if keys.is_empty() {
        return Ok(Rejudged::default());
    }
    let people: BTreeSet<WorkerId> = keys.iter().map(|(w, _, _)| *w).collect();
    let workers = lock_workers(tx, &people).await?;
    let around = Around::without_touches(tx, &keys).await?;
    let attendances = around.attendances();
    let changed: BTreeSet<DayKey> = keys
        .iter()
        .map(|(worker, site, day)| DayKey {
            worker: *worker,
            site: *site,
            day: *day,
        })
        .collect();
    let mut writes = Writes::new();
    let judged = days::update(
        tx,
        &mut writes,
        occasion,
        around.histories,
        &changed,
        &attendances,
        Known::Of(&workers),
    )
    .await?;
    tx.run_all(writes).await?;
    Ok(Rejudged {
        days: changed.len(),
        now_count: changed
            .iter()
            .filter(|k| judged.get(k).is_some_and(domain::judge::Verdict::counts))
            .count(),
    })
}

/// Workers with open days at a site that do not count, in the order of their IDs: for judging a large site again in parts.
///
/// # Errors
/// Only if the database fails.
pub async fn waiting_workers(tx: &Tx, clock: &dyn Clock, policies: &Policies, site: SiteId) -> Result<Vec<WorkerId>, StoreError> {
    let since = Occasion::now(clock, policies, Cause::Approval).open_since.to_number();
    let open: Vec<OpenDay> = tx
        .all(&queries::NOT_COUNTING_OF_SITE, values![site.to_string(), since])
        .await?;
    let workers: BTreeSet<WorkerId> = open
        .iter()
        .map(|row| id(&row.worker_id, "history.worker_id"))
        .collect::<Result<_, _>>()?;
    Ok(workers.into_iter().collect())
}
