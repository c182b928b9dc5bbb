//! View 2-1: month totals (就業履歴・月別計), one line per worker and employer, one column per month.

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::tally::Sums;
use domain::{WorkDay, YearMonth};
use store::{Paged, Tx};
use web::{Frame, Page, csv_response};

use super::filter::{Choices, Filter};
use super::gather::{Asked, Line, gather};
use super::place::Place;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;

#[derive(Template)]
#[template(path = "views/templates/totals.html")]
struct TotalsPage {
    frame: Frame,
    place: Place,
    query: Filter,
    choices: Choices,
    /// The last of them.
    month: YearMonth,
    months: Vec<YearMonth>,
    lines: Paged<Line>,
    sums: Sums,
    /// The days of all lines, month by month.
    by_month: Vec<Sums>,
    today: WorkDay,
    here: String,
}

/// The months of a view, oldest and newest.
fn ends(months: &[YearMonth], month: YearMonth) -> (YearMonth, YearMonth) {
    (months.first().copied().unwrap_or(month), month)
}

/// The totals of a site.
///
/// # Permissions
/// Companies in the organisation, each as far as its scope goes.
pub(super) async fn of_site(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(filter): Query<Filter>,
) -> Page {
    let tx = app.db().read().await?;
    let place = Place::site_of(&tx, &viewer, &site).await?;
    show(&app, tx, &viewer, frame, place, filter).await
}

/// The totals of a company's own workers at all sites.
///
/// # Permissions
/// Companies; a site manager sees the sites he was given.
pub(super) async fn of_company(State(app): State<App>, viewer: Viewer, frame: Frame, Query(filter): Query<Filter>) -> Page {
    let place = Place::company_of(&viewer)?;
    let tx = app.db().read().await?;
    show(&app, tx, &viewer, frame, place, filter).await
}

async fn show(app: &App, tx: Tx, viewer: &Viewer, frame: Frame, place: Place, filter: Filter) -> Page {
    let month = filter.month(app);
    let months = filter.months(app);
    let asked = Asked {
        place: &place,
        months: ends(&months, month),
        filter: &filter,
        days_alone: false,
    };
    let gathered = gather(app, &tx, &frame.t, viewer, &asked).await?;
    drop(tx);
    let sums = gathered.sums();
    let by_month: Vec<Sums> = months
        .iter()
        .map(|month| gathered.lines.iter().map(|line| line.month(month)).sum())
        .collect();
    let (choices, lines) = gathered.part(&filter);
    let workers: Vec<_> = lines.rows.iter().map(|line| line.worker).collect();
    audit::seen(app, viewer, &workers, "totals").await?;
    web::page(&TotalsPage {
        frame: place.crumbs(frame).title("views-totals-title"),
        here: format!("{}/totals", place.path()),
        today: app.clock().today(),
        choices,
        lines,
        sums,
        by_month,
        month,
        months,
        place,
        query: filter,
    })
}

/// The same of a site as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn of_site_csv(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(filter): Query<Filter>,
) -> Page {
    let tx = app.db().read().await?;
    let place = Place::site_of(&tx, &viewer, &site).await?;
    file(&app, tx, &viewer, &frame, &place, &filter).await
}

/// The same of a company as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn of_company_csv(State(app): State<App>, viewer: Viewer, frame: Frame, Query(filter): Query<Filter>) -> Page {
    let place = Place::company_of(&viewer)?;
    let tx = app.db().read().await?;
    file(&app, tx, &viewer, &frame, &place, &filter).await
}

async fn file(app: &App, tx: Tx, viewer: &Viewer, frame: &Frame, place: &Place, filter: &Filter) -> Page {
    let t = &frame.t;
    let month = filter.month(app);
    let months = filter.months(app);
    let asked = Asked {
        place,
        months: ends(&months, month),
        filter,
        days_alone: false,
    };
    let gathered = gather(app, &tx, t, viewer, &asked).await?;
    drop(tx);
    audit::seen(app, viewer, &gathered.workers(), "totals").await?;
    let days = ["views-recorded", "views-counting", "views-open", "views-foreman"];
    let mut head: Vec<String> = ["csv-worker-id", "csv-name", "csv-kana", "csv-company-id", "csv-company"]
        .iter()
        .map(|key| t.s(key))
        .collect();
    for month in &months {
        head.extend(days.iter().map(|key| format!("{month} {}", t.s(key))));
    }
    head.extend(days.iter().map(|key| format!("{} {}", t.s("views-sum"), t.s(key))));
    let mut rows = vec![head];
    for line in &gathered.lines {
        let mut row = vec![
            line.worker.to_string(),
            line.name.clone(),
            line.kana.clone(),
            line.company.map(|company| company.to_string()).unwrap_or_default(),
            line.company_name.clone(),
        ];
        let sums = months.iter().map(|month| line.month(month)).chain([line.sums()]);
        for sums in sums {
            row.extend([sums.recorded, sums.counting, sums.open, sums.foreman].map(|days| days.to_string()));
        }
        rows.push(row);
    }
    Ok(csv_response(
        &format!("{}_{month}_totals.csv", place.file()),
        rows,
        filter.encoding,
    )?)
}
