//! Columns ↔ domain types of this room, and the reads that several pages and use cases share.

use std::collections::BTreeMap;

use domain::organisation::NodeId;
use domain::{PositionId, SiteId, TradeCode, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::rooms::site::{Subject, note_many};
use crate::rows::{id, opt_day, opt_id, unreadable};

#[derive(FromQueryResult)]
struct RowColumns {
    id: String,
    node_id: String,
    worker_id: String,
    handle: String,
    name: String,
    name_kana: String,
    trade: Option<String>,
    position: Option<String>,
    work_content: String,
    from_day: Option<i32>,
    to_day: Option<i32>,
    accrues: i32,
    version: i32,
    #[sea_orm(nested)]
    more: MoreColumns,
}

/// Columns of [`More`].
#[derive(FromQueryResult)]
pub(super) struct MoreColumns {
    hazard: Option<String>,
    hazard_other: String,
    checkups: String,
    checkup_other: String,
    qualifications: String,
    sent_day: Option<i32>,
    induction_day: Option<i32>,
    consent_day: Option<i32>,
}

/// What a row says beside trade, position and work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct More {
    /// 有害物質の取扱い: id of the master data.
    pub(super) hazard: Option<String>,
    /// In words, if it is another one.
    pub(super) hazard_other: String,
    /// 特殊健康診断: ids of the master data.
    pub(super) checkups: Vec<String>,
    /// Others, in words.
    pub(super) checkup_other: String,
    /// 資格 used at this site, by name.
    pub(super) qualifications: Vec<String>,
    /// Day of the education before being sent (送り出し教育).
    pub(super) sent: Option<WorkDay>,
    /// Day of the education on entering the site (新規入場者教育).
    pub(super) induction: Option<WorkDay>,
    /// Day on which he consented to his data being handed to the prime.
    pub(super) consent: Option<WorkDay>,
}

impl TryFrom<MoreColumns> for More {
    type Error = StoreError;
    fn try_from(row: MoreColumns) -> Result<Self, StoreError> {
        let list = |text: &str, column| serde_json::from_str(text).map_err(|_| unreadable(column));
        Ok(Self {
            hazard: row.hazard,
            hazard_other: row.hazard_other,
            checkups: list(&row.checkups, "roster_row.checkups")?,
            checkup_other: row.checkup_other,
            qualifications: list(&row.qualifications, "roster_row.qualifications")?,
            sent: opt_day(row.sent_day, "roster_row.sent_day")?,
            induction: opt_day(row.induction_day, "roster_row.induction_day")?,
            consent: opt_day(row.consent_day, "roster_row.consent_day")?,
        })
    }
}

/// What a row says; what can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) trade: Option<TradeCode>,
    pub(super) position: Option<PositionId>,
    pub(super) work_content: String,
    pub(super) from: Option<WorkDay>,
    pub(super) to: Option<WorkDay>,
    pub(super) accrues: bool,
    pub(super) more: More,
}

impl Content {
    /// For the story of the site.
    pub(super) fn told(&self) -> serde_json::Value {
        serde_json::json!({
            "trade": self.trade, "position": self.position, "work_content": self.work_content,
            "from": self.from, "to": self.to, "accrues": self.accrues, "more": self.more,
        })
    }

    /// As a row of `{{rows …}}` for [`queries::INSERT_ROWS`] and [`queries::UPDATE_ROWS`].
    pub(super) fn columns(&self, key: &str, worker: WorkerId, version: i32) -> Result<serde_json::Value, StoreError> {
        let list = |list: &[String]| serde_json::to_string(list).map_err(|_| unreadable("roster_row"));
        let more = &self.more;
        let day = |day: Option<WorkDay>| day.map(WorkDay::to_number);
        Ok(serde_json::json!([
            key,
            worker.to_string(),
            version,
            self.trade.map(|t| t.to_string()),
            self.position.as_ref().map(ToString::to_string),
            self.work_content,
            day(self.from),
            day(self.to),
            i32::from(self.accrues),
            more.hazard,
            more.hazard_other,
            list(&more.checkups)?,
            more.checkup_other,
            list(&more.qualifications)?,
            day(more.sent),
            day(more.induction),
            day(more.consent),
        ]))
    }
}

/// A row of the roster.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) node: NodeId,
    pub(super) worker: WorkerId,
    pub(super) handle: String,
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) content: Content,
    pub(super) version: i32,
}

impl TryFrom<RowColumns> for Row {
    type Error = StoreError;
    fn try_from(row: RowColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            node: NodeId(row.node_id),
            worker: id(&row.worker_id, "roster_row.worker_id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            content: Content {
                trade: opt_id(row.trade, "roster_row.trade")?,
                position: opt_id(row.position, "roster_row.position")?,
                work_content: row.work_content,
                from: opt_day(row.from_day, "roster_row.from_day")?,
                to: opt_day(row.to_day, "roster_row.to_day")?,
                accrues: row.accrues == 1,
                more: row.more.try_into()?,
            },
            version: row.version,
        })
    }
}

/// A row of a site, if there is one with this key.
pub(super) async fn find(tx: &Tx, site: SiteId, row: &str) -> Result<Option<Row>, StoreError> {
    let row: Option<RowColumns> = tx.one(&queries::ROW, values![row, site.to_string()]).await?;
    row.map(Row::try_from).transpose()
}

/// The rows of a node; `today`: only those that have not ended before it.
pub(super) async fn rows_of_node(tx: &Tx, node: &NodeId, today: Option<WorkDay>) -> Result<Vec<Row>, StoreError> {
    let values = values![
        node.0.as_str(),
        i32::from(today.is_some()),
        today.map_or(0, WorkDay::to_number)
    ];
    let rows: Vec<RowColumns> = tx.all(&queries::ROWS_OF_NODE, values).await?;
    rows.into_iter().map(Row::try_from).collect()
}

/// Notes what happened to rows of a site, all in one statement.
pub(super) async fn note_rows(
    app: &App,
    tx: &Tx,
    viewer: &crate::access::Viewer,
    site: SiteId,
    what: &[(String, serde_json::Value)],
) -> Result<(), StoreError> {
    note_many(app, tx, viewer, site, Subject::Roster, what).await
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
struct QualificationColumns {
    worker_id: String,
    class: String,
    name: String,
    until_day: Option<i32>,
}

/// A qualification that a worker has registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// Class, as the registration names it.
    pub(super) class: String,
    pub(super) name: String,
    pub(super) until: Option<WorkDay>,
}

/// Qualifications that workers have registered.
pub(super) async fn qualifications_of(
    tx: &Tx,
    workers: impl IntoIterator<Item = WorkerId>,
) -> Result<BTreeMap<WorkerId, Vec<Held>>, StoreError> {
    let rows = Rows::of(workers.into_iter().map(|w| [w.to_string()]))?;
    let mut held: BTreeMap<WorkerId, Vec<Held>> = BTreeMap::new();
    for row in tx
        .all::<QualificationColumns>(&queries::QUALIFICATIONS, [rows.into_value()])
        .await?
    {
        held.entry(id(&row.worker_id, "worker_qualification.worker_id")?)
            .or_default()
            .push(Held {
                class: row.class,
                name: row.name,
                until: opt_day(row.until_day, "worker_qualification.until_day")?,
            });
    }
    Ok(held)
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
