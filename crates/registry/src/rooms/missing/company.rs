//! The page of a company: what is missing over all its sites. At its own sites everything, at others its own people's days and what
//! waits for it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::judge::{Reason, open_since};
use domain::missing::{Cause, Finding, Group, Who, ends_soon, groups};
use domain::{CompanyId, Policy, SiteId, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Frame, Page, PageError};

use super::find::{count, deadline, first_reason, months, names_company};
use super::proxy::Proxies;
use super::queries;
use super::words::{Line, Place, companies};
use crate::App;
use crate::access::Viewer;
use crate::rooms::history;
use crate::rows::{day, id};

/// Things to do that are shown at once; the sites have all.
const MOST: usize = 20;
/// Sites on a page.
const SITES: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CompanyQuery {
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct SiteRow {
    id: String,
    name: String,
    prime_id: String,
    prime_name: String,
    to_day: i32,
    invited: i64,
}

#[derive(FromQueryResult)]
struct OpenDays {
    site_id: String,
    month: i32,
    verdict: String,
    days: i64,
}

#[derive(FromQueryResult)]
struct RecentDays {
    site_id: String,
    days: i64,
}

struct SiteFacts {
    id: SiteId,
    name: String,
    prime: (CompanyId, String),
    last: WorkDay,
    findings: Vec<Finding>,
}

/// Something the company itself can do, at one site.
struct Todo {
    site_name: String,
    line: Line,
    /// Where it is done.
    href: String,
}

/// A site and how much is missing there.
struct SiteLine {
    id: SiteId,
    name: String,
    prime: String,
    days: u32,
    own_days: u32,
    coming: u32,
    until: Option<WorkDay>,
}

#[derive(Template)]
#[template(path = "missing/templates/company.html")]
struct CompanyPage {
    frame: Frame,
    days: u32,
    own_days: u32,
    todos: Vec<Todo>,
    left_out: usize,
    sites: Paged<SiteLine>,
    /// The company's own registration ends then.
    registration: Option<WorkDay>,
}

/// What is missing over all sites of the viewer's company.
///
/// # Permissions
/// Companies; a site manager sees the sites he was given.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<CompanyQuery>) -> Page {
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::SeeSites))
        .ok_or(PageError::Forbidden)?;
    let tx = app.db().read().await?;
    let today = app.clock().today();
    let facts = facts(&app, &tx, &viewer, own, today).await?;
    let grouped: Vec<(SiteFacts, Vec<Group>)> = facts
        .into_iter()
        .map(|mut site| {
            let groups = groups(std::mem::take(&mut site.findings));
            (site, groups)
        })
        .filter(|(_, groups)| !groups.is_empty())
        .collect();
    let causes = grouped.iter().flat_map(|(_, groups)| groups).map(|g| &g.cause);
    let names = history::names(&tx, &companies(causes)).await?;
    let registration = registration(&app, &tx, &viewer, own, today).await?;
    drop(tx);

    // What it does for others stands on the pages of the sites, where its branch is.
    let proxies = Proxies::default();
    let mut todos = Vec::new();
    let mut lines = Vec::new();
    for (site, groups) in &grouped {
        let place = Place {
            site: site.id,
            name: &site.name,
            prime: (site.prime.0, &site.prime.1),
            names: &names,
            today,
            mending_months: months(&app, today),
            address: "",
            proxies: &proxies,
        };
        let mut line = SiteLine {
            id: site.id,
            name: site.name.clone(),
            prime: site.prime.1.clone(),
            days: 0,
            own_days: 0,
            coming: 0,
            until: None,
        };
        for group in groups {
            line.days += group.days;
            line.coming += group.coming;
            line.until = [line.until, group.until.filter(|_| group.at_stake() > 0)]
                .into_iter()
                .flatten()
                .min();
            if group.cause.who(own, site.prime.0) != Who::Us {
                continue;
            }
            let words = place.line(&frame.t, &viewer, group, (None, 0));
            if words.own {
                line.own_days += words.days;
                let here = format!("/sites/{}/mend?group={}", site.id, words.key);
                let href = match &words.button {
                    Some((_, link)) if !words.per_worker => link.clone(),
                    _ => here,
                };
                todos.push(Todo {
                    site_name: site.name.clone(),
                    href,
                    line: words,
                });
            }
        }
        lines.push(line);
    }
    todos.sort_by_key(|todo| (std::cmp::Reverse(todo.line.at_stake), todo.line.until));
    lines.sort_by_key(|line| (std::cmp::Reverse(line.days + line.coming), line.until, line.id));
    let number = PageNumber::new(query.page.unwrap_or(1), SITES);
    let (days, own_days) = lines.iter().fold((0, 0), |(d, o), l| (d + l.days, o + l.own_days));
    let total = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let skip = usize::try_from(number.offset()).unwrap_or(usize::MAX);
    let rows = lines.into_iter().skip(skip).take(SITES as usize).collect();
    let left_out = todos.len().saturating_sub(MOST);
    todos.truncate(MOST);
    web::page(&CompanyPage {
        frame: frame.title("missing-title"),
        days,
        own_days,
        todos,
        left_out,
        sites: Paged {
            rows,
            total,
            page: number,
        },
        registration,
    })
}

async fn facts(app: &App, tx: &Tx, viewer: &Viewer, own: CompanyId, today: WorkDay) -> Result<Vec<SiteFacts>, StoreError> {
    let since = open_since(today, months(app, today));
    let soon = app.masters().policies().at(Policy::MissingSoonDays, today);
    let mut sites: BTreeMap<String, SiteFacts> = BTreeMap::new();
    let values = values![own.to_string(), since.to_number()];
    for row in tx.all::<SiteRow>(&queries::SITES_OF_COMPANY, values).await? {
        let site: SiteId = id(&row.id, "site.id")?;
        if !viewer.reaches(site) {
            continue;
        }
        let waits = Finding {
            cause: Cause::Reason(Reason::CompanyNotApproved { company: own }),
            worker: None,
            days: 0,
            coming: 0,
            until: None,
        };
        let facts = SiteFacts {
            id: site,
            name: row.name,
            prime: (id(&row.prime_id, "site.prime_id")?, row.prime_name),
            last: day(row.to_day, "site.to_day")?,
            findings: if row.invited > 0 { vec![waits] } else { Vec::new() },
        };
        sites.insert(row.id, facts);
    }
    if sites.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = Rows::of(sites.iter().map(|(id, s)| (id, i32::from(s.prime.0 == own))))?;
    let values = values![
        wanted,
        since.to_number(),
        today.month().last().to_number(),
        own.to_string(),
        names_company(own)
    ];
    for row in tx.all::<OpenDays>(&queries::OPEN_DAYS_OF_SITES, values).await? {
        let (Some(site), Some(reason)) = (sites.get_mut(&row.site_id), first_reason(&row.verdict)?) else {
            continue;
        };
        site.findings.push(Finding {
            cause: Cause::Reason(reason),
            worker: None,
            days: count(row.days),
            coming: 0,
            until: Some(deadline(app, row.month)?),
        });
    }
    let ending = sites
        .iter()
        .filter(|(_, s)| s.prime.0 == own && ends_soon(s.last, today, soon));
    let ending = Rows::of(ending.map(|(id, _)| [id]))?;
    if !ending.is_empty() {
        let values = values![ending, today.plus(-29).to_number(), today.to_number()];
        for row in tx.all::<RecentDays>(&queries::RECENT_OF_SITES, values).await? {
            if let Some(site) = sites.get_mut(&row.site_id) {
                let last = site.last;
                site.findings.push(Finding {
                    cause: Cause::PeriodEnds { last },
                    worker: None,
                    days: 0,
                    coming: count(row.days),
                    until: Some(last),
                });
            }
        }
    }
    Ok(sites.into_values().collect())
}

/// The end of the company's own registration, if it is near and the viewer can do something about it.
async fn registration(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    own: CompanyId,
    today: WorkDay,
) -> Result<Option<WorkDay>, StoreError> {
    if !viewer.may(Act::ChangeCompany) {
        return Ok(None);
    }
    let last = tx
        .value::<Option<i32>>(&queries::COMPANY_VALID, values![own.to_string()])
        .await?
        .flatten();
    let last = last.map(|last| day(last, "company.valid_until")).transpose()?;
    let soon = app.masters().policies().at(Policy::MissingSoonDays, today);
    Ok(last.filter(|last| ends_soon(*last, today, soon)))
}
