//! View 2-3: the month of one worker (就業履歴・月別カレンダー), over all sites the viewer may see, as page and as CSV.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Act;
use domain::judge::Verdict;
use domain::organisation::{NodeId, Scope};
use domain::{CompanyId, SiteId, WorkDay, WorkerId, YearMonth};
use jiff::Timestamp;
use jiff::civil::Weekday;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Encoding, Frame, Page, PageError, csv_response};
use wire::Remark;

use super::calendar::{class_of, is_night};
use super::queries;
use super::words::{About, companies_in, hazard_words, names, position_words, trade_words};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, Closed};
use crate::rows::{day, id, opt_id, second, unreadable};

/// What is asked of a month.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct MonthQuery {
    /// `2026-11`; this month if it is missing or no month.
    month: String,
    /// CSV only.
    encoding: Encoding,
}

impl MonthQuery {
    fn month(&self, app: &App) -> YearMonth {
        self.month.parse().unwrap_or_else(|_| app.clock().today().month())
    }
}

#[derive(FromQueryResult)]
struct WorkerRow {
    id: String,
    handle: String,
    name: String,
}

#[derive(FromQueryResult)]
struct DayRow {
    site_id: String,
    site_name: String,
    prime_name: String,
    work_day: i32,
    first_in: Option<i64>,
    last_out: Option<i64>,
    employer_id: Option<String>,
    employer_name: Option<String>,
    node_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    hazards: Option<String>,
    verdict: String,
}

/// One history of the month.
struct Entry {
    site: SiteId,
    site_name: String,
    day: WorkDay,
    first_in: Option<Timestamp>,
    last_out: Option<Timestamp>,
    night: bool,
    employer: String,
    trade: String,
    position: String,
    work_content: String,
    /// Hazardous substance and special check-ups in words.
    hazards: [String; 2],
    counts: bool,
    reasons: Vec<Remark>,
}

/// A month as far as the viewer sees.
struct Month {
    worker: WorkerId,
    handle: String,
    name: String,
    entries: Vec<Entry>,
}

/// The worker's month for a viewer.
///
/// The worker sees all of it. A company sees the days with itself as employer, and at sites where it stands in the organisation
/// what its scope there shows; if that is nothing and the worker is not one of its own today, the worker does not exist for it.
async fn month_of(app: &App, tx: &Tx, viewer: &Viewer, t: &web::T, handle: &str, month: YearMonth) -> Result<Month, Closed> {
    let worker: WorkerRow = tx
        .one(&queries::WORKER_BY_HANDLE, values![handle])
        .await?
        .ok_or(Closed::NotFound)?;
    let worker_id: WorkerId = id(&worker.id, "worker.id")?;
    let is_self = viewer.worker.as_ref().is_some_and(|(own, _)| *own == worker_id);
    let company = viewer.company_id().filter(|_| viewer.may(Act::SeeSites));
    if !is_self && company.is_none() {
        return Err(Closed::NotFound);
    }
    let rows: Vec<DayRow> = tx
        .all(
            &queries::MONTH_OF_WORKER,
            values![worker_id.to_string(), month.first().to_number(), month.last().to_number()],
        )
        .await?;
    let mut scopes: BTreeMap<String, Option<Scope>> = BTreeMap::new();
    let mut seen = Vec::new();
    for row in rows {
        let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
        let sees = is_self || {
            if !scopes.contains_key(&row.site_id) {
                let scope = match site::open(tx, viewer, &row.site_id).await {
                    Ok(open) => Some(open.scope),
                    Err(Closed::NotFound) => None,
                    Err(broken) => return Err(broken),
                };
                scopes.insert(row.site_id.clone(), scope);
            }
            match scopes.get(&row.site_id) {
                Some(Some(scope)) => scope.sees(employer, row.node_id.clone().map(NodeId).as_ref()),
                _ => viewer.sites.is_none() && employer.is_some() && employer == company,
            }
        };
        if sees {
            let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
            seen.push((row, verdict));
        }
    }
    if seen.is_empty() && !is_self {
        let own = company.map(|c| c.to_string()).unwrap_or_default();
        let tied = tx
            .value::<i32>(
                &queries::TIED_NOW,
                values![worker_id.to_string(), own, app.clock().today().to_number()],
            )
            .await?;
        if tied.is_none() || viewer.sites.is_some() {
            return Err(Closed::NotFound);
        }
    }
    let entries = entries(app, tx, t, &worker.handle, seen, month).await?;
    Ok(Month {
        worker: worker_id,
        handle: worker.handle,
        name: worker.name,
        entries,
    })
}

async fn entries(
    app: &App,
    tx: &Tx,
    t: &web::T,
    handle: &str,
    rows: Vec<(DayRow, Verdict)>,
    month: YearMonth,
) -> Result<Vec<Entry>, StoreError> {
    let names = names(tx, &companies_in(rows.iter().flat_map(|(_, v)| v.reasons()))).await?;
    let masters = app.masters();
    let mending_months = masters.policies().at(domain::Policy::MendingMonths, month.first());
    rows.into_iter()
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
            let first_in = row.first_in.map(|t| second(t, "history.first_in")).transpose()?;
            let last_out = row.last_out.map(|t| second(t, "history.last_out")).transpose()?;
            Ok(Entry {
                reasons: verdict.reasons().iter().map(|r| about.reason(t, r)).collect(),
                site,
                site_name: row.site_name,
                day: work_day,
                night: is_night(first_in, last_out),
                first_in,
                last_out,
                employer: row.employer_name.unwrap_or_default(),
                trade: trade_words(&masters, t, row.trade.as_deref()),
                position: position_words(&masters, t, row.position.as_deref()),
                work_content: row.work_content.unwrap_or_default(),
                hazards: hazard_words(&masters, t, row.hazards.as_deref())?,
                counts: verdict.counts(),
            })
        })
        .collect()
}

#[derive(Template)]
#[template(path = "history/templates/worker.html")]
struct WorkerPage {
    frame: Frame,
    month: Month,
    of: YearMonth,
    today: WorkDay,
    /// Each day of the month with its histories.
    days: Vec<(WorkDay, Vec<usize>)>,
    /// Different days that count: a day counts once, however many sites.
    counting: usize,
    open: usize,
    is_self: bool,
}

/// Names of the days of the week, Monday first.
fn weekdays(t: &web::T, of: &YearMonth) -> Vec<&'static str> {
    let first = of.first();
    let to_monday = 7 - i32::from(first.date().weekday().to_monday_zero_offset());
    (0..7).map(|n| t.weekday(first.plus(to_monday + n))).collect()
}

/// Under which day of the week the month begins.
fn starts_on(of: &YearMonth) -> &'static str {
    match of.first().date().weekday() {
        Weekday::Monday => "starts-mon",
        Weekday::Tuesday => "starts-tue",
        Weekday::Wednesday => "starts-wed",
        Weekday::Thursday => "starts-thu",
        Weekday::Friday => "starts-fri",
        Weekday::Saturday => "starts-sat",
        Weekday::Sunday => "starts-sun",
    }
}

fn any_open(month: &Month, entries: &[usize]) -> bool {
    entries.iter().any(|n| !month.entries[*n].counts)
}

/// The month of a worker.
///
/// # Permissions
/// The worker; companies as far as their scope goes; the employer of the days.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(handle): Path<String>,
    Query(query): Query<MonthQuery>,
) -> Page {
    show(&app, &viewer, frame, &handle, &query).await
}

/// A worker's own month, under an address he can keep.
///
/// # Permissions
/// Workers.
pub(super) async fn own(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<MonthQuery>) -> Page {
    let handle = viewer
        .worker
        .as_ref()
        .filter(|_| viewer.may(Act::SeeOwnHistory))
        .map(|(_, handle)| handle.clone())
        .ok_or(PageError::Forbidden)?;
    show(&app, &viewer, frame, &handle, &query).await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, handle: &str, query: &MonthQuery) -> Page {
    let tx = app.db().read().await?;
    let of = query.month(app);
    let month = month_of(app, &tx, viewer, &frame.t, handle, of).await?;
    drop(tx);
    audit::seen(app, viewer, &[month.worker], "month").await?;
    let is_self = viewer.worker.is_some();
    let title = if is_self {
        frame.t.s("own-calendar-title")
    } else {
        month.name.clone()
    };
    let mut frame = frame.titled(title);
    if !is_self {
        let label = frame.t.s("sites-title");
        frame = frame.crumb(label, "/sites");
    }
    let days: Vec<(WorkDay, Vec<usize>)> = of
        .days()
        .map(|d| {
            (
                d,
                month
                    .entries
                    .iter()
                    .enumerate()
                    .filter(|(_, e)| e.day == d)
                    .map(|(n, _)| n)
                    .collect(),
            )
        })
        .collect();
    let counting = days
        .iter()
        .filter(|(_, entries)| entries.iter().any(|n| month.entries[*n].counts))
        .count();
    let open = month.entries.iter().filter(|e| !e.counts).count();
    web::page(&WorkerPage {
        frame,
        today: app.clock().today(),
        days,
        counting,
        open,
        is_self,
        of,
        month,
    })
}

/// The same as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn csv(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(handle): Path<String>,
    Query(query): Query<MonthQuery>,
) -> Result<Response, PageError> {
    let tx = app.db().read().await?;
    let of = query.month(&app);
    let t = &frame.t;
    let month = month_of(&app, &tx, &viewer, t, &handle, of).await?;
    drop(tx);
    audit::seen(&app, &viewer, &[month.worker], "month_csv").await?;
    let head = [
        "csv-worker-id",
        "csv-name",
        "csv-day",
        "site-id",
        "site-name",
        "csv-company",
        "csv-trade",
        "csv-position",
        "csv-work-content",
        "csv-hazard",
        "csv-checkups",
        "csv-in",
        "csv-out",
        "csv-counts",
        "csv-reason",
        "csv-mender",
        "csv-until",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    for entry in &month.entries {
        let time = |at: Option<Timestamp>| at.map(|at| t.time(at)).unwrap_or_default();
        let first = entry.reasons.first();
        rows.push(vec![
            month.worker.to_string(),
            month.name.clone(),
            entry.day.to_string(),
            entry.site.to_string(),
            entry.site_name.clone(),
            entry.employer.clone(),
            entry.trade.clone(),
            entry.position.clone(),
            entry.work_content.clone(),
            entry.hazards[0].clone(),
            entry.hazards[1].clone(),
            time(entry.first_in),
            time(entry.last_out),
            t.s(if entry.counts { "csv-yes" } else { "csv-no" }),
            entry.reasons.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join(" / "),
            first.and_then(|r| r.mender.clone()).unwrap_or_default(),
            first.and_then(|r| r.until).map(|d| d.to_string()).unwrap_or_default(),
        ]);
    }
    Ok(csv_response(&format!("{of}.csv"), rows, query.encoding)?)
}
