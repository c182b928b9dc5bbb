//! The run that judges everybody, or all of whom something was changed: in pages in the order of worker IDs, each committed with the
//! position behind it. A program may be killed at any moment; the next call goes on where the last page ended.
//!
//! While everybody is judged on PostgreSQL, all histories are read once, in the order in which they lie, and added up into `level_days`:
//! looking them up worker by worker would read the same pages of every month again and again. SQLite keeps the histories of a worker
//! together in its key, and is made for fewer people.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Masters, WorkDay};
use sea_orm::FromQueryResult;
use store::{Backend, Rows, StoreError, Tx, values};

use super::gather::{self, Case, Which};
use super::judge::{self, Found, Rules};
use super::queries;
use crate::App;
use crate::rows::day;

/// A run that was heard of within this time is somebody else's.
const PATIENCE_MS: i64 = 10 * 60_000;
/// From so many marked workers on, and if they are an eighth of all, reading all histories is less work than looking theirs up.
const MANY: i64 = 50_000;

/// How to judge.
#[derive(Debug, Clone, Copy)]
pub struct Want {
    /// Everybody, whether or not something was changed.
    pub everybody: bool,
    /// Goes on with an unfinished run even if another program was at it a moment ago.
    pub at_once: bool,
    /// Workers of a page.
    pub page: u32,
}

impl Default for Want {
    fn default() -> Self {
        Self {
            everybody: false,
            at_once: false,
            page: 5_000,
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Everybody is judged.
    pub everybody: bool,
    /// Workers judged.
    pub done: i64,
    /// Workers to judge; those who are marked meanwhile come on top.
    pub total: i64,
    /// Rows written or taken away.
    pub changed: i64,
    /// Workers judged by this call, and since when.
    pub here: i64,
    /// How long this call has been at it.
    pub took: Duration,
}

impl Progress {
    /// Workers a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let (here, seconds) = (i32::try_from(self.here).unwrap_or(i32::MAX), self.took.as_secs_f64());
        if seconds > 0.0 { f64::from(here) / seconds } else { 0.0 }
    }

    /// Seconds it will still take at this rate.
    #[must_use]
    pub fn seconds_left(&self) -> f64 {
        let left = i32::try_from((self.total - self.done).max(0)).unwrap_or(i32::MAX);
        let rate = self.rate();
        if rate > 0.0 { f64::from(left) / rate } else { 0.0 }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All are judged.
    Done(Progress),
    /// It was told to stop; the next call goes on.
    Stopped(Progress),
    /// Another program is at it.
    UnderWay,
}

#[derive(FromQueryResult)]
struct RunRow {
    number: i32,
    whom: String,
    criteria: String,
    on_day: i32,
    gathered: i32,
    position: String,
    done: i64,
    total: i64,
    changed: i64,
    beat_at: i64,
    finished_at: Option<i64>,
}

/// A run under way.
struct Run {
    number: i32,
    everybody: bool,
    gathered: bool,
    position: String,
    rules: Rules,
    progress: Progress,
}

/// Judges all of whom something was changed; everybody, if that is wanted, was never done, or was done by other criteria. `tell` hears how
/// far it is after each page, and may stop it there.
///
/// # Errors
/// If the database fails; what was judged by then stays.
pub async fn judge_workers(
    app: &App,
    want: Want,
    mut tell: impl FnMut(&Progress) -> ControlFlow<()> + Send,
) -> anyhow::Result<Ended> {
    let masters = app.masters();
    let started = Instant::now();
    let Some(mut run) = begin(app, &masters, want).await? else {
        return Ok(Ended::UnderWay);
    };
    let marks = if run.everybody && app.db().backend() == Backend::Postgres && !run.gathered {
        let marks = gather_days(app, &mut run).await?;
        Some(marks)
    } else {
        None
    };
    let rules = Arc::new(run.rules.clone());
    let mut page = read(app, &masters, &run, &run.position, want.page).await?;
    while let Some(last) = page.last().map(|case| case.id.clone()) {
        // While this page is judged, the next one is read.
        let cases = Arc::new(page);
        let judging = {
            let (masters, rules, cases) = (Arc::clone(&masters), Arc::clone(&rules), Arc::clone(&cases));
            tokio::task::spawn_blocking(move || judge::all(&masters, &rules, &cases))
        };
        let (next, found) = tokio::join!(read(app, &masters, &run, &last, want.page), judging);
        let unmark = unmark(&run, marks.as_ref(), &cases);
        if !write(app, &mut run, &last, i64::try_from(cases.len())?, found??, unmark).await? {
            return Ok(Ended::UnderWay);
        }
        run.progress.took = started.elapsed();
        page = next?;
        if tell(&run.progress).is_break() && !page.is_empty() {
            return Ok(Ended::Stopped(run.progress));
        }
    }
    finish(app, &run).await?;
    run.progress.took = started.elapsed();
    Ok(Ended::Done(run.progress))
}

/// The unfinished run, or a new one; `None`: somebody else is at it.
async fn begin(app: &App, masters: &Masters, want: Want) -> anyhow::Result<Option<Run>> {
    let now = app.clock().now().as_millisecond();
    let rules = Rules::on(masters, app.clock().today());
    let tx = app.db().write().await?;
    let newest: Option<RunRow> = tx.one(&queries::NEWEST_RUN, values![]).await?;
    if let Some(row) = newest.filter(|row| row.finished_at.is_none()) {
        if !want.at_once && row.beat_at > now - PATIENCE_MS {
            return Ok(None);
        }
        let begun = Rules::on(masters, day(row.on_day, "level_run.on_day")?);
        if begun.criteria == row.criteria && rules.criteria == row.criteria && (row.whom == "everybody" || !want.everybody) {
            return Ok(Some(resumed(row, begun)));
        }
        tx.run(&queries::GIVE_UP, values![row.number]).await?;
    }
    let today = rules.on.to_number();
    tx.run(&queries::AGAIN, values![today]).await?;
    let workers: i64 = tx.value(&queries::COUNT_WORKERS, values![]).await?.unwrap_or_default();
    let marked: i64 = tx.value(&queries::COUNT_STALE, values![]).await?.unwrap_or_default();
    let judged_with: Option<String> = tx.value(&queries::JUDGED_WITH, values![]).await?;
    let everybody =
        want.everybody || judged_with.as_ref() != Some(&rules.criteria) || (marked > MANY && marked.saturating_mul(8) > workers);
    let (whom, total) = if everybody {
        ("everybody", workers)
    } else {
        ("changed", marked)
    };
    tx.run(&queries::BEGIN_RUN, values![whom, rules.criteria.as_str(), today, total, now])
        .await?;
    let row: Option<RunRow> = tx.one(&queries::NEWEST_RUN, values![]).await?;
    tx.commit().await?;
    Ok(row.map(|row| resumed(row, rules)))
}

fn resumed(row: RunRow, rules: Rules) -> Run {
    let everybody = row.whom == "everybody";
    Run {
        number: row.number,
        everybody,
        gathered: row.gathered == 1,
        position: row.position,
        rules,
        progress: Progress {
            everybody,
            done: row.done,
            total: row.total,
            changed: row.changed,
            here: 0,
            took: Duration::ZERO,
        },
    }
}

/// Adds up all histories. Gives the marks there were before: what they stand for is in these days; what comes later marks anew.
async fn gather_days(app: &App, run: &mut Run) -> Result<BTreeMap<String, i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct Mark {
        worker_id: String,
        number: i64,
    }
    let marks: Vec<Mark> = app.db().all(&queries::MARKS, values![]).await?;
    let tx = app.db().write().await?;
    tx.run(&queries::EMPTY_DAYS, values![]).await?;
    tx.run(&queries::MORE_MEMORY, values![]).await?;
    tx.run(&queries::GATHER_DAYS, values![run.rules.on.to_number()]).await?;
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::GATHERED, values![run.number, now]).await?;
    tx.commit().await?;
    run.gathered = true;
    Ok(marks.into_iter().map(|mark| (mark.worker_id, mark.number)).collect())
}

/// Marks and facts of a page come from one state of the database.
async fn read(app: &App, masters: &Masters, run: &Run, after: &str, size: u32) -> Result<Vec<Case>, StoreError> {
    let which = Which {
        marked: !run.everybody,
        gathered: run.gathered,
        after,
        size: size.max(1).into(),
        on: run.rules.on,
    };
    let tx = app.db().read().await?;
    gather::page(&tx, masters, &which).await
}

/// The marks whose reason this page has seen. Of days gathered by an earlier call nobody knows which marks are older: they stay, and those
/// workers are judged again in the next run.
fn unmark(run: &Run, gathered: Option<&BTreeMap<String, i64>>, cases: &[Case]) -> Vec<(String, i64)> {
    let seen = |case: &Case| match gathered {
        Some(marks) => marks.get(&case.id).copied(),
        None if run.gathered => None,
        None => case.mark,
    };
    cases.iter().filter_map(|case| Some((case.id.clone(), seen(case)?))).collect()
}

/// Writes what was found of a page together with the position behind it; false: another program has gone on from there.
async fn write(
    app: &App,
    run: &mut Run,
    last: &str,
    count: i64,
    found: Found,
    unmark: Vec<(String, i64)>,
) -> Result<bool, StoreError> {
    let changed = i64::try_from(found.changed.len() + found.gone.len()).unwrap_or(i64::MAX);
    let (done, changed) = (run.progress.done + count, run.progress.changed + changed);
    let tx = app.db().write().await?;
    let now = app.clock().now().as_millisecond();
    let values = values![run.number, run.position.as_str(), last, done, changed, now];
    if tx.run(&queries::STEP, values).await? == 0 {
        return Ok(false);
    }
    write_rows(&tx, found, unmark).await?;
    tx.commit().await?;
    last.clone_into(&mut run.position);
    run.progress.done = done;
    run.progress.changed = changed;
    run.progress.here += count;
    Ok(true)
}

async fn write_rows(tx: &Tx, found: Found, unmark: Vec<(String, i64)>) -> Result<(), StoreError> {
    if !found.changed.is_empty() {
        let rows = Rows::of(found.changed.iter().map(gather::Standing::row))?;
        tx.run(&queries::WRITE, values![rows]).await?;
    }
    if !found.gone.is_empty() {
        tx.run(&queries::GONE, values![Rows::of(found.gone)?]).await?;
    }
    if !unmark.is_empty() {
        tx.run(&queries::UNMARK, values![Rows::of(unmark)?]).await?;
    }
    Ok(())
}

async fn finish(app: &App, run: &Run) -> Result<(), StoreError> {
    let tx = app.db().write().await?;
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::FINISH, values![run.number, run.position.as_str(), now])
        .await?;
    if run.gathered {
        tx.run(&queries::EMPTY_DAYS, values![]).await?;
    }
    tx.commit().await
}

/// For ever: judges once a day, soon after midnight in Japan, all of whom something was changed.
pub(crate) async fn keep(app: &App) {
    const SECONDS: u64 = 60;
    let mut judged: Option<WorkDay> = None;
    loop {
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let today = app.clock().today();
        if judged == Some(today) || is_judged(app, today).await.unwrap_or(false) {
            judged = Some(today);
            continue;
        }
        match judge_workers(app, Want::default(), |_| ControlFlow::Continue(())).await {
            Ok(Ended::Done(progress)) => {
                judged = Some(today);
                tracing::info!(
                    workers = progress.done,
                    changed = progress.changed,
                    seconds = progress.took.as_secs(),
                    "levels were judged"
                );
            }
            Ok(Ended::Stopped(_) | Ended::UnderWay) => {}
            Err(error) => tracing::error!(
                error = format!("{error:#}"),
                "levels could not be judged; it goes on in a few minutes"
            ),
        }
    }
}

/// Whether a run of today is finished: several servers do it once.
async fn is_judged(app: &App, today: WorkDay) -> Result<bool, StoreError> {
    let newest: Option<RunRow> = app.db().one(&queries::NEWEST_RUN, values![]).await?;
    Ok(newest.is_some_and(|row| row.finished_at.is_some() && row.on_day == today.to_number()))
}
