//! The gate as it is now, and the figures of a site.

use std::hash::{DefaultHasher, Hash, Hasher};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::judge::Verdict;
use domain::organisation::NodeId;
use domain::{CompanyId, Direction, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Frame, Page, T};
use wire::Remark;

use super::queries;
use super::words::{About, companies_in, names};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
use crate::rows::{id, opt_id, second, unreadable};

/// What a site's days come to, as far as the viewer sees.
#[derive(Debug, Clone, Copy, Default)]
pub struct SiteFigures {
    /// People who entered today.
    pub present_today: i64,
    /// Of these, people who left.
    pub left_today: i64,
    /// Days that count.
    pub counting: i64,
    /// Days that do not count yet.
    pub not_counting: i64,
    /// Touches refused and not yet settled (the prime sees them).
    pub refused: i64,
}

#[derive(FromQueryResult)]
struct FigureRow {
    employer_id: Option<String>,
    node_id: Option<String>,
    days: i64,
    counting: i64,
    today: i64,
    gone: i64,
}

/// Figures of some days of a site.
///
/// # Errors
/// If the database fails.
pub async fn site_figures(
    app: &App,
    tx: &Tx,
    site: &OpenSite,
    (from, to): (WorkDay, WorkDay),
) -> Result<SiteFigures, StoreError> {
    let today = WorkDay::of(app.clock().now(), site.head.boundary).to_number();
    let values = values![site.head.id.to_string(), from.to_number(), to.to_number(), today];
    let mut figures = SiteFigures::default();
    for row in tx.all::<FigureRow>(&queries::FIGURES_OF_SITE, values).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        if site.scope.sees(employer, row.node_id.map(NodeId).as_ref()) {
            figures.present_today += row.today;
            figures.left_today += row.gone;
            figures.counting += row.counting;
            figures.not_counting += row.days - row.counting;
        }
    }
    if site.is_prime() {
        figures.refused = tx
            .value::<i64>(&queries::COUNT_REFUSED, values![site.head.id.to_string()])
            .await?
            .unwrap_or(0);
    }
    Ok(figures)
}

#[derive(FromQueryResult)]
struct LatestRow {
    worker_id: String,
    handle: String,
    name: String,
    at: i64,
    direction: String,
    work_day: i32,
    employer_id: Option<String>,
    employer_name: Option<String>,
    node_id: Option<String>,
    verdict: String,
}

struct Passage {
    worker: WorkerId,
    /// Names the link, so that it keeps the keyboard's focus when the list is exchanged.
    key: String,
    link: String,
    name: String,
    employer: String,
    at: Timestamp,
    direction: Direction,
    counts: bool,
    reason: Option<Remark>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct GateQuery {
    /// The stamp of what the page shows: asks for what is new.
    part: Option<String>,
    /// Present: the page stands still.
    still: Option<String>,
}

#[derive(Template)]
#[template(path = "history/templates/gate.html")]
struct GatePage {
    frame: Frame,
    site: OpenSite,
    now: GateNow,
    still: bool,
}

#[derive(Template)]
#[template(path = "history/templates/gate_now.html")]
struct GateNow {
    site: SiteId,
    part: String,
    stamp: String,
    still: bool,
}

#[derive(Template)]
#[template(path = "history/templates/gate_part.html")]
struct GatePart {
    t: T,
    day: WorkDay,
    figures: SiteFigures,
    passages: Vec<Passage>,
}

/// How many passages the gate shows.
const PASSAGES: i64 = 30;

/// Who passes the gate, as it happens: the page asks every two seconds, and is answered 204 while nothing is new.
///
/// # Permissions
/// Companies in the organisation, each as far as its scope goes.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<GateQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let part = part(&app, &tx, frame.t.clone(), &site).await?;
    let workers: Vec<WorkerId> = part.passages.iter().map(|p| p.worker).collect();
    drop(tx);
    let part = part.render()?;
    let mut hasher = DefaultHasher::new();
    part.hash(&mut hasher);
    let stamp = format!("{:x}", hasher.finish());
    if query.part.as_ref() == Some(&stamp) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    audit::seen(&app, &viewer, &workers, "gate").await?;
    let now = GateNow {
        site: site.head.id,
        part,
        stamp,
        still: query.still.is_some(),
    };
    if query.part.is_some() {
        return web::page(&now);
    }
    let frame = site.crumbs(frame.title("gate-title"));
    web::page(&GatePage {
        frame,
        site,
        still: now.still,
        now,
    })
}

async fn part(app: &App, tx: &Tx, t: T, site: &OpenSite) -> Result<GatePart, StoreError> {
    let day = WorkDay::of(app.clock().now(), site.head.boundary);
    // A company that sees a part of the site may need many rows until thirty of its own are found.
    let limit = if site.is_prime() { PASSAGES } else { PASSAGES * 40 };
    let values = values![site.head.id.to_string(), day.to_number(), limit, day.plus(1).to_number()];
    let rows: Vec<LatestRow> = tx.all(&queries::LATEST_AT_SITE, values).await?;
    let mut seen = Vec::new();
    for row in rows {
        let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
        if site.scope.sees(employer, row.node_id.clone().map(NodeId).as_ref()) {
            let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
            seen.push((row, verdict));
        }
        if seen.len() >= usize::try_from(PASSAGES).unwrap_or(usize::MAX) {
            break;
        }
    }
    let names = names(tx, &companies_in(seen.iter().flat_map(|(_, v)| v.reasons()))).await?;
    let months = app.masters().policies().at(domain::Policy::MendingMonths, day);
    let mut passages = Vec::new();
    for (row, verdict) in seen {
        let work_day = crate::rows::day(row.work_day, "history.work_day")?;
        let about = About {
            site: site.head.id,
            prime: &site.head.prime.1,
            names: &names,
            handle: &row.handle,
            day: work_day,
            mending_months: months,
        };
        passages.push(Passage {
            worker: id(&row.worker_id, "history.worker_id")?,
            key: format!("p-{}-{}-{}", row.at, row.direction, row.handle),
            link: format!("/sites/{}/days/{work_day}/{}", site.head.id, row.handle),
            reason: verdict.reasons().first().map(|r| about.reason(&t, r)),
            name: row.name,
            employer: row.employer_name.unwrap_or_default(),
            at: second(row.at, "touch.at")?,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("touch.direction"))?,
            counts: verdict.counts(),
        });
    }
    let figures = site_figures(app, tx, site, (day, day)).await?;
    Ok(GatePart {
        t,
        day,
        figures,
        passages,
    })
}
