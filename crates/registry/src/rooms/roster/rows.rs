//! Columns ↔ domain types of this room, and the reads that several pages and use cases share.

use std::collections::BTreeMap;

use domain::organisation::NodeId;
use domain::{PositionId, SiteId, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::rows::{id, opt_day, opt_id};

#[derive(FromQueryResult)]
struct RowColumns {
    id: String,
    node_id: String,
    worker_id: String,
    name: String,
    name_kana: String,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from_day: Option<i32>,
    to_day: Option<i32>,
    accrues: i32,
    version: i32,
}

/// What a row says about the work; what can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) trade: Option<TradeCode>,
    pub(super) position: Option<PositionId>,
    pub(super) work_content: String,
    pub(super) from: Option<WorkDay>,
    pub(super) to: Option<WorkDay>,
    pub(super) accrues: bool,
}

/// A row of the roster.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) node: NodeId,
    pub(super) worker: WorkerId,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) content: Content,
    pub(super) version: i32,
}

/// A row of a site, if there is one with this key.
pub(super) async fn find(tx: &Tx, site: SiteId, row: &str) -> Result<Option<Row>, StoreError> {
    let row: Option<RowColumns> = tx.one(&queries::ROW, values![row, site.to_string()]).await?;
    row.map(|row| {
        Ok(Row {
            id: row.id,
            node: NodeId(row.node_id),
            worker: id(&row.worker_id, "roster_row.worker_id")?,
            name: row.name,
            kana: row.name_kana,
            content: Content {
                trade: opt_id(row.trade, "roster_row.trade")?,
                position: opt_id(row.position, "roster_row.position")?,
                work_content: row.work_content,
                from: opt_day(row.from_day, "roster_row.from_day")?,
                to: opt_day(row.to_day, "roster_row.to_day")?,
                accrues: row.accrues == 1,
            },
            version: row.version,
        })
    })
    .transpose()
}

#[derive(FromQueryResult)]
struct TradeColumns {
    worker_id: String,
    trade: String,
}

/// Trades that workers have registered, the main one first.
pub(super) async fn trades_of(
    tx: &Tx,
    workers: impl IntoIterator<Item = WorkerId>,
) -> Result<BTreeMap<WorkerId, Vec<TradeCode>>, StoreError> {
    let rows = Rows::of(workers.into_iter().map(|w| [w.to_string()]))?;
    let mut trades: BTreeMap<WorkerId, Vec<TradeCode>> = BTreeMap::new();
    for row in tx.all::<TradeColumns>(&queries::TRADES, [rows.into_value()]).await? {
        trades
            .entry(id(&row.worker_id, "worker_trade.worker_id")?)
            .or_default()
            .push(id(&row.trade, "worker_trade.trade")?);
    }
    Ok(trades)
}

#[derive(FromQueryResult)]
struct PlaceColumns {
    id: String,
    worker_id: String,
    node_id: String,
    accrues: i32,
    to_day: Option<i32>,
    tied: i32,
}

/// A place where a worker stands at a site.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) row: String,
    pub(super) node: NodeId,
    pub(super) accrues: bool,
    /// The row has ended, or the worker has left that company: nothing can accrue there any more.
    pub(super) dead: bool,
}

/// Where workers stand at a site, whichever company put them there.
pub(super) async fn places_of(
    tx: &Tx,
    site: SiteId,
    today: WorkDay,
    workers: impl IntoIterator<Item = WorkerId>,
) -> Result<BTreeMap<WorkerId, Vec<Place>>, StoreError> {
    let rows = Rows::of(workers.into_iter().map(|w| [w.to_string()]))?;
    let mut places: BTreeMap<WorkerId, Vec<Place>> = BTreeMap::new();
    for row in tx
        .all::<PlaceColumns>(&queries::ROWS_AT_SITE, values![rows, site.to_string(), today.to_number()])
        .await?
    {
        let ended = opt_day(row.to_day, "roster_row.to_day")?.is_some_and(|to| to < today);
        places
            .entry(id(&row.worker_id, "roster_row.worker_id")?)
            .or_default()
            .push(Place {
                row: row.id,
                node: NodeId(row.node_id),
                accrues: row.accrues == 1,
                dead: ended || row.tied == 0,
            });
    }
    Ok(places)
}
