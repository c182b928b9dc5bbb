//! Facts for orderers (発注者への報告): how many histories of a site and of all sites of a prime came about in which way, since direct
//! input does not count everywhere. A reading screen over `history` and `touch`; names no worker.
//!
//! Rules: registry rule book 10 (2-1) and 11.2, `domain::way`.

mod prime;
mod queries;
mod site;

use domain::organisation::{NodeId, Scope};
use domain::way::{Count, Facts, Way};
use domain::{CompanyId, SiteId, YearMonth};
use sea_orm::FromQueryResult;
use store::{Rows, Sql, StoreError, Tx, values};
use web::{Language, Routes, T};

use crate::App;
use crate::rows::{opt_id, unreadable};

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Longest period at once: a business year.
const MOST_MONTHS: usize = 12;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites/facts", prime::page)
        .get("/sites/facts.csv", prime::file)
        .get("/sites/{site}/facts", site::page)
        .get("/sites/{site}/facts.csv", site::file)
}

#[derive(FromQueryResult)]
struct Row {
    employer_id: Option<String>,
    node_id: Option<String>,
    way: Option<i32>,
    days: i64,
    counting: i64,
}

/// The histories of a site in a month, by the way they came about, as far as the scope sees.
///
/// # Errors
/// If the database fails.
pub async fn of(tx: &Tx, site: SiteId, scope: &Scope, month: YearMonth) -> Result<Facts, StoreError> {
    let (first, last) = (month.first(), month.last());
    let values = values![
        site.to_string(),
        first.to_number(),
        last.to_number(),
        last.plus(1).to_number(),
        days(month, month)?
    ];
    let mut facts = Facts::default();
    for row in tx.all::<Row>(&queries::OF_SITE, values).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        if scope.sees(employer, row.node_id.map(NodeId).as_ref()) {
            let count = Count {
                days: row.days,
                counting: row.counting,
            };
            facts.add(way(row.way)?, count);
        }
    }
    Ok(facts)
}

/// The days of a period of whole months, each with the day after it.
fn days(from: YearMonth, to: YearMonth) -> Result<Rows, StoreError> {
    let months = std::iter::successors(Some(from), |month| Some(month.next())).take(MOST_MONTHS);
    let days = months.take_while(|month| *month <= to).flat_map(YearMonth::days);
    Rows::of(days.map(|day| (day.to_number(), day.plus(1).to_number())))
}

/// A way from its place. A history without a touch, or with one of an unknown method, is a fault of the database.
fn way(place: Option<i32>) -> Result<Way, StoreError> {
    place
        .and_then(|place| usize::try_from(place).ok())
        .and_then(|place| Way::ALL.get(place).copied())
        .ok_or_else(|| unreadable("touch.method"))
}

/// What a way is called.
fn way_words(t: &T, way: Way) -> String {
    t.s(format!("method-{}", way.word().replace('_', "-")))
}

/// Whether anything was accumulated otherwise than by direct input, as a word.
fn by_device_words(t: &T, facts: &Facts) -> String {
    t.s(if facts.by_device().days > 0 { "facts-yes" } else { "facts-no" })
}

#[cfg(test)]
mod tests;
