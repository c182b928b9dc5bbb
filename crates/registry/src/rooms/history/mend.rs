//! What is to be mended at a site: days that do not count, grouped by what mends them, and touches that were refused.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::judge::{Reason, Refusal, Verdict};
use domain::organisation::NodeId;
use domain::{CompanyId, Direction, SiteId, WorkDay, WorkerId, YearMonth};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::{Frame, Page};
use wire::Remark;

use super::calendar::MonthQuery;
use super::queries;
use super::receive::Incoming;
use super::words::{About, Names, can_mend, companies_in, names};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::{self, OpenSite};
use crate::rows::{day, id, opt_id, second, unreadable};

/// The reasons of a verdict; none if the day counts.
pub(super) fn reasons(verdict: &Verdict) -> &[Reason] {
    match verdict {
        Verdict::Counts { .. } => &[],
        Verdict::DoesNotCount { reasons } => reasons,
    }
}

#[derive(FromQueryResult)]
struct OpenDayRow {
    worker_id: String,
    handle: String,
    name: String,
    work_day: i32,
    employer_id: Option<String>,
    node_id: Option<String>,
    verdict: String,
}

/// Days that one act mends.
struct Group {
    remark: Remark,
    /// Whether the viewer can do it.
    own: bool,
    days: usize,
    workers: Vec<GroupWorker>,
}

#[derive(FromQueryResult)]
struct RefusedRow {
    source: String,
    worker_id: String,
    at: i64,
    direction: String,
    method: String,
    item_id: String,
    seq: Option<i64>,
    refusal: String,
    card_issue: Option<i32>,
    worker_name: Option<String>,
    reader_name: Option<String>,
}

struct RefusedTouch {
    at: Timestamp,
    direction: Direction,
    who: String,
    reader: String,
    remark: Remark,
}

#[derive(Template)]
#[template(path = "history/templates/mend.html")]
struct MendPage {
    frame: Frame,
    site: OpenSite,
    month: YearMonth,
    groups: Vec<Group>,
    refused: Vec<RefusedTouch>,
}

/// One worker of a group: name, his days with their stories, the screen that mends it for him.
type GroupWorker = (String, Vec<(WorkDay, String)>, Option<String>);

fn no_link(worker: &GroupWorker) -> bool {
    worker.2.is_none()
}

/// Refused touches shown at once.
const MOST_REFUSED: i64 = 200;

/// Everything of a site's month that does not count yet, the largest group first.
///
/// # Permissions
/// Companies in the organisation, each as far as its scope goes; refused touches: the prime.
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
    let (groups, mut workers) = groups(&app, &tx, &viewer, &frame, &site, month).await?;
    let refused = if site.is_prime() {
        refused(&app, &tx, &frame, &site, &mut workers).await?
    } else {
        Vec::new()
    };
    drop(tx);
    let workers: Vec<WorkerId> = workers.into_iter().collect();
    audit::seen(&app, &viewer, &workers, "mend").await?;
    let frame = site.crumbs(frame.title("mend-title"));
    web::page(&MendPage {
        frame,
        site,
        month,
        groups,
        refused,
    })
}

async fn groups(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: &Frame,
    site: &OpenSite,
    month: YearMonth,
) -> Result<(Vec<Group>, BTreeSet<WorkerId>), StoreError> {
    let values = values![site.head.id.to_string(), month.first().to_number(), month.last().to_number()];
    let mut seen = Vec::new();
    for row in tx.all::<OpenDayRow>(&queries::REASONS_OF_SITE, values).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
        if site.scope.sees(employer, row.node_id.clone().map(NodeId).as_ref()) {
            let verdict: Verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
            seen.push((row, verdict));
        }
    }
    let names = names(tx, &companies_in(seen.iter().flat_map(|(_, v)| reasons(v)))).await?;
    let months = app.masters().policies().at(domain::Policy::MendingMonths, month.first());
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut people = BTreeSet::new();
    for (row, verdict) in &seen {
        let Some(reason) = reasons(verdict).first() else { continue };
        people.insert(id(&row.worker_id, "history.worker_id")?);
        let work_day = day(row.work_day, "history.work_day")?;
        let about = About {
            site: site.head.id,
            prime: &site.head.prime.1,
            names: &names,
            handle: &row.handle,
            day: work_day,
            mending_months: months,
        };
        let remark = about.reason(&frame.t, reason);
        let own = app.clock().today() <= about.until() && can_mend(viewer, site.is_prime(), reason);
        let per_worker = remark.link.clone().filter(|link| link.ends_with(&row.handle));
        let group = groups
            .entry(serde_json::to_string(reason).unwrap_or_default())
            .or_insert_with(|| Group {
                remark,
                own,
                days: 0,
                workers: Vec::new(),
            });
        group.days += 1;
        let story = (work_day, format!("/sites/{}/days/{work_day}/{}", site.head.id, row.handle));
        match group
            .workers
            .iter_mut()
            .find(|(name, days, _)| *name == row.name && days.first().is_some_and(|(_, l)| l.ends_with(&row.handle)))
        {
            Some((_, days, _)) => days.push(story),
            None => group.workers.push((row.name.clone(), vec![story], per_worker)),
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|g| (std::cmp::Reverse(g.own), std::cmp::Reverse(g.days)));
    Ok((groups, people))
}

/// Those named are put to `people`.
async fn refused(
    app: &App,
    tx: &Tx,
    frame: &Frame,
    site: &OpenSite,
    people: &mut BTreeSet<WorkerId>,
) -> Result<Vec<RefusedTouch>, StoreError> {
    let rows: Vec<RefusedRow> = tx
        .all(
            &queries::OPEN_REFUSED_OF_SITE,
            values![site.head.id.to_string(), MOST_REFUSED],
        )
        .await?;
    let names = Names::new();
    let today = app.clock().today();
    let about = About {
        site: site.head.id,
        prime: &site.head.prime.1,
        names: &names,
        handle: "",
        day: today,
        mending_months: 1,
    };
    let mut refused = Vec::new();
    for row in rows {
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(|_| unreadable("refused_touch.refusal"))?;
        people.extend(row.worker_name.as_ref().and_then(|_| row.worker_id.parse::<WorkerId>().ok()));
        refused.push(RefusedTouch {
            at: second(row.at, "refused_touch.at")?,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("refused_touch.direction"))?,
            // An ID that is nobody's is shown as typed, so that it can be put right; somebody's is shown by name.
            who: row.worker_name.unwrap_or(row.worker_id),
            reader: row.reader_name.unwrap_or_default(),
            remark: about.refusal(&frame.t, &refusal),
        });
    }
    Ok(refused)
}

/// Refused touches of a site that may pass now. Those with a wrong site or a broken form, or too
/// late, never will. In the order of their workers, as intake locks them.
pub(super) async fn refused_to_try_again(tx: &Tx, site: SiteId) -> Result<Vec<Incoming>, StoreError> {
    let rows: Vec<RefusedRow> = tx
        .all(&queries::OPEN_REFUSED_OF_SITE, values![site.to_string(), i64::MAX])
        .await?;
    let mut items = Vec::new();
    for row in rows {
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(|_| unreadable("refused_touch.refusal"))?;
        if matches!(
            refusal,
            Refusal::UnknownSite | Refusal::Malformed { .. } | Refusal::TooOld { .. }
        ) {
            continue;
        }
        items.push(Incoming {
            source: row.source,
            site,
            item_id: row.item_id,
            worker_id: row.worker_id,
            site_id: site.to_string(),
            at: second(row.at, "refused_touch.at")?,
            direction: Direction::from_word(&row.direction).ok_or_else(|| unreadable("refused_touch.direction"))?,
            method: row.method,
            seq: row.seq.and_then(|n| u64::try_from(n).ok()),
            card_issue: row.card_issue.and_then(|n| u16::try_from(n).ok()),
        });
    }
    items.sort_by(|a, b| a.worker_id.cmp(&b.worker_id));
    Ok(items)
}
