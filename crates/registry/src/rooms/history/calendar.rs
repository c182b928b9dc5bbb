//! View 2-4: the month of a site, one line per worker (就業履歴一覧・月別カレンダー).

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::organisation::{NodeId, Scope};
use domain::{CompanyId, WorkDay, YearMonth};
use jiff::Timestamp;
use jiff::civil::Weekday;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Encoding, Frame, Page};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
use crate::rows::{id, opt_id, second};

/// Workers on one page. A whole site of 500 fits on five; the CSV file has all.
const WORKERS: u32 = 100;

/// What is asked of a calendar.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub(super) struct MonthQuery {
    /// `2026-11`; this month if it is missing or no month.
    pub(super) month: String,
    /// Only this company's workers.
    pub(super) company: String,
    /// `open`: only workers with days that do not count.
    pub(super) show: String,
    pub(super) page: Option<u32>,
    /// CSV only.
    pub(super) encoding: Encoding,
}

impl MonthQuery {
    pub(super) fn month(&self, app: &App) -> YearMonth {
        self.month.parse().unwrap_or_else(|_| app.clock().today().month())
    }
}

#[derive(FromQueryResult)]
struct WorkerRow {
    worker_id: String,
    handle: String,
    name: String,
    employer_id: Option<String>,
    employer_name: Option<String>,
    node_id: Option<String>,
    days: i64,
    counting: i64,
}

#[derive(FromQueryResult)]
struct DayRow {
    worker_id: String,
    work_day: i32,
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
    employer_id: Option<String>,
    node_id: Option<String>,
}

/// One day of one worker.
struct Cell {
    counts: bool,
    night: bool,
    first_in: Option<Timestamp>,
    last_out: Option<Timestamp>,
}

/// One worker's month, as far as the viewer sees.
struct Line {
    worker: String,
    handle: String,
    name: String,
    company: Option<CompanyId>,
    company_name: String,
    days: i64,
    counting: i64,
    /// One per day of the month.
    cells: Vec<Option<Cell>>,
}

#[derive(Template)]
#[template(path = "history/templates/calendar.html")]
struct CalendarPage {
    frame: Frame,
    site: OpenSite,
    month: YearMonth,
    days: Vec<WorkDay>,
    today: WorkDay,
    lines: Paged<Line>,
    total_days: i64,
    total_counting: i64,
    companies: Vec<(String, String)>,
    company: String,
    only_open: bool,
    base: String,
}

impl CalendarPage {
    /// The filter as it stands in addresses.
    fn show(&self) -> &'static str {
        if self.only_open { "open" } else { "" }
    }
}

/// The coarse cut for the database: everything for the prime, companies and nodes of the branch for others.
pub(crate) fn cut(scope: &Scope) -> Result<(i32, Rows, Rows), StoreError> {
    Ok(match scope {
        Scope::All => (1, Rows::new(), Rows::new()),
        Scope::Branch { own, nodes, companies } => {
            let companies: BTreeSet<String> = companies.iter().chain([own]).map(ToString::to_string).collect();
            (
                0,
                Rows::of(companies.iter().map(|c| [c]))?,
                Rows::of(nodes.iter().map(|n| [&n.0]))?,
            )
        }
    })
}

/// All workers of the month the viewer may see, one line each, without their days.
async fn lines(tx: &Tx, site: &OpenSite, month: YearMonth) -> Result<Vec<Line>, StoreError> {
    let (all, companies, nodes) = cut(&site.scope)?;
    let values = values![
        site.head.id.to_string(),
        month.first().to_number(),
        month.last().to_number(),
        all,
        companies,
        nodes
    ];
    let mut lines: Vec<Line> = Vec::new();
    for row in tx.all::<WorkerRow>(&queries::WORKERS_OF_MONTH, values).await? {
        let company = opt_id(row.employer_id, "history.employer_id")?;
        if !site.scope.sees(company, row.node_id.map(NodeId).as_ref()) {
            continue;
        }
        // Rows of one worker for one company stand together, by the query's order.
        match lines.last_mut().filter(|l| l.worker == row.worker_id && l.company == company) {
            Some(line) => {
                line.days += row.days;
                line.counting += row.counting;
            }
            None => lines.push(Line {
                worker: row.worker_id,
                handle: row.handle,
                name: row.name,
                company,
                company_name: row.employer_name.unwrap_or_default(),
                days: row.days,
                counting: row.counting,
                cells: Vec::new(),
            }),
        }
    }
    Ok(lines)
}

/// Fills in the days of these lines.
async fn fill(tx: &Tx, site: &OpenSite, month: YearMonth, lines: &mut [Line]) -> Result<(), StoreError> {
    let workers: BTreeSet<&str> = lines.iter().map(|l| l.worker.as_str()).collect();
    let rows = Rows::of(workers.iter().map(|w| [w]))?;
    let values = values![
        rows,
        site.head.id.to_string(),
        month.first().to_number(),
        month.last().to_number()
    ];
    let mut cells: BTreeMap<(String, Option<CompanyId>), BTreeMap<i32, Cell>> = BTreeMap::new();
    for row in tx.all::<DayRow>(&queries::DAYS_OF_WORKERS, values).await? {
        let company = opt_id(row.employer_id, "history.employer_id")?;
        if !site.scope.sees(company, row.node_id.map(NodeId).as_ref()) {
            continue;
        }
        let first_in = row.first_in.map(|t| second(t, "history.first_in")).transpose()?;
        let last_out = row.last_out.map(|t| second(t, "history.last_out")).transpose()?;
        let night = is_night(first_in, last_out);
        cells.entry((row.worker_id, company)).or_default().insert(
            row.work_day,
            Cell {
                counts: row.counts == 1,
                night,
                first_in,
                last_out,
            },
        );
    }
    for line in lines {
        let mut own = cells.remove(&(line.worker.clone(), line.company)).unwrap_or_default();
        line.cells = month.days().map(|d| own.remove(&d.to_number())).collect();
    }
    Ok(())
}

/// A night shift is marked when the exit falls on a later civil day than the entry.
pub(super) fn is_night(first_in: Option<Timestamp>, last_out: Option<Timestamp>) -> bool {
    first_in
        .zip(last_out)
        .is_some_and(|(first, last)| WorkDay::of(first, 0) < WorkDay::of(last, 0))
}

/// How a day's column is tinted.
pub(super) fn class_of(day: &WorkDay) -> &'static str {
    match day.date().weekday() {
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
        _ => "",
    }
}

/// The calendar of a site's month.
///
/// # Permissions
/// Companies in the organisation, each as far as its scope goes.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<MonthQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let month = query.month(&app);
    let mut all = lines(&tx, &site, month).await?;
    let companies: BTreeMap<String, String> = all
        .iter()
        .filter_map(|l| l.company.map(|c| (c.to_string(), l.company_name.clone())))
        .collect();
    let only_open = query.show == "open";
    if companies.contains_key(&query.company) {
        all.retain(|l| l.company.is_some_and(|c| c.to_string() == query.company));
    }
    if only_open {
        all.retain(|l| l.counting < l.days);
    }
    let (total_days, total_counting) = all.iter().fold((0, 0), |sum, l| (sum.0 + l.days, sum.1 + l.counting));
    let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let number = PageNumber::new(query.page.unwrap_or(1), WORKERS);
    let skip = usize::try_from(number.offset()).unwrap_or(0);
    let mut shown: Vec<Line> = all.into_iter().skip(skip).take(WORKERS as usize).collect();
    fill(&tx, &site, month, &mut shown).await?;
    drop(tx);
    let workers: Result<Vec<_>, _> = shown.iter().map(|l| id(&l.worker, "history.worker_id")).collect();
    audit::seen(&app, &viewer, &workers?, "calendar").await?;
    let frame = site.crumbs(frame.title("calendar-title"));
    let base = format!(
        "/sites/{}/calendar?month={month}&company={}&show={}&",
        site.head.id, query.company, query.show
    );
    web::page(&CalendarPage {
        today: app.clock().today(),
        days: month.days().collect(),
        companies: companies.into_iter().collect(),
        company: query.company,
        lines: Paged {
            rows: shown,
            total,
            page: number,
        },
        frame,
        site,
        month,
        total_days,
        total_counting,
        only_open,
        base,
    })
}
