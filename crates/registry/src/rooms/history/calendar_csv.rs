//! View 2-4 as a file: every day one line, with work content and reasons.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use domain::judge::Verdict;
use domain::organisation::NodeId;
use domain::{CompanyId, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::{Frame, Page, csv_response};

use super::calendar::{MonthQuery, cut};
use super::queries;
use super::words::{About, companies_in, hazard_words, names, position_words, trade_words};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
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

#[derive(FromQueryResult)]
struct KanaRow {
    id: String,
    name: String,
    name_kana: String,
}

/// Name and kana by ID.
type Kana = BTreeMap<String, (String, String)>;

async fn kana(tx: &Tx, days: &[(CsvRow, Option<Verdict>)]) -> Result<Kana, StoreError> {
    let workers: BTreeSet<&str> = days.iter().map(|(row, _)| row.worker_id.as_str()).collect();
    let companies: BTreeSet<&str> = days.iter().filter_map(|(row, _)| row.employer_id.as_deref()).collect();
    let values = values![
        Rows::of(workers.iter().map(|id| [id]))?,
        Rows::of(companies.iter().map(|id| [id]))?
    ];
    let rows: Vec<KanaRow> = tx.all(&queries::KANA, values).await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.name, row.name_kana))).collect())
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
    Query(query): Query<MonthQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let month = query.month(&app);
    let (rows, workers) = rows_of(&app, &tx, &frame.t, &site, month).await?;
    drop(tx);
    audit::seen(&app, &viewer, &workers, "calendar_csv").await?;
    Ok(csv_response(&format!("{}_{month}.csv", site.head.id), rows, query.encoding)?)
}

/// The lines of the file, and whose they are.
type Lines = (Vec<Vec<String>>, Vec<WorkerId>);

async fn rows_of(app: &App, tx: &Tx, t: &web::T, site: &OpenSite, month: YearMonth) -> Result<Lines, StoreError> {
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
        if site.scope.sees(company, row.node_id.clone().map(NodeId).as_ref()) {
            let verdict: Option<Verdict> = row
                .verdict
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(|_| unreadable("judgement.verdict"))?;
            seen.push((row, verdict));
        }
    }
    let kana = kana(tx, &seen).await?;
    let nobody = (String::new(), String::new());
    let of = |key: &str| kana.get(key).unwrap_or(&nobody);
    // In the order of the page: by company, in it by worker, and each by day.
    seen.sort_by_cached_key(|(row, _)| {
        let employer = row.employer_id.clone().unwrap_or_default();
        (
            of(&employer).1.clone(),
            employer,
            of(&row.worker_id).1.clone(),
            row.worker_id.clone(),
            row.work_day,
        )
    });
    let names = names(
        tx,
        &companies_in(seen.iter().filter_map(|(_, v)| v.as_ref()).flat_map(Verdict::reasons)),
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
    ];
    let mut rows = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    let mut workers = BTreeSet::new();
    let (yes, no) = (t.s("csv-yes"), t.s("csv-no"));
    for (row, verdict) in seen {
        workers.insert(id(&row.worker_id, "history.worker_id")?);
        let work_day = day(row.work_day, "history.work_day")?;
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
        let (name, name_kana) = of(&row.worker_id).clone();
        let employer = row.employer_id.unwrap_or_default();
        let employer_name = of(&employer).0.clone();
        rows.push(vec![
            site.head.id.to_string(),
            site.head.name.clone(),
            work_day.to_string(),
            row.worker_id,
            name,
            name_kana,
            employer,
            employer_name,
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
        ]);
    }
    Ok((rows, workers.into_iter().collect()))
}
