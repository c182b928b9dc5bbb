//! View 2-2: the workers of a month (就業履歴一覧・月別集約), with trade, position, work content, days and insurance.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::tally::Sums;
use domain::{Masters, WorkDay, YearMonth};
use store::{Paged, Tx};
use web::{Frame, Language, Page, csv_response};

use super::filter::{Choices, Filter};
use super::gather::{Asked, Line, gather, reasons};
use super::place::Place;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;

#[derive(Template)]
#[template(path = "views/templates/list.html")]
struct ListPage {
    frame: Frame,
    place: Place,
    query: Filter,
    choices: Choices,
    month: YearMonth,
    lines: Paged<Line>,
    sums: Sums,
    masters: Arc<Masters>,
    today: WorkDay,
    here: String,
    /// How the site takes part in kentaikyo; told to its prime.
    kentaikyo: String,
}

/// The list of a site's month.
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

/// The list of a company's own workers at all sites.
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
    let masters = app.masters();
    let asked = Asked {
        place: &place,
        months: (month, month),
        filter: &filter,
        days_alone: false,
    };
    let gathered = gather(app, &tx, &frame.t, viewer, &asked).await?;
    drop(tx);
    let sums = gathered.sums();
    let (choices, lines) = gathered.part(&filter);
    let workers: Vec<_> = lines.rows.iter().map(|line| line.worker).collect();
    audit::seen(app, viewer, &workers, "month_list").await?;
    web::page(&ListPage {
        kentaikyo: kentaikyo_of(&place, &masters, frame.t.language()),
        frame: place.crumbs(frame).title("views-list-title"),
        here: format!("{}/month-list", place.path()),
        today: app.clock().today(),
        choices,
        lines,
        sums,
        month,
        masters,
        place,
        query: filter,
    })
}

/// How a site takes part in kentaikyo (証紙貼付方式, 電子申請方式 …), as its prime registered it.
fn kentaikyo_of(place: &Place, masters: &Masters, language: Language) -> String {
    let site = place.site().filter(|site| site.is_prime());
    let method = site.map_or("", |site| site.head.fields.get("kentaikyo_method"));
    let choice = masters.choice("kentaikyo_method", method);
    choice.map_or_else(String::new, |choice| {
        if language == Language::Ja {
            choice.name_ja.clone()
        } else {
            choice.name_en.clone()
        }
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
    let masters = app.masters();
    let asked = Asked {
        place,
        months: (month, month),
        filter,
        days_alone: false,
    };
    let gathered = gather(app, &tx, t, viewer, &asked).await?;
    let mut why = reasons(&tx, t, place, month, filter).await?;
    drop(tx);
    audit::seen(app, viewer, &gathered.workers(), "month_list").await?;
    let head = [
        "views-month",
        "csv-worker-id",
        "csv-name",
        "csv-kana",
        "csv-company-id",
        "csv-company",
        "csv-trade",
        "csv-position",
        "csv-work-content",
        "views-recorded",
        "views-counting",
        "views-open",
        "views-foreman",
        "views-level",
        "views-health",
        "views-pension",
        "views-employment",
        "views-kentaikyo",
        "csv-reason",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    for line in &gathered.lines {
        let sums = line.sums();
        let told = line.told.as_ref();
        let [health, pension, employment] = told.map(|told| told.insurance(&masters, t)).unwrap_or_default();
        rows.push(vec![
            month.to_string(),
            line.worker.to_string(),
            line.name.clone(),
            line.kana.clone(),
            line.company.map(|company| company.to_string()).unwrap_or_default(),
            line.company_name.clone(),
            line.trade_words(&masters, t),
            line.position_words(&masters, t),
            line.content_words(t),
            sums.recorded.to_string(),
            sums.counting.to_string(),
            sums.open.to_string(),
            sums.foreman.to_string(),
            told.map(|told| told.level.to_string()).unwrap_or_default(),
            health,
            pension,
            employment,
            told.map(|told| told.kentaikyo(t)).unwrap_or_default(),
            why.remove(&(line.worker, line.company)).unwrap_or_default(),
        ]);
    }
    Ok(csv_response(
        &format!("{}_{month}_list.csv", place.file()),
        rows,
        filter.encoding,
    )?)
}
