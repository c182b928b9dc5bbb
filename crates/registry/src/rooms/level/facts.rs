//! What the registry knows of a worker, as the judge takes it.

use std::collections::{BTreeMap, BTreeSet};

use domain::levels::{Career, Days, Facts, Held, MonthDays, Period, Place, Told};
use domain::master::CountsAs;
use domain::registration::Fields;
use domain::{Masters, TradeCode, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::rooms::application::newest_record;
use crate::rows::{millisecond, unreadable};

#[derive(FromQueryResult)]
struct DaysRow {
    month: i32,
    trade: Option<String>,
    position: Option<String>,
    training: i32,
    days: i64,
}

#[derive(FromQueryResult)]
struct WorkerRow {
    name: String,
    registration: String,
    registered_at: i64,
    level: i32,
}

#[derive(FromQueryResult)]
struct TradeRow {
    trade: String,
}

/// A worker and what speaks for his level.
pub(crate) struct Known {
    pub(crate) name: String,
    /// As on his card.
    pub(crate) card_level: i32,
    /// Trades he registered or worked under.
    pub(crate) trades: BTreeSet<TradeCode>,
    pub(crate) facts: Facts,
    /// Certified time before the registration, by field.
    certified: BTreeMap<String, Vec<Period>>,
}

impl Known {
    /// What is known of him in a field.
    pub(crate) fn facts_in(&self, field: &str) -> Facts {
        Facts {
            certified: self.certified.get(field).cloned().unwrap_or_default(),
            ..self.facts.clone()
        }
    }
}

/// A line of a certificate of earlier career.
#[derive(FromQueryResult)]
pub(crate) struct CertifiedRow {
    pub(crate) field: String,
    pub(crate) what: String,
    pub(crate) from_month: i32,
    pub(crate) to_month: i32,
}

/// By field.
pub(crate) fn by_field(rows: impl IntoIterator<Item = CertifiedRow>) -> Result<BTreeMap<String, Vec<Period>>, StoreError> {
    let mut all: BTreeMap<String, Vec<Period>> = BTreeMap::new();
    for row in rows {
        let period = Period {
            career: Career::from_word(&row.what).ok_or_else(|| unreadable("career_certificate.what"))?,
            from: year_month(row.from_month).ok_or_else(|| unreadable("career_certificate.from_month"))?,
            to: year_month(row.to_month).ok_or_else(|| unreadable("career_certificate.to_month"))?,
        };
        all.entry(row.field).or_default().push(period);
    }
    Ok(all)
}

/// `yyyymm`.
fn year_month(number: i32) -> Option<YearMonth> {
    YearMonth::new(i16::try_from(number / 100).ok()?, i8::try_from(number % 100).ok()?)
}

/// The field in which a worker is furthest and the level to apply for there, as the last run found it.
pub(crate) async fn hint(tx: &Tx, worker: &str) -> Result<Option<(String, i32)>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        field: String,
        level: i32,
        guide: i32,
    }
    let row: Option<Row> = tx.one(&queries::HINT, values![worker]).await?;
    Ok(row.map(|row| (row.field, row.level.max(row.guide).clamp(2, 4))))
}

/// Everything in five queries, all by the worker's ID.
pub(crate) async fn known(tx: &Tx, masters: &Masters, worker: WorkerId, on: WorkDay) -> Result<Option<Known>, StoreError> {
    let id = worker.to_string();
    let Some(row) = tx.one::<WorkerRow>(&queries::WORKER, values![id.as_str()]).await? else {
        return Ok(None);
    };
    let days: Vec<DaysRow> = tx.all(&queries::DAYS, values![id.as_str(), on.to_number()]).await?;
    let months = days
        .iter()
        .map(|row| {
            let (trade, position) = (row.trade.as_deref(), row.position.as_deref());
            month_days(masters, row.month, trade, position, row.training, row.days)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let registered: Vec<TradeRow> = tx.all(&queries::TRADES, values![id.as_str()]).await?;
    let trades = registered.iter().filter_map(|row| row.trade.parse().ok());
    let trades = trades.chain(months.iter().filter_map(|row| row.trade)).collect();
    let certified = by_field(tx.all::<CertifiedRow>(&queries::CERTIFIED, values![id.as_str()]).await?)?;
    let qualifications = held(&newest_record(tx, &id).await?);
    Ok(Some(Known {
        name: row.name,
        card_level: row.level,
        trades,
        certified,
        facts: Facts {
            detailed: row.registration == "detailed",
            registered: WorkDay::of(millisecond(row.registered_at, "worker.registered_at")?, 0),
            months,
            certified: Vec::new(),
            qualifications,
            told: Told::default(),
        },
    }))
}

/// Days of a month as a query gives them: month as `yyyymm`, days as bits.
pub(crate) fn month_days(
    masters: &Masters,
    month: i32,
    trade: Option<&str>,
    position: Option<&str>,
    training: i32,
    days: i64,
) -> Result<MonthDays, StoreError> {
    let position = position.and_then(|id| id.parse().ok());
    Ok(MonthDays {
        month: year_month(month).ok_or_else(|| unreadable("history.work_day"))?,
        trade: trade.and_then(|code| code.parse().ok()),
        position: position
            .and_then(|id| masters.position(&id))
            .map_or(CountsAs::None, |position| position.counts_as),
        place: if training == 1 { Place::Training } else { Place::Site },
        days: Days::from_bits(u32::try_from(days).map_err(|_| unreadable("history.work_day"))?),
    })
}

/// The qualifications of a record. The simplified registration has none.
pub(crate) fn held(fields: &Fields) -> Vec<Held> {
    let of = |number: usize, part: &str| fields.get(&format!("qualification.{number}.{part}")).to_owned();
    fields
        .entries("qualification")
        .into_iter()
        .map(|number| Held {
            name: of(number, "name"),
            code: None,
            since: of(number, "day").parse().ok(),
            until: of(number, "until").parse().ok(),
        })
        .collect()
}
