//! The facts of all sites of a prime in a period, to be shown to an orderer.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::way::{Count, Facts, Way};
use domain::{CompanyId, SiteId, WorkDay, YearMonth};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, values};
use web::{Encoding, Frame, Page, PageError, csv_response};

use super::{MOST_MONTHS, by_device_words, days, queries, way, way_words};
use crate::App;
use crate::access::Viewer;
use crate::rows::{day, id};

/// Sites on one page. The totals and the CSV file have all.
const SITES: u32 = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PeriodQuery {
    /// `2026-04`; this month if it is missing or no month.
    from: String,
    /// The same.
    to: String,
    page: Option<u32>,
    /// CSV only.
    encoding: Encoding,
}

impl PeriodQuery {
    fn months(&self, app: &App) -> (YearMonth, YearMonth) {
        let this = app.clock().today().month();
        let to = self.to.parse().unwrap_or(this);
        (self.from.parse().unwrap_or(to), to)
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    name: String,
    from_day: i32,
    to_day: i32,
    way: Option<i32>,
    days: i64,
    counting: i64,
}

/// One site's part.
struct Line {
    id: SiteId,
    name: String,
    period: (WorkDay, WorkDay),
    facts: Facts,
    /// Whether anything was accumulated otherwise than by direct input, as a word.
    by_device: String,
}

impl Line {
    /// Histories of every way, in the order of the table's head.
    fn days(&self) -> Vec<i64> {
        ways_of(&self.facts)
    }

    fn total(&self) -> Count {
        self.facts.total()
    }
}

fn ways_of(facts: &Facts) -> Vec<i64> {
    Way::ALL.into_iter().map(|way| facts.of(way).days).collect()
}

#[derive(Template)]
#[template(path = "facts/templates/prime.html")]
struct PrimePage {
    frame: Frame,
    company: String,
    from: YearMonth,
    to: YearMonth,
    /// What is wrong with the period; empty if nothing.
    fault: String,
    ways: Vec<String>,
    lines: Paged<Line>,
    total: Count,
    total_days: Vec<i64>,
    /// How many of the sites have histories that are not direct input.
    with_device: String,
    base: String,
}

/// What is wrong with a period.
enum Fault {
    TurnedRound,
    TooLong,
}

fn check(from: YearMonth, to: YearMonth) -> Result<(), Fault> {
    if to < from {
        return Err(Fault::TurnedRound);
    }
    let months = std::iter::successors(Some(from), |month| Some(month.next()));
    let longer = months.take(MOST_MONTHS).all(|month| month < to);
    if longer { Err(Fault::TooLong) } else { Ok(()) }
}

fn company_of(viewer: &Viewer) -> Result<(CompanyId, String), PageError> {
    let company = viewer.company.clone().filter(|_| viewer.may(Act::SeeSites));
    company.ok_or(PageError::Forbidden)
}

/// The sites of the viewer's company as prime, a site manager's those he was given.
async fn lines(
    app: &App,
    frame: &Frame,
    viewer: &Viewer,
    company: CompanyId,
    from: YearMonth,
    to: YearMonth,
) -> Result<Vec<Line>, StoreError> {
    let (first, last) = (from.first(), to.last());
    let values = values![
        company.to_string(),
        first.to_number(),
        last.to_number(),
        last.plus(1).to_number(),
        days(from, to)?,
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str()
    ];
    let tx = app.db().read().await?;
    let mut lines: Vec<Line> = Vec::new();
    for row in tx.all::<Row>(&queries::OF_PRIME, values).await? {
        let site: SiteId = id(&row.id, "site.id")?;
        // Rows of one site stand together, by the query's order.
        if lines.last().is_none_or(|line| line.id != site) {
            lines.push(Line {
                id: site,
                name: row.name,
                period: (day(row.from_day, "site.from_day")?, day(row.to_day, "site.to_day")?),
                facts: Facts::default(),
                by_device: String::new(),
            });
        }
        // A site without histories has one row, without a way.
        if let Some(line) = lines.last_mut().filter(|_| row.days > 0) {
            let count = Count {
                days: row.days,
                counting: row.counting,
            };
            line.facts.add(way(row.way)?, count);
        }
    }
    for line in &mut lines {
        line.by_device = by_device_words(&frame.t, &line.facts);
    }
    Ok(lines)
}

/// All sites of a prime in a period with their totals.
///
/// # Permissions
/// Companies, their own sites as prime; a site manager those he was given.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<PeriodQuery>) -> Page {
    let (company, company_name) = company_of(&viewer)?;
    let (from, to) = query.months(&app);
    let fault = match check(from, to) {
        Ok(()) => String::new(),
        Err(Fault::TurnedRound) => frame.t.s("facts-turned-round"),
        Err(Fault::TooLong) => frame.t.n("facts-too-long", "most", MOST_MONTHS),
    };
    let all = if fault.is_empty() {
        lines(&app, &frame, &viewer, company, from, to).await?
    } else {
        Vec::new()
    };
    let mut facts = Facts::default();
    for line in &all {
        facts.add_all(&line.facts);
    }
    let with = all.iter().filter(|line| line.facts.by_device().days > 0).count();
    let number = PageNumber::new(query.page.unwrap_or(1), SITES);
    let skip = usize::try_from(number.offset()).unwrap_or(0);
    let t = frame.t.clone();
    web::page(&PrimePage {
        frame: frame.title("facts-prime-title").crumb(t.s("sites-title"), "/sites"),
        company: company_name,
        from,
        to,
        fault,
        ways: Way::ALL.into_iter().map(|way| way_words(&t, way)).collect(),
        total: facts.total(),
        total_days: ways_of(&facts),
        with_device: t.with("facts-of-sites", &[("with", with), ("all", all.len())]),
        lines: Paged {
            total: u64::try_from(all.len()).unwrap_or(u64::MAX),
            rows: all.into_iter().skip(skip).take(SITES as usize).collect(),
            page: number,
        },
        base: format!("/sites/facts?from={from}&to={to}&"),
    })
}

/// The same as a file: one line per site and way.
///
/// # Permissions
/// As the page.
pub(super) async fn file(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<PeriodQuery>) -> Page {
    let (company, _) = company_of(&viewer)?;
    let (from, to) = query.months(&app);
    if check(from, to).is_err() {
        // The page says what is wrong with it.
        return Err(PageError::NotFound);
    }
    let t = &frame.t;
    let head = [
        "site-id",
        "site-name",
        "facts-from",
        "facts-to",
        "facts-way",
        "facts-days",
        "facts-counting",
        "facts-by-device",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    let ways: BTreeMap<Way, String> = Way::ALL.into_iter().map(|way| (way, way_words(t, way))).collect();
    for line in lines(&app, &frame, &viewer, company, from, to).await? {
        for (way, name) in &ways {
            let count = line.facts.of(*way);
            rows.push(vec![
                line.id.to_string(),
                line.name.clone(),
                from.to_string(),
                to.to_string(),
                name.clone(),
                count.days.to_string(),
                count.counting.to_string(),
                line.by_device.clone(),
            ]);
        }
    }
    Ok(csv_response(
        &format!("{company}_{from}_{to}_facts.csv"),
        rows,
        query.encoding,
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_business_year_at_most() {
        let cases = [
            ("2026-04", "2026-04", "fine"),
            ("2026-04", "2027-03", "fine"),
            ("2026-04", "2027-04", "too long"),
            ("2026-05", "2026-04", "turned round"),
            ("9999-12", "9999-12", "fine"),
        ];
        for (from, to, expected) in cases {
            let found = match check(from.parse().unwrap(), to.parse().unwrap()) {
                Ok(()) => "fine",
                Err(Fault::TooLong) => "too long",
                Err(Fault::TurnedRound) => "turned round",
            };
            assert_eq!(found, expected, "{from} {to}");
        }
    }
}
