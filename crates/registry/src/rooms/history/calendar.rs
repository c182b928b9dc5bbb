//! View 2-4: the month of a site, one line per worker (就業履歴一覧・月別カレンダー).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::organisation::{NodeId, Scope};
use domain::tally::Sums;
use domain::{CompanyId, WorkDay, WorkerId, YearMonth};
use jiff::Timestamp;
use jiff::civil::Weekday;
use sea_orm::FromQueryResult;
use store::{Paged, Rows, StoreError, Tx, values};
use web::{Frame, Page};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
use crate::rooms::views::{self, Asked, Choices, Filter, Key, Place, gather};
use crate::rows::{id, opt_id, second};

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

/// One worker's month, as far as the viewer sees and asks.
struct Line {
    handle: String,
    name: String,
    company_name: String,
    sums: Sums,
    /// One per day of the month.
    cells: Vec<Option<Cell>>,
}

#[derive(Template)]
#[template(path = "history/templates/calendar.html")]
struct CalendarPage {
    frame: Frame,
    site: Arc<OpenSite>,
    place: Place,
    query: Filter,
    choices: Choices,
    month: YearMonth,
    days: Vec<WorkDay>,
    today: WorkDay,
    lines: Paged<Line>,
    sums: Sums,
    here: String,
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

/// The days of these lines, by line and day.
type Cells = BTreeMap<Key, BTreeMap<i32, Cell>>;

async fn cells(tx: &Tx, site: &OpenSite, month: YearMonth, lines: &[views::Line]) -> Result<Cells, StoreError> {
    let workers: BTreeSet<WorkerId> = lines.iter().map(|line| line.worker).collect();
    let rows = Rows::of(workers.iter().map(|worker| [worker.to_string()]))?;
    let values = values![
        rows,
        site.head.id.to_string(),
        month.first().to_number(),
        month.last().to_number()
    ];
    let mut cells = Cells::new();
    for row in tx.all::<DayRow>(&queries::DAYS_OF_WORKERS, values).await? {
        let company: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        if !site.scope.sees(company, row.node_id.map(NodeId).as_ref()) {
            continue;
        }
        let first_in = row.first_in.map(|t| second(t, "history.first_in")).transpose()?;
        let last_out = row.last_out.map(|t| second(t, "history.last_out")).transpose()?;
        let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
        cells.entry((worker, company)).or_default().insert(
            row.work_day,
            Cell {
                counts: row.counts == 1,
                night: is_night(first_in, last_out),
                first_in,
                last_out,
            },
        );
    }
    Ok(cells)
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
    Query(query): Query<Filter>,
) -> Page {
    let tx = app.db().read().await?;
    let site = Arc::new(site::open(&tx, &viewer, &site).await?);
    let place = Place::Site(Arc::clone(&site));
    let month = query.month(&app);
    let asked = Asked {
        place: &place,
        months: (month, month),
        filter: &query,
        days_alone: true,
    };
    let gathered = gather(&app, &tx, &frame.t, &viewer, &asked).await?;
    let sums = gathered.sums();
    let (choices, shown) = gathered.part(&query);
    let mut cells = cells(&tx, &site, month, &shown.rows).await?;
    drop(tx);
    let workers: Vec<WorkerId> = shown.rows.iter().map(|line| line.worker).collect();
    audit::seen(&app, &viewer, &workers, "calendar").await?;
    let lines = shown.map(|line| {
        let mut own = cells.remove(&(line.worker, line.company)).unwrap_or_default();
        // Days that the filter leaves out stay out.
        let of_day = |day: WorkDay| own.remove(&day.to_number()).filter(|_| line.has(day));
        Line {
            cells: month.days().map(of_day).collect(),
            sums: line.sums(),
            handle: line.handle,
            name: line.name,
            company_name: line.company_name,
        }
    });
    web::page(&CalendarPage {
        today: app.clock().today(),
        days: month.days().collect(),
        here: format!("/sites/{}/calendar", site.head.id),
        frame: site.crumbs(frame.title("calendar-title")),
        choices,
        lines,
        sums,
        month,
        site,
        place,
        query,
    })
}
