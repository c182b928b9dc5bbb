//! The page of a site: what is missing, in groups that one act mends.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::missing::Group;
use domain::organisation::NodeId;
use domain::{CompanyId, Policy, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Rows, StoreError, Tx, values};
use web::{Frame, Page};

use super::again::{self, Again};
use super::find::{Window, find, first_reason, months};
use super::proxy::Proxies;
use super::words::{Line, Place, companies, worker_link};
use super::{queries, tell};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::history::{self, Names, RefusedTouch};
use crate::rooms::site::{self, OpenSite};
use crate::rows::{day, id, opt_id};

/// Refused touches shown at once.
const MOST_REFUSED: i64 = 200;
/// Workers shown of a group on the page of all groups.
const FEW: usize = 10;
/// Workers shown of all groups together there.
const MOST: usize = 300;
/// Workers on a page of one group.
const PEOPLE: usize = 100;
/// Days shown of a worker; the calendar has the rest.
const DAYS: usize = 12;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SiteQuery {
    /// `2026-11`: that month as it stands; without it all that can still be mended.
    month: String,
    /// Only this group.
    group: String,
    page: Option<usize>,
}

/// One worker of a group.
struct Person {
    name: String,
    /// His days with their stories.
    days: Vec<(WorkDay, String)>,
    /// Days that are not shown.
    more: usize,
    calendar: String,
    /// The screen that mends it for him.
    link: Option<String>,
}

/// A group with the people shown of it.
struct Shown {
    line: Line,
    people: Vec<Person>,
}

impl Shown {
    /// Workers that the page leaves out.
    fn left_out(&self) -> usize {
        self.line.workers.saturating_sub(self.people.len())
    }
}

#[derive(Template)]
#[template(path = "missing/templates/site.html")]
struct SitePage {
    frame: Frame,
    site: OpenSite,
    window: Window,
    month: Option<YearMonth>,
    /// One group only, a page of its people.
    single: Option<(usize, usize)>,
    now: Vec<Shown>,
    soon: Vec<Shown>,
    days: u32,
    own_days: u32,
    until: Option<(WorkDay, u32)>,
    mended: u32,
    again: Option<Again>,
    refused: Vec<RefusedTouch>,
}

impl SitePage {
    /// The days are being judged again right now.
    fn running(&self) -> bool {
        self.again.is_some_and(|again| again.running)
    }

    /// The page of a group's people.
    fn page_number(&self) -> usize {
        self.single.map_or(1, |(page, _)| page)
    }

    fn page_count(&self) -> usize {
        self.single.map_or(1, |(_, pages)| pages)
    }

    /// How far judging again is.
    fn again_part(&self) -> again::AgainPart {
        again::AgainPart {
            t: self.frame.t.clone(),
            site: self.site.head.id,
            again: self.again,
        }
    }
}

/// Everything of a site that does not count yet or will not, the most worker-days at stake first.
///
/// # Permissions
/// Companies in the organisation, each as far as its scope goes; refused touches: the prime.
pub(super) async fn page(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<SiteQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let month: Option<YearMonth> = query.month.parse().ok();
    let window = Window::of(&app, month);
    let found = find(&app, &tx, &site, window).await?;
    let names = names(&tx, &site, found.groups.iter()).await?;
    let told = tell::told(&app, &tx, &site).await?;
    let again_after = app.masters().policies().at(Policy::MissingTellDays, app.clock().today());
    let proxies = Proxies::of(&app, &tx, &viewer, &site, &found.groups).await?;
    let place = place(&app, &site, &names, &proxies);

    let mut groups: Vec<(Line, &Group)> = found
        .groups
        .iter()
        .map(|group| {
            let told = told.get(&group.cause.key()).copied();
            (place.line(&frame.t, &viewer, group, (told, again_after)), group)
        })
        .collect();
    let own_days = groups.iter().filter(|(l, _)| l.own).map(|(l, _)| l.days).sum();
    let days = groups.iter().map(|(l, _)| l.days).sum();
    let dated = groups.iter().filter(|(l, _)| l.days_until > 0);
    let until = dated.clone().filter_map(|(l, _)| l.until).min();
    let until = until.map(|day| {
        (
            day,
            dated.filter(|(l, _)| l.until == Some(day)).map(|(l, _)| l.days_until).sum(),
        )
    });
    let mut single = None;
    if !query.group.is_empty() {
        groups.retain(|(line, _)| line.key == query.group);
        let of = groups.first().map_or(1, |(_, g)| g.people.len().div_ceil(PEOPLE).max(1));
        single = Some((query.page.unwrap_or(1).clamp(1, of), of));
    }
    let chosen = choose(&groups, single);
    let people: BTreeSet<WorkerId> = chosen.iter().flatten().copied().collect();
    let mut details = details(&tx, &site, window, &people).await?;
    let mut seen = people;
    let refused = if site.is_prime() && single.is_none() {
        history::refused_touches(&app, &tx, &frame.t, &site, MOST_REFUSED, &mut seen).await?
    } else {
        Vec::new()
    };
    let again = again::last(&app, &tx, &site).await?;
    drop(tx);
    let seen: Vec<WorkerId> = seen.into_iter().collect();
    audit::seen(&app, &viewer, &seen, "mend").await?;

    let (mut now, mut soon) = (Vec::new(), Vec::new());
    for ((line, group), people) in groups.into_iter().zip(chosen) {
        let by_proxy = line.by_proxy.then_some(&proxies);
        let people = people
            .into_iter()
            .filter_map(|worker| details.person(&site, group, worker, by_proxy))
            .collect();
        let list = if line.days > 0 { &mut now } else { &mut soon };
        list.push(Shown { line, people });
    }
    let frame = site.crumbs(frame.title("mend-title"));
    web::page(&SitePage {
        frame,
        window,
        month,
        single,
        now,
        soon,
        days,
        own_days,
        until,
        mended: found.mended,
        again,
        refused,
        site,
    })
}

/// The names of the companies that groups name.
pub(super) async fn names<'a>(tx: &Tx, site: &OpenSite, groups: impl Iterator<Item = &'a Group>) -> Result<Names, StoreError> {
    let mut names: Names = site.companies.clone();
    let wanted = companies(groups.map(|g| &g.cause))
        .into_iter()
        .filter(|c| !names.contains_key(c));
    let wanted: BTreeSet<CompanyId> = wanted.collect();
    names.extend(history::names(tx, &wanted).await?);
    Ok(names)
}

/// What the sentences about a site need.
pub(super) fn place<'a>(app: &'a App, site: &'a OpenSite, names: &'a Names, proxies: &'a Proxies) -> Place<'a> {
    let today = app.clock().today();
    Place {
        site: site.head.id,
        name: &site.head.name,
        prime: (site.head.prime.0, &site.head.prime.1),
        names,
        today,
        mending_months: months(app, today),
        address: &app.settings().address,
        proxies,
    }
}

/// Who is shown of each group.
fn choose(groups: &[(Line, &Group)], single: Option<(usize, usize)>) -> Vec<Vec<WorkerId>> {
    let mut left = MOST;
    groups
        .iter()
        .map(|(_, group)| {
            let (skip, take) = match single {
                Some((page, _)) => ((page - 1) * PEOPLE, PEOPLE),
                None => (0, FEW.min(left)),
            };
            let shown: Vec<WorkerId> = group.people.iter().skip(skip).take(take).map(|(worker, _)| *worker).collect();
            left = left.saturating_sub(shown.len());
            shown
        })
        .collect()
}

#[derive(FromQueryResult)]
struct NameRow {
    id: String,
    handle: String,
    name: String,
}

#[derive(FromQueryResult)]
struct DayRow {
    worker_id: String,
    work_day: i32,
    employer_id: Option<String>,
    node_id: Option<String>,
    verdict: String,
}

/// Names and days of the workers shown.
#[derive(Default)]
struct Details {
    names: BTreeMap<WorkerId, (String, String)>,
    /// By worker and what is missing.
    days: BTreeMap<(WorkerId, String), Vec<WorkDay>>,
}

impl Details {
    fn person(&mut self, site: &OpenSite, group: &Group, worker: WorkerId, by_proxy: Option<&Proxies>) -> Option<Person> {
        let (handle, name) = self.names.get(&worker)?;
        let mut days = self.days.remove(&(worker, group.cause.key())).unwrap_or_default();
        let more = days.len().saturating_sub(DAYS);
        // The newest are remembered best.
        days.drain(..more);
        let story = |day: WorkDay| (day, format!("/sites/{}/days/{day}/{handle}", site.head.id));
        Some(Person {
            name: name.clone(),
            days: days.into_iter().map(story).collect(),
            more,
            calendar: format!("/workers/{handle}/calendar"),
            link: match by_proxy {
                None => worker_link(site.head.id, &group.cause, handle),
                Some(proxies) => proxies.worker_link(site.head.id, &group.cause, worker, handle),
            },
        })
    }
}

async fn details(tx: &Tx, site: &OpenSite, window: Window, people: &BTreeSet<WorkerId>) -> Result<Details, StoreError> {
    let mut details = Details::default();
    if people.is_empty() {
        return Ok(details);
    }
    let ids = || Rows::of(people.iter().map(|w| [w.to_string()]));
    for row in tx.all::<NameRow>(&queries::NAMES, values![ids()?]).await? {
        details.names.insert(id(&row.id, "worker.id")?, (row.handle, row.name));
    }
    let values = values![
        ids()?,
        site.head.id.to_string(),
        window.from.to_number(),
        window.to.to_number()
    ];
    for row in tx.all::<DayRow>(&queries::DAYS_OF_WORKERS, values).await? {
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        if !site.scope.sees(employer, row.node_id.map(NodeId).as_ref()) {
            continue;
        }
        if let Some(reason) = first_reason(&row.verdict)? {
            let key = domain::missing::Cause::Reason(reason).key();
            let days = details
                .days
                .entry((id(&row.worker_id, "history.worker_id")?, key))
                .or_default();
            days.push(day(row.work_day, "history.work_day")?);
        }
    }
    Ok(details)
}
