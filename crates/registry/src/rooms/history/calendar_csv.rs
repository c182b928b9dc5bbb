//! View 2-4 as a file: every day one line, with work content and reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use domain::judge::Verdict;
use domain::organisation::NodeId;
use domain::{CompanyId, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::{Frame, Page, csv_response};

use super::calendar::cut;
use super::queries;
use super::words::{About, companies_in, hazard_words, names, position_words, trade_words};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
use crate::rooms::views::{Asked, Filter, Key, Line, Place, gather};
use crate::rows::{day, id, opt_id, second, unreadable};

#[derive(FromQueryResult)]
struct CsvRow {
    worker_id: String,
    work_day: i32,
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
    employer_id: Option<String>,
    node_id: Option<String>,
    trade: Option<String>,
    position: Option<String>,
    work_content: Option<String>,
    hazards: Option<String>,
    verdict: Option<String>,
}

/// The month of a site as a file.
///
/// # Permissions
/// As the page.
pub(super) async fn file(
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
    let rows = rows_of(&app, &tx, &frame.t, &site, month, &gathered.lines).await?;
    drop(tx);
    audit::seen(&app, &viewer, &gathered.workers(), "calendar_csv").await?;
    Ok(csv_response(&format!("{}_{month}.csv", site.head.id), rows, query.encoding)?)
}

/// Every day of the lines that are asked for, in the order of the page.
async fn rows_of(
    app: &App,
    tx: &Tx,
    t: &web::T,
    site: &OpenSite,
    month: YearMonth,
    lines: &[Line],
) -> Result<Vec<Vec<String>>, StoreError> {
    let places: BTreeMap<Key, usize> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| ((line.worker, line.company), place))
        .collect();
    let (all, companies, nodes) = cut(&site.scope)?;
    let values = values![
        site.head.id.to_string(),
        month.first().to_number(),
        month.last().to_number(),
        all,
        companies,
        nodes
    ];
    let mut seen = Vec::new();
    for row in tx.all::<CsvRow>(&queries::MONTH_OF_SITE, values).await? {
        let company: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
        let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
        let work_day = day(row.work_day, "history.work_day")?;
        let place = places.get(&(worker, company)).copied();
        let asked = place.filter(|place| lines.get(*place).is_some_and(|line| line.has(work_day)));
        let sees = site.scope.sees(company, row.node_id.clone().map(NodeId).as_ref());
        if let Some(place) = asked.filter(|_| sees) {
            let verdict: Option<Verdict> = row
                .verdict
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(|_| unreadable("judgement.verdict"))?;
            seen.push((place, work_day, row, verdict));
        }
    }
    seen.sort_by_key(|(place, work_day, ..)| (*place, *work_day));
    let names = names(
        tx,
        &companies_in(seen.iter().filter_map(|(.., v)| v.as_ref()).flat_map(Verdict::reasons)),
    )
    .await?;
    let masters = app.masters();
    let months = masters.policies().at(domain::Policy::MendingMonths, month.first());
    let head = [
        "site-id",
        "site-name",
        "csv-day",
        "csv-worker-id",
        "csv-name",
        "csv-kana",
        "csv-company-id",
        "csv-company",
        "csv-trade-code",
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
        "views-kentaikyo",
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    let (yes, no) = (t.s("csv-yes"), t.s("csv-no"));
    for (place, work_day, row, verdict) in seen {
        let Some(line) = lines.get(place) else {
            continue;
        };
        let about = About {
            site: site.head.id,
            prime: &site.head.prime.1,
            names: &names,
            handle: "",
            day: work_day,
            mending_months: months,
        };
        let remarks: Vec<_> = verdict
            .iter()
            .flat_map(Verdict::reasons)
            .map(|r| about.reason(t, r))
            .collect();
        let time = |at: Option<i64>| at.map(|at| second(at, "history").map(|at| t.time(at))).transpose();
        let trade = trade_words(&masters, t, row.trade.as_deref());
        let position = position_words(&masters, t, row.position.as_deref());
        let [hazard, checkups] = hazard_words(&masters, t, row.hazards.as_deref())?;
        let first = remarks.first();
        rows.push(vec![
            site.head.id.to_string(),
            site.head.name.clone(),
            work_day.to_string(),
            row.worker_id,
            line.name.clone(),
            line.kana.clone(),
            row.employer_id.unwrap_or_default(),
            line.company_name.clone(),
            row.trade.unwrap_or_default(),
            trade,
            position,
            row.work_content.unwrap_or_default(),
            hazard,
            checkups,
            time(row.first_in)?.unwrap_or_default(),
            time(row.last_out)?.unwrap_or_default(),
            if row.counts == 1 { yes.clone() } else { no.clone() },
            remarks.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join(" / "),
            first.and_then(|r| r.mender.clone()).unwrap_or_default(),
            first.and_then(|r| r.until).map(|d| d.to_string()).unwrap_or_default(),
            line.told.as_ref().map(|told| told.kentaikyo(t)).unwrap_or_default(),
        ]);
    }
    Ok(rows)
}
