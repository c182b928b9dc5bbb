//! The work in the background: who finds a file that waits takes it, and keeps it as long as he goes on.

use std::time::Duration;

use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::apply::apply;
use super::check::check;
use super::queries;
use super::stored::{Bulk, State, by_id, forget_files, forget_rows};
use crate::App;

/// So long a server may be silent before another takes over.
const LEASE_MS: i64 = 300_000;
/// After a failure it is tried again so much later …
const PAUSE_MS: i64 = 30_000;
/// … and so often.
const MOST_ATTEMPTS: i32 = 3;
/// How long to rest when nothing waits.
const REST: Duration = Duration::from_secs(1);

#[derive(FromQueryResult)]
struct Claimed {
    id: String,
}

/// For ever: works on what waits.
pub(crate) async fn keep_working(app: &App) {
    loop {
        match work(app).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "files of many applications could not be worked on"
                );
                tokio::time::sleep(REST * 10).await;
            }
        }
    }
}

/// Works on one file, if one waits; says whether one did.
///
/// # Errors
/// If the database fails. What goes wrong with a file is noted with it.
pub async fn work(app: &App) -> anyhow::Result<bool> {
    let now = app.clock().now().as_millisecond();
    let tx = app.db().write().await?;
    let claimed: Option<Claimed> = tx.one(&queries::CLAIM, values![now, now + LEASE_MS]).await?;
    let Some(claimed) = claimed else { return Ok(false) };
    let bulk = by_id(&tx, &claimed.id).await?;
    tx.commit().await?;
    let Some(bulk) = bulk else { return Ok(true) };
    let worked = match bulk.state {
        State::Checking => check(app, &bulk).await,
        State::Applying => apply(app, &bulk).await,
        _ => Ok(()),
    };
    if let Err(error) = worked {
        tracing::error!(
            bulk = bulk.id,
            error = format!("{error:#}"),
            "a file of many applications could not be worked on"
        );
        failed(app, &bulk).await?;
    }
    Ok(true)
}

/// Tries again later, or gives up.
async fn failed(app: &App, bulk: &Bulk) -> anyhow::Result<()> {
    let tx = app.db().write().await?;
    if bulk.attempts < MOST_ATTEMPTS {
        let again = app.clock().now().as_millisecond() + PAUSE_MS;
        tx.run(&queries::PROGRESS, values![bulk.id.as_str(), bulk.total, 0, again])
            .await?;
    } else {
        let values = values![
            bulk.id.as_str(),
            bulk.state.word(),
            State::Broken.word(),
            "[]",
            bulk.workers,
            bulk.yen
        ];
        if tx.run(&queries::END, values).await? == 1 {
            forget_rows(app, &tx, &bulk.id).await?;
            forget_files(app, &tx, bulk).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Says how far it is.
pub(super) async fn progress(app: &App, tx: &Tx, bulk: &str, total: usize, done: i32) -> Result<(), StoreError> {
    let lease = app.clock().now().as_millisecond() + LEASE_MS;
    let total = i32::try_from(total).unwrap_or(i32::MAX);
    tx.run(&queries::PROGRESS, values![bulk, total, done, lease])
        .await
        .map(|_| ())
}
