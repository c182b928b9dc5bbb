//! A page of workers with everything the judge wants to know of them: a handful of queries, however many they are.

use std::collections::{BTreeMap, BTreeSet};

use domain::levels::{Facts, MonthDays, Period, Told};
use domain::registration::Fields;
use domain::{Masters, TradeCode, WorkDay};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::rooms::level::{CertifiedRow, by_field, held, month_days};
use crate::rows::{millisecond, unreadable};

/// A row of `level_standing`.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(super) struct Standing {
    pub(super) worker_id: String,
    pub(super) field: String,
    pub(super) level: i32,
    pub(super) guide: i32,
    pub(super) days: i32,
    pub(super) next_level: Option<i32>,
    pub(super) missing_days: i32,
    pub(super) only_days: i32,
    pub(super) missing: String,
    pub(super) forecast: Option<i32>,
    pub(super) runs_out: Option<i32>,
    pub(super) runs_out_name: Option<String>,
    pub(super) again_on: Option<i32>,
    pub(super) criteria: String,
    pub(super) judged_on: i32,
}

impl Standing {
    /// The columns of `levels.write`.
    pub(super) fn row(&self) -> impl Serialize + use<> {
        (
            self.worker_id.clone(),
            self.field.clone(),
            self.level,
            self.guide,
            self.days,
            self.next_level,
            self.missing_days,
            self.only_days,
            self.missing.clone(),
            self.forecast,
            self.runs_out,
            self.runs_out_name.clone(),
            self.again_on,
            self.criteria.clone(),
            self.judged_on,
        )
    }

    /// Whether it says the same: by which criteria and when it was found so does not matter.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        let undated = |standing: &Self| Self {
            criteria: String::new(),
            judged_on: 0,
            ..standing.clone()
        };
        undated(self) == undated(other)
    }
}

#[derive(FromQueryResult)]
struct WorkerRow {
    id: String,
    registration: String,
    registered_at: i64,
    mark: Option<i64>,
}

#[derive(FromQueryResult)]
struct DaysRow {
    worker_id: String,
    month: i32,
    trade: Option<String>,
    position: Option<String>,
    training: i32,
    days: i64,
}

#[derive(FromQueryResult)]
struct RecordRow {
    id: String,
    body: Option<String>,
}

#[derive(FromQueryResult)]
struct CertifiedOf {
    worker_id: String,
    field: String,
    what: String,
    from_month: i32,
    to_month: i32,
}

#[derive(FromQueryResult)]
struct TradeRow {
    worker_id: String,
    trade: String,
}

/// Somebody to be judged.
pub(super) struct Case {
    pub(super) id: String,
    /// Number of his mark, if he has one.
    pub(super) mark: Option<i64>,
    pub(super) trades: BTreeSet<TradeCode>,
    /// What is known, but for the qualifications.
    facts: Facts,
    /// His record as it is stored: it is read where he is judged, on all cores.
    record: Option<String>,
    /// Certified time before the registration, by field.
    pub(super) certified: BTreeMap<String, Vec<Period>>,
    /// What was found the last time.
    pub(super) before: Vec<Standing>,
}

impl Case {
    /// What is known of him.
    pub(super) fn facts(&self) -> Result<Facts, StoreError> {
        let fields: Fields = match &self.record {
            Some(body) => serde_json::from_str(body).map_err(|_| unreadable("record.body"))?,
            None => Fields::new(),
        };
        Ok(Facts {
            qualifications: held(&fields),
            ..self.facts.clone()
        })
    }
}

/// Which page.
pub(super) struct Which<'a> {
    /// Only those who are marked.
    pub(super) marked: bool,
    /// The days are in `level_days`.
    pub(super) gathered: bool,
    /// Behind this worker.
    pub(super) after: &'a str,
    /// So many.
    pub(super) size: i64,
    /// Days up to this one.
    pub(super) on: WorkDay,
}

/// Reads a page; empty: there is nobody left.
pub(super) async fn page(tx: &Tx, masters: &Masters, which: &Which<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = if which.marked {
        &queries::PAGE_OF_STALE
    } else {
        &queries::PAGE_OF_ALL
    };
    let workers: Vec<WorkerRow> = tx.all(sql, values![which.after, which.size]).await?;
    let Some(last) = workers.last().map(|row| row.id.clone()) else {
        return Ok(Vec::new());
    };
    let ids = || Rows::of(workers.iter().map(|row| [row.id.as_str()]));
    let days: Vec<DaysRow> = if which.gathered {
        tx.all(&queries::DAYS_GATHERED, values![which.after, last.as_str()]).await?
    } else {
        tx.all(&queries::DAYS, values![ids()?, which.on.to_number()]).await?
    };
    let records: Vec<RecordRow> = tx.all(&queries::RECORDS, values![ids()?]).await?;
    let trades: Vec<TradeRow> = tx.all(&queries::TRADES, values![ids()?]).await?;
    let certified: Vec<CertifiedOf> = tx.all(&queries::CERTIFIED, values![ids()?]).await?;
    let before: Vec<Standing> = tx.all(&queries::STANDINGS, values![ids()?]).await?;

    let mut months_of: BTreeMap<String, Vec<MonthDays>> = BTreeMap::new();
    for row in days {
        let (trade, position) = (row.trade.as_deref(), row.position.as_deref());
        let month = month_days(masters, row.month, trade, position, row.training, row.days)?;
        months_of.entry(row.worker_id).or_default().push(month);
    }
    let records = records.into_iter().filter_map(|row| Some((row.id, row.body?)));
    let mut record_of: BTreeMap<String, String> = records.collect();
    let mut trades_of: BTreeMap<String, BTreeSet<TradeCode>> = BTreeMap::new();
    for row in trades {
        trades_of
            .entry(row.worker_id)
            .or_default()
            .extend(row.trade.parse::<TradeCode>().ok());
    }
    let mut certified_of: BTreeMap<String, Vec<CertifiedRow>> = BTreeMap::new();
    for row in certified {
        let line = CertifiedRow {
            field: row.field,
            what: row.what,
            from_month: row.from_month,
            to_month: row.to_month,
        };
        certified_of.entry(row.worker_id).or_default().push(line);
    }
    let mut before_of: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    for row in before {
        before_of.entry(row.worker_id.clone()).or_default().push(row);
    }
    let mut cases = Vec::with_capacity(workers.len());
    for row in workers {
        let months = months_of.remove(&row.id).unwrap_or_default();
        let mut trades = trades_of.remove(&row.id).unwrap_or_default();
        trades.extend(months.iter().filter_map(|month| month.trade));
        cases.push(Case {
            mark: row.mark,
            trades,
            facts: Facts {
                detailed: row.registration == "detailed",
                registered: WorkDay::of(millisecond(row.registered_at, "worker.registered_at")?, 0),
                months,
                certified: Vec::new(),
                qualifications: Vec::new(),
                told: Told::default(),
            },
            record: record_of.remove(&row.id),
            certified: by_field(certified_of.remove(&row.id).unwrap_or_default())?,
            before: before_of.remove(&row.id).unwrap_or_default(),
            id: row.id,
        });
    }
    Ok(cases)
}
