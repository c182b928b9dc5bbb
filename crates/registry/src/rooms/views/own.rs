//! A worker's whole history: his months, his days by trade, and what still does not count.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Act;
use domain::judge::{Reason, Verdict, open_since};
use domain::tally::{Entry, Sums, Tally, Whole};
use domain::{CompanyId, Policy, SiteId, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Encoding, Frame, Page, PageError, csv_response};
use wire::Remark;

use super::gather::BitColumns;
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::history::{About, names};
use crate::rooms::roster;
use crate::rows::{day, id, unreadable};

/// Months shown; the worker app of the rule book shows as many.
const MONTHS: usize = 25;
/// Most days shown that do not count; the months have all.
const MOST_OPEN: i64 = 31;

#[derive(FromQueryResult)]
struct OpenColumns {
    site_id: String,
    site_name: String,
    prime_name: String,
    work_day: i32,
    verdict: String,
    entered: i32,
}

/// A day that does not count yet and still can.
struct OpenDay {
    site: SiteId,
    site_name: String,
    day: WorkDay,
    reasons: Vec<Remark>,
    /// There is an entry to correct.
    entered: bool,
}

#[derive(Template)]
#[template(path = "views/templates/own.html")]
struct OwnPage {
    frame: Frame,
    name: String,
    handle: String,
    sums: Sums,
    sites: i64,
    /// Name of the trade, days.
    trades: Vec<(String, u32)>,
    /// The newest first, from the first month with a day on.
    months: Vec<(YearMonth, Sums)>,
    open: Vec<OpenDay>,
}

/// Only his own rows are read.
fn own(viewer: &Viewer) -> Result<(WorkerId, &str), PageError> {
    let worker = viewer.worker.as_ref().filter(|_| viewer.may(Act::SeeOwnHistory));
    worker
        .map(|(worker, handle)| (*worker, handle.as_str()))
        .ok_or(PageError::Forbidden)
}

async fn whole(app: &App, tx: &Tx, worker: WorkerId) -> Result<Whole, StoreError> {
    let masters = app.masters();
    let rows: Vec<BitColumns> = tx.all(&queries::DAYS_OF_WORKER, values![worker.to_string()]).await?;
    let entries: Result<Vec<Entry>, StoreError> = rows.iter().map(|row| row.entry(&masters)).collect();
    Ok(Whole::of(&entries?))
}

/// The worker's whole history. A look at oneself is none.
///
/// # Permissions
/// Workers.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let (worker, handle) = own(&viewer)?;
    let tx = app.db().read().await?;
    let whole = whole(&app, &tx, worker).await?;
    let sites = tx
        .value::<i64>(&queries::SITES_OF_WORKER, values![worker.to_string()])
        .await?
        .unwrap_or(0);
    let open = open_days(&app, &tx, &frame.t, worker, handle).await?;
    drop(tx);
    let masters = app.masters();
    let trades = whole
        .trades
        .iter()
        .map(|(trade, days)| (roster::trade_name(&masters, &frame.t, *trade), *days));
    let oldest = whole.months.keys().next().copied();
    let back = std::iter::successors(Some(app.clock().today().month()), |month| Some(month.previous()));
    let months = back
        .take(MONTHS)
        .take_while(|month| oldest.is_some_and(|oldest| oldest <= *month))
        .map(|month| (month, whole.months.get(&month).map(Tally::sums).unwrap_or_default()));
    web::page(&OwnPage {
        name: viewer.name.clone(),
        handle: handle.to_owned(),
        sums: whole.sums(),
        sites,
        trades: trades.collect(),
        months: months.collect(),
        open,
        frame: frame.title("views-own-title"),
    })
}

/// His days that do not count and still can be mended.
async fn open_days(app: &App, tx: &Tx, t: &web::T, worker: WorkerId, handle: &str) -> Result<Vec<OpenDay>, StoreError> {
    let today = app.clock().today();
    let masters = app.masters();
    let mending_months = masters.policies().at(Policy::MendingMonths, today);
    let since = open_since(today, mending_months);
    let rows: Vec<OpenColumns> = tx
        .all(
            &queries::OPEN_OF_WORKER,
            values![worker.to_string(), since.to_number(), MOST_OPEN],
        )
        .await?;
    let mut days = Vec::new();
    for row in rows {
        let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
        days.push((row, verdict));
    }
    let companies: BTreeSet<CompanyId> = days
        .iter()
        .flat_map(|(_, verdict)| verdict.reasons())
        .filter_map(Reason::company)
        .collect();
    let names = names(tx, &companies).await?;
    days.into_iter()
        .map(|(row, verdict)| {
            let site: SiteId = id(&row.site_id, "history.site_id")?;
            let work_day = day(row.work_day, "history.work_day")?;
            let about = About {
                site,
                prime: &row.prime_name,
                names: &names,
                handle,
                day: work_day,
                mending_months,
            };
            let reasons = verdict.reasons().iter().map(|reason| about.reason(t, reason)).collect();
            Ok(OpenDay {
                site,
                day: work_day,
                reasons,
                site_name: row.site_name,
                entered: row.entered == 1,
            })
        })
        .collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CsvQuery {
    encoding: Encoding,
}

/// The months of the whole career as a file.
///
/// # Permissions
/// Workers.
pub(super) async fn csv(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Query(query): Query<CsvQuery>,
) -> Result<Response, PageError> {
    let (worker, _) = own(&viewer)?;
    let tx = app.db().read().await?;
    let whole = whole(&app, &tx, worker).await?;
    drop(tx);
    let t = &frame.t;
    let head = [
        "views-month",
        "views-recorded",
        "views-counting",
        "views-open",
        "views-foreman",
        "views-squad",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    for (month, tally) in &whole.months {
        let sums = tally.sums();
        let days = [sums.recorded, sums.counting, sums.open, sums.foreman, sums.squad];
        let mut row = vec![month.to_string()];
        row.extend(days.iter().map(ToString::to_string));
        rows.push(row);
    }
    Ok(csv_response("history.csv", rows, query.encoding)?)
}
