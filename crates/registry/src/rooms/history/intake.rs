//! What many senders hand in at once becomes one transaction.

use domain::Clock;
use domain::master::Policies;
use jiff::Timestamp;
use store::{Db, Rows, StoreError};

use super::queries;
use super::receive::{Incoming, Received, receive};

/// What one sender hands in.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its touches.
    pub touches: Vec<Incoming>,
    /// The sign of life of the reader, if it is time to note one.
    pub contact: Option<Contact>,
}

/// A reader was heard of.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Key of its row.
    pub reader: String,
    /// When.
    pub at: Timestamp,
    /// How far its clock runs ahead.
    pub offset_ms: i64,
    /// Program and version.
    pub sender: Option<String>,
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
) -> Result<Vec<Vec<Received>>, StoreError> {
    let sizes: Vec<usize> = batches.iter().map(|b| b.touches.len()).collect();
    let mut contacts = Rows::new();
    for contact in batches.iter().filter_map(|b| b.contact.as_ref()) {
        contacts.push((
            &contact.reader,
            contact.at.as_millisecond(),
            contact.offset_ms,
            &contact.sender,
        ))?;
    }
    let items: Vec<Incoming> = batches.into_iter().flat_map(|b| b.touches).collect();
    let tx = db.write().await?;
    let mut answers = receive(&tx, clock, policies, &items).await?.into_iter();
    // In the transaction of the touches: a site's first touch of the morning costs no commit of its own.
    if !contacts.is_empty() {
        tx.run(&queries::NOTE_READERS, [contacts.into_value()]).await?;
    }
    tx.commit().await?;
    Ok(sizes.into_iter().map(|n| answers.by_ref().take(n).collect()).collect())
}
