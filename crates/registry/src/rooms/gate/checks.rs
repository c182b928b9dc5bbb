//! What the roster copy brings for number entry and for QRs.

use std::collections::{BTreeMap, BTreeSet};

use domain::qr::QrUse;
use domain::{Policy, SiteId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use wire::code::{CodeCheck, Cost, KeptCode};
use wire::{NumberEntry, QrEntry};

use super::queries;
use crate::App;
use crate::rows::{id, unreadable};

#[derive(FromQueryResult)]
struct EntryRow {
    number_entry: i32,
    qr: String,
}

#[derive(FromQueryResult)]
struct CodeRow {
    worker_id: String,
    salt: String,
    memory_kib: i32,
    passes: i32,
    hash: String,
}

/// How number entry and QRs go at a reader. None of those that its prime does not allow there.
///
/// # Errors
/// If the database fails.
pub(crate) async fn entries(
    app: &App,
    tx: &Tx,
    reader: &str,
    day: WorkDay,
) -> Result<(Option<NumberEntry>, Option<QrEntry>), StoreError> {
    let Some(row) = tx.one::<EntryRow>(&queries::ENTRIES, values![reader]).await? else {
        return Ok((None, None));
    };
    let masters = app.masters();
    let limit = |policy| u32::try_from(masters.policies().at(policy, day)).unwrap_or(u32::MAX);
    let (misses, rest_minutes) = (limit(Policy::GateCodeMisses), limit(Policy::GateCodeRestMinutes));
    let number = NumberEntry { misses, rest_minutes };
    let qr_use = QrUse::of(&row.qr).ok_or_else(|| unreadable("reader.qr"))?;
    let qr = QrEntry {
        key: app.qr_key().public(),
        seconds: limit(Policy::QrSeconds),
        plain: qr_use == QrUse::Plain,
        misses,
        rest_minutes,
    };
    Ok(((row.number_entry == 1).then_some(number), (qr_use != QrUse::No).then_some(qr)))
}

/// What the readers of a site check the codes of these workers by; of those who have set one.
///
/// # Errors
/// If the database fails.
pub(crate) async fn checks(
    tx: &Tx,
    site: SiteId,
    workers: &BTreeSet<WorkerId>,
) -> Result<BTreeMap<WorkerId, CodeCheck>, StoreError> {
    if workers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let site = site.to_string();
    let rows = Rows::of(workers.iter().map(|worker| [worker.to_string()]))?;
    let found: Vec<CodeRow> = tx.all(&queries::OF_WORKERS, [rows.into_value()]).await?;
    let mut checks = BTreeMap::new();
    for row in found {
        let worker: WorkerId = id(&row.worker_id, "gate_code.worker_id")?;
        let kept = KeptCode {
            salt: row.salt,
            cost: Cost {
                memory_kib: cost(row.memory_kib, "gate_code.memory_kib")?,
                passes: cost(row.passes, "gate_code.passes")?,
            },
            hash: row.hash,
        };
        checks.insert(worker, kept.at(&site, &row.worker_id));
    }
    Ok(checks)
}

fn cost(value: i32, column: &'static str) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_| StoreError::Inconsistent(column, value.to_string()))
}
