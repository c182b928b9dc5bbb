//! Housekeeping: what waits is told again before the deadline, twice at most; what nobody answered lapses at the deadline, and
//! everybody concerned is told.

use std::collections::BTreeSet;

use domain::Policy;
use domain::direct::RequestState;
use sea_orm::FromQueryResult;
use store::{Rows, values};

use super::decide::settle;
use super::request::Request;
use super::rows::{Columns, requests};
use super::{queries, tell};
use crate::App;

/// Requests looked at in one transaction.
const AT_ONCE: i64 = 500;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Requests told again.
    pub reminded: usize,
    /// Requests that lapsed.
    pub expired: usize,
}

#[derive(FromQueryResult)]
struct KeyColumns {
    id: String,
}

/// Does what is due.
///
/// # Errors
/// If the database fails; what was told by then is not told again.
pub async fn keep(app: &App) -> anyhow::Result<Kept> {
    let mut kept = Kept::default();
    while let count @ 1.. = expire(app).await? {
        kept.expired += count;
    }
    // The last reminder first: who is due for both gets that one only.
    for (policy, step) in [(Policy::DirectRemindAgainDays, 2), (Policy::DirectRemindDays, 1)] {
        while let count @ 1.. = remind(app, policy, step).await? {
            kept.reminded += count;
        }
    }
    Ok(kept)
}

async fn expire(app: &App) -> anyhow::Result<usize> {
    let tx = app.db().write().await?;
    let today = app.clock().today();
    let lapsed: Vec<Columns> = tx.all(&queries::LAPSED, values![today.to_number(), AT_ONCE]).await?;
    let expired = settle(app, &tx, None, requests(lapsed)?, RequestState::Expired, "").await?;
    tell::workers(app, &tx, &expired, "expired", &[]).await?;
    tell::companies(app, &tx, &expired, "expired-of", &[]).await?;
    tell::primes(app, &tx, &expired, "expired", &[]).await?;
    tx.commit().await?;
    Ok(expired.len())
}

async fn remind(app: &App, policy: Policy, step: i32) -> anyhow::Result<usize> {
    let tx = app.db().write().await?;
    let today = app.clock().today();
    let days = app.masters().policies().at(policy, today);
    let until = today.plus(i32::try_from(days).unwrap_or(0));
    let values = values![today.to_number(), until.to_number(), step, AT_ONCE];
    let due: Vec<Request> = requests(tx.all::<Columns>(&queries::TO_REMIND, values).await?)?;
    let Some(first) = due.first() else { return Ok(0) };
    // All that are told at once have the same deadline, as people count: the end of a month.
    let deadline = first.deadline;
    let due: Vec<Request> = due.into_iter().filter(|r| r.deadline == deadline).collect();
    let keys = Rows::of(due.iter().map(|r| [&r.id]))?;
    let told: Vec<KeyColumns> = tx.all(&queries::REMINDED, values![keys, step]).await?;
    let told: BTreeSet<String> = told.into_iter().map(|row| row.id).collect();
    let due: Vec<Request> = due.into_iter().filter(|r| told.contains(&r.id)).collect();
    let deadline = deadline.to_string();
    let more = [("deadline", deadline.as_str())];
    tell::primes(app, &tx, &due, "remind", &more).await?;
    // Who can still do something himself: put the site on, or ask the prime.
    let (by_workers, by_companies): (Vec<Request>, Vec<Request>) = due.into_iter().partition(|r| r.by_worker);
    tell::workers(app, &tx, &by_workers, "remind", &more).await?;
    tell::companies(app, &tx, &by_companies, "remind-of", &more).await?;
    tx.commit().await?;
    Ok(told.len())
}
