//! Use case: a device without a network sends its touches by a stick. The file goes the way of every touch, so what comes twice changes
//! nothing; a receipt tells the device what has arrived.

use domain::device;
use domain::device::Numbers;
use sea_orm::FromQueryResult;
use store::{GroupError, StoreError, Tx, values};
use wire::seal::{self, Kind, NONCE, NotOpened, Secret};
use wire::{MAX_ITEMS, OutboxFile, Receipt};

use super::heard::{Contact, id_of};
use super::rows::DeviceColumns;
use super::{queries, tell};
use crate::App;
use crate::access::{ReaderKey, UseCase, UseCaseError, Viewer};
use crate::rooms::history::{Batch, Received, incoming};
use crate::rooms::site::{OpenSite, Subject, note};

/// Why a file is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StickRefusal {
    /// Only who keeps the site sends files in.
    Forbidden,
    /// It is no file of a reader, or of one of another version.
    OtherKind,
    /// Its end is missing: so many of so many bytes.
    NotWhole {
        /// Bytes there are.
        bytes: u64,
        /// Bytes there should be.
        of: u64,
    },
    /// It was changed, or is of a reader of another site.
    NotOurs,
    /// Its reader was stopped.
    Revoked,
    /// Too many are sending at once; what was taken in so far stays.
    Busy,
}

/// What a file brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Key of its reader's row.
    pub reader: String,
    /// Name of its reader.
    pub name: String,
    /// New touches.
    pub stored: usize,
    /// Touches that were there already.
    pub already: usize,
    /// Touches that were refused.
    pub refused: usize,
}

#[derive(FromQueryResult)]
struct KeyRow {
    id: String,
    name: String,
    key_hash: String,
    revoked_at: Option<i64>,
}

/// Takes a file in.
///
/// # Errors
/// [`StickRefusal`].
pub async fn take_in(app: &App, viewer: &Viewer, site: &OpenSite, file: &[u8]) -> UseCase<Done, StickRefusal> {
    let refuse = |refusal| Err(UseCaseError::Refused(refusal));
    if !site.keeps {
        return refuse(StickRefusal::Forbidden);
    }
    match seal::body(Kind::Outbox, file) {
        Ok(_) => {}
        Err(NotOpened::OtherKind) => return refuse(StickRefusal::OtherKind),
        Err(NotOpened::NotWhole { bytes, of }) => return refuse(StickRefusal::NotWhole { bytes, of }),
        Err(NotOpened::NotOurs) => return refuse(StickRefusal::NotOurs),
    }
    let rows: Vec<KeyRow> = {
        let tx = app.db().read().await?;
        tx.all(&queries::KEYS_OF_SITE, values![site.head.id.to_string()]).await?
    };
    let opened = rows.into_iter().find_map(|row| {
        let secret = Secret::of_hash(&row.key_hash)?;
        let plain = secret.open(Kind::Outbox, file).ok()?;
        Some((row, secret, plain))
    });
    let Some((row, secret, plain)) = opened else {
        return refuse(StickRefusal::NotOurs);
    };
    if row.revoked_at.is_some() {
        return refuse(StickRefusal::Revoked);
    }
    let Ok(content) = serde_json::from_slice::<OutboxFile>(&plain) else {
        return refuse(StickRefusal::OtherKind);
    };
    let reader = ReaderKey {
        reader: row.id.clone(),
        site: site.head.id,
        secret,
    };
    let mut done = Done {
        reader: row.id,
        name: row.name,
        stored: 0,
        already: 0,
        refused: 0,
    };
    let mut to_tell = false;
    for page in content.touches.chunks(MAX_ITEMS) {
        let numbers: Numbers = page.iter().filter_map(|item| item.seq).collect();
        let batch = Batch {
            touches: page.iter().map(|item| incoming(&reader, item)).collect(),
            contact: Some(contact(app, &reader, &content, numbers)),
        };
        let taken = match app.take_in(batch).await {
            Ok(taken) => taken,
            Err(GroupError::Failed(error)) => return Err(UseCaseError::broken(error)),
            Err(GroupError::Busy | GroupError::BrokenOff) => return refuse(StickRefusal::Busy),
        };
        to_tell |= taken.noted.is_some_and(|noted| noted.to_tell);
        for received in taken.received {
            *match received {
                Received::Stored { already: false, .. } => &mut done.stored,
                Received::Stored { already: true, .. } => &mut done.already,
                Received::Refused { .. } => &mut done.refused,
            } += 1;
        }
    }
    if to_tell {
        tell(app, &done.reader).await?;
    }
    let tx = app.db().write().await?;
    let what = serde_json::json!({ "stick": done.name });
    note(app, &tx, viewer, site.head.id, Subject::Reader, &done.reader, &what).await?;
    tx.commit().await?;
    Ok(done)
}

/// A file tells nothing of the present: neither of the clock nor of what waits.
fn contact(app: &App, reader: &ReaderKey, content: &OutboxFile, numbers: Numbers) -> Contact {
    Contact {
        reader: reader.reader.clone(),
        device: id_of(&content.device),
        heard: device::Contact {
            at: app.clock().now(),
            clock_ahead: None,
            sender: Some(content.sender.chars().filter(|c| !c.is_control()).take(60).collect()),
            report: None,
            numbers,
        },
    }
}

/// What has arrived of a reader's devices, sealed for it. None if the site has no such reader.
///
/// # Errors
/// If the database fails.
pub async fn receipt(app: &App, tx: &Tx, site: &OpenSite, reader: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let rows: Vec<KeyRow> = tx.all(&queries::KEYS_OF_SITE, values![site.head.id.to_string()]).await?;
    let Some(row) = rows.into_iter().find(|row| row.id == reader) else {
        return Ok(None);
    };
    let mut receipt = Receipt { devices: Vec::new() };
    for columns in tx
        .all::<DeviceColumns>(&queries::OF_SITE, values![site.head.id.to_string()])
        .await?
    {
        if columns.reader_id == reader && !columns.device_id.is_empty() {
            let id = columns.device_id.clone();
            receipt.devices.push((id, columns.read()?.numbers.ranges().to_vec()));
        }
    }
    let mut nonce = [0; NONCE];
    app.with_random(|random| rand::Rng::fill_bytes(random, &mut nonce));
    let plain = serde_json::to_vec(&receipt).unwrap_or_default();
    Ok(Secret::of_hash(&row.key_hash).and_then(|secret| secret.seal(Kind::Receipt, nonce, &plain).ok()))
}
