//! Whether touches would be taken in: asked before they are entered by hand, so that a refusal is told at once and leaves no note.

use std::collections::{BTreeMap, BTreeSet};

use domain::Clock;
use domain::judge::Refusal;
use domain::master::Policies;
use store::{StoreError, Tx};

use super::receive::{Incoming, check, load_sites, read_workers};

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
    let workers = items.iter().filter_map(|item| item.worker_id.parse().ok()).collect::<BTreeSet<_>>();
    let sites = items.iter().map(|item| item.site).collect::<BTreeSet<_>>();
    let (workers, sites) = (read_workers(tx, &workers).await?, load_sites(tx, &sites).await?);
    let (now, today) = (clock.now(), clock.today());
    let no_cards = BTreeMap::new();
    let checked = items
        .iter()
        .map(|item| check(item, &workers, &sites, &no_cards, now, today, policies));
    Ok(checked.map(Result::err).collect())
}
