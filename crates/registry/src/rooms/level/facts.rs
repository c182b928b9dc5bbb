//! What the registry knows of a worker, as the judge takes it.

use std::collections::BTreeSet;

use domain::levels::{Days, Facts, Held, MonthDays, Place, Told};
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
}

/// Everything in four queries, all by the worker's ID. Certificates of earlier career are not kept by the registry yet.
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
    let qualifications = held(&newest_record(tx, &id).await?);
    Ok(Some(Known {
        name: row.name,
        card_level: row.level,
        trades,
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
    let (year, month) = (i16::try_from(month / 100), i8::try_from(month % 100));
    let month = match (year, month) {
        (Ok(year), Ok(month)) => YearMonth::new(year, month),
        _ => None,
    };
    let position = position.and_then(|id| id.parse().ok());
    Ok(MonthDays {
        month: month.ok_or_else(|| unreadable("history.work_day"))?,
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
