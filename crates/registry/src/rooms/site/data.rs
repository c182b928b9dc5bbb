//! Everything registered of a site (現場・契約情報, view 4-1), as far as the prime opened it to whoever looks.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use domain::access::Act;
use domain::form::{Faults, Fields};
use domain::site::{Audience, FORM, Move, Pause, shows};
use domain::{SiteId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Tx, values};
use web::{Frame, Mood, Page, PageError, page};

use super::list::mood;
use super::open::{SiteHead, head};
use super::pages::offered;
use super::{OpenSite, course, open, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::{GroupView, Offered, Sight, group_view};
use crate::rows::{day, id};

/// The groups of the form with the fields that this audience sees and that say something.
fn visible(app: &App, frame: &Frame, of: &SiteHead, audience: Audience, offered: &Offered) -> Vec<GroupView> {
    let (masters, companies, faults) = (app.masters(), BTreeMap::new(), Faults::new());
    let items = masters.site_items();
    let opened = |name: &str| shows(items, &of.publication, audience, &without_number(name));
    let fields: Fields = of.fields.iter().filter(|(name, _)| opened(name)).collect();
    let sight = Sight {
        form: &FORM,
        recorded: &Fields::new(),
        fields: &fields,
        marks: &[],
        corrections: &[],
        t: &frame.t,
        masters: &masters,
        companies: &companies,
        offered,
        registered: None,
        faults: Some(&faults),
    };
    let mut groups: Vec<GroupView> = FORM.groups.iter().map(|group| group_view(sight, group)).collect();
    for group in &mut groups {
        for entry in &mut group.entries {
            entry.fields.retain(|f| !f.value.is_empty() && opened(&f.name));
        }
        group.entries.retain(|entry| !entry.fields.is_empty());
    }
    // The prime sees empty groups too: there is the button that fills them.
    groups.retain(|group| audience == Audience::Prime || !group.entries.is_empty());
    groups
}

/// `contract.0.orderer` is `contract.orderer` in the table of items.
fn without_number(name: &str) -> String {
    match name.split('.').collect::<Vec<_>>().as_slice() {
        [list, _, part] => format!("{list}.{part}"),
        _ => name.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "site/templates/data.html")]
struct DataPage {
    frame: Frame,
    site: OpenSite,
    groups: Vec<GroupView>,
    state: domain::site::State,
    mood: Mood,
    pause: Option<(Pause, String)>,
    /// What can be done with the site as it stands.
    moves: Vec<Move>,
    bundled: bool,
    may_register: bool,
    may_give: bool,
}

/// The data of a site.
///
/// # Permissions
/// Companies in the organisation: the prime all, upper companies what is open to them, others what everybody may see.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let audience = site.audience();
    let offered = offered(&tx, site.head.prime.0).await?;
    let groups = visible(&app, &frame, &site.head, audience, &offered);
    let today = app.clock().today();
    let state = site.head.course.state(today);
    let frame = site.crumbs(frame.title("site-data-title"));
    page(&DataPage {
        groups,
        state,
        mood: mood(state),
        pause: site.head.open_pause(today),
        moves: course::open_moves(&app, &tx, &viewer, &site).await?,
        bundled: site.head.fields.yes("bundled"),
        may_register: site.keeps && viewer.may(Act::RegisterSite),
        may_give: viewer.may(Act::KeepAccounts),
        site,
        frame,
    })
}

#[derive(FromQueryResult)]
struct OwnColumns {
    id: String,
    name: String,
    prime_name: String,
    from_day: i32,
    to_day: i32,
}

struct OwnSite {
    id: SiteId,
    name: String,
    prime_name: String,
    from: WorkDay,
    to: WorkDay,
}

#[derive(Template)]
#[template(path = "site/templates/own_sites.html")]
struct OwnSitesPage {
    frame: Frame,
    sites: Vec<OwnSite>,
}

/// The sites on whose roster the worker stands.
///
/// # Permissions
/// Workers, their own.
pub(super) async fn own_sites(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let worker = viewer
        .worker
        .as_ref()
        .map(|(worker, _)| *worker)
        .ok_or(PageError::Forbidden)?;
    let tx = app.db().read().await?;
    let rows: Vec<OwnColumns> = tx.all(&queries::SITES_OF_WORKER, values![worker.to_string()]).await?;
    let mut sites = Vec::new();
    for row in rows {
        sites.push(OwnSite {
            id: id(&row.id, "site.id")?,
            name: row.name,
            prime_name: row.prime_name,
            from: day(row.from_day, "site.from_day")?,
            to: day(row.to_day, "site.to_day")?,
        });
    }
    page(&OwnSitesPage {
        frame: frame.title("own-sites-title"),
        sites,
    })
}

#[derive(Template)]
#[template(path = "site/templates/own_site.html")]
struct OwnSitePage {
    frame: Frame,
    head: SiteHead,
    groups: Vec<GroupView>,
    state: domain::site::State,
    mood: Mood,
    pause: Option<(Pause, String)>,
}

async fn at_site(tx: &Tx, viewer: &Viewer, text: &str) -> Result<SiteHead, PageError> {
    let worker = viewer
        .worker
        .as_ref()
        .map(|(worker, _)| *worker)
        .ok_or(PageError::Forbidden)?;
    let site: SiteId = text.parse().map_err(|_| PageError::NotFound)?;
    let there = tx
        .value::<i32>(&queries::WORKER_AT_SITE, values![worker.to_string(), site.to_string()])
        .await?;
    let found = head(tx, site).await?.filter(|head| there.is_some() && !head.course.deleted);
    found.ok_or(PageError::NotFound)
}

/// A site as one of its workers sees it: what the prime opened to workers.
///
/// # Permissions
/// Workers who stand on its roster or worked there.
pub(super) async fn own_site(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let head = at_site(&tx, &viewer, &site).await?;
    let offered = offered(&tx, head.prime.0).await?;
    let groups = visible(&app, &frame, &head, Audience::Worker, &offered);
    let today = app.clock().today();
    let state = head.course.state(today);
    let sites = frame.t.s("own-sites-title");
    page(&OwnSitePage {
        frame: frame.titled(head.name.clone()).crumb(sites, "/my/sites"),
        groups,
        state,
        mood: mood(state),
        pause: head.open_pause(today),
        head,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_name_fields_of_lists_without_their_number() {
        let cases = [
            ("name", "name"),
            ("contract.12.orderer", "contract.orderer"),
            ("works.0.division", "works.division"),
        ];
        for (full, item) in cases {
            assert_eq!(without_number(full), item);
            assert!(FORM.find(full).is_some(), "{full}");
        }
    }
}
