//! The facts of a site's month.

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::YearMonth;
use domain::way::{Count, Facts, Way};
use serde::Deserialize;
use web::{Encoding, Frame, Page, PageError, csv_response};

use super::{by_device_words, of, way_words};
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::{self, OpenSite};

#[derive(Deserialize, Default)]
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

#[derive(Template)]
#[template(path = "facts/templates/site.html")]
struct SitePage {
    frame: Frame,
    site: OpenSite,
    month: YearMonth,
    /// Name, and histories, of every way.
    lines: Vec<(String, Count)>,
    total: Count,
    /// Whether anything was accumulated otherwise than by direct input, as a word.
    by_device: String,
    /// The viewer sees its own part only.
    part: bool,
}

/// What was asked for, as far as the viewer sees it.
async fn asked(app: &App, viewer: &Viewer, site: &str, query: &MonthQuery) -> Result<(OpenSite, YearMonth, Facts), PageError> {
    let tx = app.db().read().await?;
    let site = site::open(&tx, viewer, site).await?;
    let month = query.month(app);
    let facts = of(&tx, site.head.id, &site.scope, month).await?;
    Ok((site, month, facts))
}

/// The histories of a site's month by the way they came about.
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
    let (site, month, facts) = asked(&app, &viewer, &site, &query).await?;
    let frame = site.crumbs(frame.title("facts-title"));
    web::page(&SitePage {
        lines: lines(&frame, &facts),
        total: facts.total(),
        by_device: by_device_words(&frame.t, &facts),
        part: !site.is_prime(),
        frame,
        site,
        month,
    })
}

fn lines(frame: &Frame, facts: &Facts) -> Vec<(String, Count)> {
    Way::ALL
        .into_iter()
        .map(|way| (way_words(&frame.t, way), facts.of(way)))
        .collect()
}

/// The same as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn file(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<MonthQuery>,
) -> Page {
    let (site, month, facts) = asked(&app, &viewer, &site, &query).await?;
    let t = &frame.t;
    let head = [
        "site-id",
        "site-name",
        "facts-month",
        "facts-way",
        "facts-days",
        "facts-counting",
        "facts-by-device",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    let by_device = by_device_words(t, &facts);
    for (name, count) in lines(&frame, &facts) {
        rows.push(vec![
            site.head.id.to_string(),
            site.head.name.clone(),
            month.to_string(),
            name,
            count.days.to_string(),
            count.counting.to_string(),
            by_device.clone(),
        ]);
    }
    Ok(csv_response(
        &format!("{}_{month}_facts.csv", site.head.id),
        rows,
        query.encoding,
    )?)
}
