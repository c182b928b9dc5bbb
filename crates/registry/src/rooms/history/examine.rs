//! Whether touches would be taken in: asked before they are entered by hand, so that a refusal is told at once and leaves no note.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::Refusal;
use domain::master::Policies;
use domain::{Clock, WorkDay};
use store::{StoreError, Tx};

use super::around::Around;
use super::receive::{Incoming, check, read_workers};

/// Says of each item why it would be refused, in the order of the items; none: [`super::receive`] takes it in. Writes nothing.
///
/// # Errors
/// If the database fails.
pub async fn examine(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    items: &[Incoming],
) -> Result<Vec<Option<Refusal>>, StoreError> {
    let mut workers = BTreeSet::new();
    let mut days = BTreeSet::new();
    for item in items {
        if let Ok(worker) = item.worker_id.parse() {
            workers.insert(worker);
            days.insert((worker, item.site, WorkDay::of(item.at, 0)));
        }
    }
    let workers = read_workers(tx, &workers).await?;
    let sites = Around::without_touches(tx, &days).await?.sites;
    let (now, today) = (clock.now(), clock.today());
    let no_cards = BTreeMap::new();
    let checked = items
        .iter()
        .map(|item| check(item, &workers, &sites, &no_cards, now, today, policies));
    Ok(checked.map(Result::err).collect())
}
