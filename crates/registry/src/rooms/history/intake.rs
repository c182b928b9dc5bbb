//! What many senders hand in at once becomes one transaction.

use domain::Clock;
use domain::master::Policies;
use store::{Db, StoreError};

use super::receive::{Incoming, Received, receive};
use crate::rooms::device::{self, Contact, Noted};

/// What one sender hands in.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its touches.
    pub touches: Vec<Incoming>,
    /// The sign of life of the reader, if it is time to note one.
    pub contact: Option<Contact>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// One answer per touch, in their order.
    pub received: Vec<Received>,
    /// What the sign of life brought, if one was noted.
    pub noted: Option<Noted>,
}

/// Work of the group commit: the batches of many senders in one transaction, answered batch by batch.
///
/// # Errors
/// If the database fails; then nothing of the group is stored.
pub async fn receive_group(
    db: &Db,
    clock: &dyn Clock,
    policies: &Policies,
    batches: Vec<Batch>,
) -> Result<Vec<Taken>, StoreError> {
    let mut items: Vec<Incoming> = Vec::new();
    let mut shares: Vec<(usize, Option<Contact>)> = Vec::with_capacity(batches.len());
    for batch in batches {
        shares.push((batch.touches.len(), batch.contact));
        items.extend(batch.touches);
    }
    let contacts: Vec<&Contact> = shares.iter().filter_map(|(_, contact)| contact.as_ref()).collect();
    let tx = db.write().await?;
    let mut answers = receive(&tx, clock, policies, &items).await?.into_iter();
    // In the transaction of the touches: a site's first touch of the morning costs no commit of its own.
    let mut noted = device::note(&tx, clock, policies, &contacts).await?.into_iter();
    tx.commit().await?;
    let taken = shares.into_iter().map(|(touches, contact)| Taken {
        received: answers.by_ref().take(touches).collect(),
        noted: contact.and_then(|_| noted.next()),
    });
    Ok(taken.collect())
}
