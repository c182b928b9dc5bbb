//! Use cases: cards die; who asks whether one is dead, and whether a 4-digit code is the worker's.

use std::collections::{BTreeMap, BTreeSet};

use domain::WorkerId;
use jiff::Timestamp;
use store::{Rows, StoreError, Tx, values};

use super::issue::cards_of;
use super::queries;
use super::rows::DeadRow;
use crate::App;
use crate::access::verify_password;
use crate::rows::{id, millisecond};

/// Ends the worker's cards up to a number, now.
pub(super) async fn end_up_to(app: &App, tx: &Tx, worker: WorkerId, number: i32, why: &str) -> store::Result<()> {
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::END, values![worker.to_string(), number, now, why]).await?;
    tx.run(&queries::MARK_DEAD, values![worker.to_string(), number]).await?;
    Ok(())
}

/// Ends all cards of a worker whose registration ends (withdrawn, deceased).
///
/// # Errors
/// If the database fails.
pub async fn end_all(app: &App, tx: &Tx, worker: WorkerId) -> store::Result<()> {
    match cards_of(tx, worker).await?.first() {
        Some(card) => end_up_to(app, tx, worker, card.number, "registration_ended").await,
        None => Ok(()),
    }
}

/// Of these cards (worker and number of issue), those that are dead, and since when.
///
/// # Errors
/// If the database fails.
pub async fn dead_since(tx: &Tx, cards: &BTreeSet<(WorkerId, u16)>) -> Result<BTreeMap<(WorkerId, u16), Timestamp>, StoreError> {
    if cards.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = Rows::of(cards.iter().map(|(worker, number)| (worker.to_string(), number)))?;
    let found: Vec<DeadRow> = tx.all(&queries::DEAD, [rows.into_value()]).await?;
    found
        .into_iter()
        .map(|row| {
            let key = (id(&row.worker_id, "card.worker_id")?, u16::try_from(row.number).unwrap_or(0));
            Ok((key, millisecond(row.ended_at, "card.ended_at")?))
        })
        .collect()
}

/// Is this the 4-digit code (本人確認番号) on the card that the worker holds? Slow on purpose. It can be guessed in 10,000 tries: who
/// calls it counts the misses and stops (registry rule book R-SEC-1).
///
/// # Errors
/// If the database fails.
pub async fn code_fits(tx: &Tx, worker: WorkerId, code: &str) -> store::Result<bool> {
    let hash: Option<String> = tx.value(&queries::CODE, values![worker.to_string()]).await?;
    Ok(verify_password(code, hash.as_deref()))
}
