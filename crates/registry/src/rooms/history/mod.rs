//! Work history (就業履歴): touches arrive, become days, and every day says whether it counts, why not, and who can mend it.
//! Views 2-3 (one worker's month) and 2-4 (a site's month), and the gate as it is now. What is to be mended: room `missing`.
//!
//! Rules: registry rule book chapters 8 and 10, site-systems rule book 3.2 and 3.4; they live in `domain::{touch, judge}`.

pub mod api;
mod around;
mod calendar;
mod calendar_csv;
mod correct;
mod day;
mod days;
mod enter;
mod examine;
mod gate;
mod intake;
mod openapi;
mod problem;
mod queries;
mod receive;
mod refused;
mod rejudge;
mod roster_copy;
mod rows;
mod standing;
mod void;
mod words;
mod worker;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use api::{answer, incoming};
pub(crate) use calendar::cut as scope_cut;
pub use correct::{CorrectRefusal, correct, employers, enter_again};
pub use days::{Cause, DayKey};
use domain::master::Policies;
use domain::{Clock, SiteId, WorkDay, WorkerId, YearMonth};
pub use examine::examine;
pub use gate::{SiteFigures, site_figures};
pub use intake::{Batch, Taken, receive_group};
pub use openapi::document as api_document;
pub use problem::ApiError;
pub(crate) use problem::problems;
pub use receive::{Incoming, Received, receive};
pub(crate) use refused::{RefusedTouch, refused_touches};
pub use rejudge::{RejudgeSteps, Rejudged, rejudge, rejudge_everywhere, waiting_workers};
use store::{Db, Rows, Sql, StoreError, Tx, values};
use web::{Language, Routes};
pub(crate) use words::{About, Names, names, reason_words, refusal_words};

use crate::App;
use crate::rows::{id, opt_day};

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Partitions inside a month on PostgreSQL. Many are of use only when months are spread over machines.
const HASH_PARTS: u32 = 4;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites/{site}/gate", gate::page)
        .get("/sites/{site}/calendar", calendar::page)
        .get("/sites/{site}/calendar.csv", calendar_csv::file)
        .get("/sites/{site}/days/{day}/{worker}", day::page)
        .post("/sites/{site}/days/{day}/{worker}", day::enter)
        .post("/sites/{site}/days/{day}/{worker}/void", void::send)
        .get("/workers/{worker}/calendar", worker::page)
        .get("/workers/{worker}/calendar.csv", worker::csv)
        .get("/my/calendar", worker::own)
        .post(wire::TOUCHES, api::touches)
        .get(wire::ROSTER, api::roster)
        .get("/api/v1/openapi.json", api::openapi)
}

/// Makes the partitions of the months that touches may come for: the months still open, this one and two ahead.
///
/// # Errors
/// If the database fails.
pub async fn ensure_partitions(db: &Db, today: WorkDay) -> Result<(), StoreError> {
    let first = today.month().previous().previous();
    let months: Vec<YearMonth> = std::iter::successors(Some(first), |m| Some(m.next())).take(5).collect();
    for table in ["touch", "history", "judgement"] {
        store::partitions::ensure(db, table, months.iter().copied(), HASH_PARTS).await?;
    }
    Ok(())
}

/// Holds workers for the rest of the transaction, in the order of their IDs as intake does: who writes days of several workers one
/// after the other begins with this.
///
/// # Errors
/// If the database fails.
pub async fn hold_workers(tx: &Tx, workers: &BTreeSet<WorkerId>) -> Result<(), StoreError> {
    receive::lock_workers(tx, workers).await.map(|_| ())
}

/// Takes in what had been refused at a site, as far as it passes now. Gives how many did.
///
/// # Errors
/// If the database fails.
pub async fn take_in_refused(tx: &Tx, clock: &dyn Clock, policies: &Policies, site: SiteId) -> Result<usize, StoreError> {
    let items = refused::refused_to_try_again(tx, site).await?;
    let mut taken_in = 0;
    for page in items.chunks(wire::MAX_ITEMS) {
        let answers = receive(tx, clock, policies, page).await?;
        taken_in += answers.iter().filter(|a| matches!(a, Received::Stored { .. })).count();
    }
    Ok(taken_in)
}

/// Whether a site has any history yet, in its present period or a former one.
///
/// # Errors
/// If the database fails.
pub async fn any_at(tx: &Tx, site: SiteId) -> Result<bool, StoreError> {
    let found = tx.value::<i32>(&queries::ANY_AT_SITE, values![site.to_string()]).await?;
    Ok(found.is_some())
}

#[derive(sea_orm::FromQueryResult)]
struct DaysAtSite {
    site_id: String,
    first: Option<i32>,
    last: Option<i32>,
}

/// First and last day on which somebody worked at a site.
///
/// # Errors
/// If the database fails.
pub async fn days_at(tx: &Tx, site: SiteId) -> Result<Option<(WorkDay, WorkDay)>, StoreError> {
    Ok(days_at_all(tx, &[site]).await?.remove(&site))
}

/// The same of many sites in one query; those where nobody ever worked are left out.
///
/// # Errors
/// If the database fails.
pub async fn days_at_all(tx: &Tx, sites: &[SiteId]) -> Result<BTreeMap<SiteId, (WorkDay, WorkDay)>, StoreError> {
    let mut days = BTreeMap::new();
    if sites.is_empty() {
        return Ok(days);
    }
    let rows = Rows::of(sites.iter().map(|site| [site.to_string()]))?;
    for row in tx.all::<DaysAtSite>(&queries::DAYS_AT_SITES, values![rows]).await? {
        let first = opt_day(row.first, "history.work_day")?;
        let last = opt_day(row.last, "history.work_day")?;
        if let Some(span) = first.zip(last) {
            days.insert(id(&row.site_id, "history.site_id")?, span);
        }
    }
    Ok(days)
}

/// The first day from `from` on, that day too, on which somebody worked at a site.
///
/// # Errors
/// If the database fails.
pub async fn first_day_from(tx: &Tx, site: SiteId, from: WorkDay) -> Result<Option<WorkDay>, StoreError> {
    let day = tx
        .value::<Option<i32>>(&queries::FIRST_AT_SITE_FROM, values![site.to_string(), from.to_number()])
        .await?;
    opt_day(day.flatten(), "history.work_day")
}
