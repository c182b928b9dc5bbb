//! Background work: a job is a row of the transaction that asks for it, so it is done if and only if what asked for it happened.
//! A loop of the house works them off; the page of a job shows how far it is.
//!
//! The work itself is a function of a room, named in `app.rs`, `works`. It takes transactions of its own, says
//! how far it is with [`progress`], and must be able to begin again where it was: a server may go down in between, and then the job
//! is taken up anew. A work that a rule refuses says so once and for all; one that breaks is tried again after a pause.

mod page;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Sql, StoreError, Tx, values};
use web::{Language, Routes};

use crate::App;
use crate::access::Viewer;
use crate::rows::unreadable;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = &[&INSERT, &WAITING, &TAKE, &PROGRESS, &END, &LATER, &page::OWN];

const INSERT: Sql = Sql::new(
    "jobs.insert",
    "insert into job (id, kind, account_id, args, link, state, done, total, told, numbers, attempts, next_at, created_at)
     values ($1, $2, $3, $4, $5, 'waiting', 0, $6, '', '{}', 0, $7, $7)",
);
const WAITING: Sql = Sql::new(
    "jobs.waiting",
    "select id, kind, args, attempts, next_at from job where state = 'waiting' and next_at <= $1 order by next_at, id limit 20",
);
/// Takes a job for a while; of two servers one finds a row.
const TAKE: Sql = Sql::new(
    "jobs.take",
    "update job set next_at = $3, attempts = attempts + 1 where id = $1 and state = 'waiting' and next_at = $2",
);
const PROGRESS: Sql = Sql::new(
    "jobs.progress",
    "update job set done = $2, total = $3, next_at = $4 where id = $1 and state = 'waiting'",
);
const END: Sql = Sql::new(
    "jobs.end",
    "update job set state = $2, told = $3, numbers = $4, done = total, finished_at = $5 where id = $1 and state = 'waiting'",
);
const LATER: Sql = Sql::new(
    "jobs.later",
    "update job set next_at = $2 where id = $1 and state = 'waiting'",
);

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new().get("/jobs/{job}", page::show)
}

/// So long a job may go on without a word of its progress before another server may take it.
const LEASE_MS: i64 = 300_000;
/// Pauses before a broken job is tried again, in minutes; after the last it is given up.
const PAUSES: [i64; 3] = [1, 5, 30];

/// A job that waits or is under way.
#[derive(Debug, FromQueryResult)]
pub struct Job {
    /// Key of its row.
    pub id: String,
    kind: String,
    args: String,
    attempts: i32,
    next_at: i64,
}

impl Job {
    /// What the work needs to know, as it was asked for.
    ///
    /// # Errors
    /// If the row does not hold it.
    pub fn args<A: DeserializeOwned>(&self) -> Result<A, StoreError> {
        serde_json::from_str(&self.args).map_err(|_| unreadable("job.args"))
    }
}

/// How a work ended, told by a sentence of the room's texts with these numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// A rule said no: nothing was changed.
    pub refused: bool,
    /// Key of the sentence.
    pub told: String,
    /// Its numbers.
    pub numbers: BTreeMap<String, i64>,
}

/// A work under way.
pub type Working<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Ended>> + Send + 'a>>;
/// What does the jobs of a kind.
pub type Work = for<'a> fn(&'a App, &'a Job) -> Working<'a>;

/// Asks for a job in the caller's transaction; gives its key. `link`: where its page leads when it is done.
///
/// # Errors
/// If the database fails.
pub async fn ask(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    kind: &str,
    args: &impl Serialize,
    link: &str,
    total: i64,
) -> Result<String, StoreError> {
    let id = app.new_key();
    let args = serde_json::to_string(args).map_err(|_| unreadable("job.args"))?;
    let now = app.clock().now().as_millisecond();
    let values = values![id.as_str(), kind, viewer.account.as_str(), args, link, total, now];
    tx.run(&INSERT, values).await?;
    Ok(id)
}

/// Says how far a job is, and keeps other servers from it for a while longer.
///
/// # Errors
/// If the database fails.
pub async fn progress(app: &App, job: &Job, done: i64, total: i64) -> Result<(), StoreError> {
    let tx = app.db().write().await?;
    let until = app.clock().now().as_millisecond() + LEASE_MS;
    tx.run(&PROGRESS, values![job.id.as_str(), done, total, until]).await?;
    tx.commit().await
}

/// Does the jobs whose time has come, one after the other, and says how many.
///
/// # Errors
/// If the database fails; what a job meets is noted with the job.
pub async fn work_off(app: &App) -> Result<usize, StoreError> {
    let waiting: Vec<Job> = {
        let tx = app.db().read().await?;
        tx.all(&WAITING, values![app.clock().now().as_millisecond()]).await?
    };
    let mut did = 0;
    for job in waiting {
        let tx = app.db().write().await?;
        let until = app.clock().now().as_millisecond() + LEASE_MS;
        let taken = tx.run(&TAKE, values![job.id.as_str(), job.next_at, until]).await?;
        tx.commit().await?;
        if taken == 0 {
            continue;
        }
        did += 1;
        let work = crate::app::works()
            .iter()
            .find(|(kind, _)| *kind == job.kind)
            .map(|(_, work)| *work);
        let ended = match work {
            Some(work) => work(app, &job).await,
            None => Err(anyhow::anyhow!("there is no work of this kind")),
        };
        note(app, &job, ended).await?;
    }
    Ok(did)
}

async fn note(app: &App, job: &Job, ended: anyhow::Result<Ended>) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    let tx = app.db().write().await?;
    let pause = usize::try_from(job.attempts).ok().and_then(|n| PAUSES.get(n));
    let end = match (ended, pause) {
        (Ok(ended), _) => ended,
        (Err(error), Some(minutes)) => {
            tracing::warn!(
                job = job.id,
                kind = job.kind,
                error = format!("{error:#}"),
                "a job broke; it will be tried again"
            );
            tx.run(&LATER, values![job.id.as_str(), now + minutes * 60_000]).await?;
            return tx.commit().await;
        }
        (Err(error), None) => {
            tracing::error!(
                job = job.id,
                kind = job.kind,
                error = format!("{error:#}"),
                "a job broke and was given up"
            );
            Ended {
                refused: false,
                told: String::new(),
                numbers: BTreeMap::new(),
            }
        }
    };
    let state = match (end.refused, end.told.is_empty()) {
        (true, _) => "refused",
        (false, false) => "done",
        (false, true) => "failed",
    };
    let numbers = serde_json::to_string(&end.numbers).map_err(|_| unreadable("job.numbers"))?;
    tx.run(&END, values![job.id.as_str(), state, end.told, numbers, now]).await?;
    tx.commit().await
}

/// For ever: works off what waits.
pub(crate) async fn keep(app: &App) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Err(error) = work_off(app).await {
            tracing::error!(error = format!("{error:#}"), "the jobs that wait could not be read");
        }
    }
}
