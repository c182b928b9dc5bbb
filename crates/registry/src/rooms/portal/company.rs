//! A company's home: menu, notices, where its people work today, its own sites, its data.

use std::collections::BTreeMap;

use askama::Template;
use domain::access::Act;
use domain::{SiteId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Page as PageNumber, Rows, StoreError, Tx, values};
use web::{Frame, Page, PageError};

use super::{NOTICES, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::notices::{Notice, newest};
use crate::rows::{day, id};

/// Own sites shown; the list has all.
const SITES: i64 = 10;

/// One number of the menu as people know it, and what there is under it: who may, key of the text, address.
struct Menu {
    number: &'static str,
    key: &'static str,
    ways: &'static [(Act, &'static str, &'static str)],
}

/// What there is so far of the menu of registry rule book chapter 10.
const MENU: &[Menu] = &[
    Menu {
        number: "510",
        key: "portal-510",
        ways: &[
            (Act::FindWorkers, "search-workers-title", "/search/workers"),
            (Act::FindCompanies, "search-companies-title", "/search/companies"),
        ],
    },
    Menu {
        number: "520",
        key: "portal-520",
        ways: &[
            (Act::SeeSites, "portal-histories", "/sites"),
            (Act::SeeSites, "missing-title", "/mend"),
            (Act::EnterHistory, "direct-title", "/direct"),
            (Act::ApproveHistory, "direct-waiting-title", "/direct/waiting"),
        ],
    },
    Menu {
        number: "610",
        key: "portal-610",
        ways: &[
            (Act::SeeSites, "portal-sites", "/sites"),
            (Act::RegisterSite, "portal-new-site", "/sites/new"),
        ],
    },
    Menu {
        number: "620",
        key: "portal-620",
        ways: &[
            (Act::Decline, "portal-approvals", "/approvals"),
            (Act::KeepRoster, "roster-patterns-title", "/patterns"),
            (Act::EndAgreements, "agreements-title", "/agreements"),
        ],
    },
    Menu {
        number: "710",
        key: "portal-710",
        ways: &[
            (Act::ApplyByProxy, "portal-applications", "/applications"),
            (Act::ApplyByProxy, "bulk-title", "/bulk"),
        ],
    },
    Menu {
        number: "720",
        key: "portal-720",
        ways: &[
            (Act::KeepTies, "portal-ties", "/ties"),
            (Act::KeepTies, "expiries-title", "/expiries"),
            (Act::KeepTies, "moves-title", "/moves"),
            (Act::KeepTies, "levels-title", "/levels"),
            (Act::SeeFigures, "figures-levels-title", "/figures/levels"),
        ],
    },
    Menu {
        number: "820",
        key: "portal-820",
        ways: &[
            (Act::ChangeCompany, "portal-registration", "/registration"),
            (Act::ChangeCompany, "capability-title", "/capability"),
            (Act::ChangeCompany, "applications-title", "/applications"),
            (Act::ChangeCompany, "export-title", "/export"),
        ],
    },
];

/// A number of the menu with the ways this viewer may go.
struct Entry {
    number: &'static str,
    key: &'static str,
    ways: Vec<(&'static str, &'static str)>,
}

fn menu(viewer: &Viewer) -> Vec<Entry> {
    let entry = |menu: &Menu| Entry {
        number: menu.number,
        key: menu.key,
        ways: menu
            .ways
            .iter()
            .filter(|(act, ..)| viewer.may(*act))
            .map(|(_, key, href)| (*key, *href))
            .collect(),
    };
    MENU.iter().map(entry).filter(|e| !e.ways.is_empty()).collect()
}

#[derive(FromQueryResult)]
struct PeopleColumns {
    id: String,
    name: String,
    prime_name: String,
    day_boundary: i32,
    work_day: i32,
    people: i64,
    counting: i64,
}

#[derive(FromQueryResult)]
struct SiteColumns {
    id: String,
    name: String,
    from_day: i32,
    to_day: i32,
    day_boundary: i32,
    total: i64,
}

#[derive(FromQueryResult)]
struct FigureColumns {
    site_id: String,
    people: i64,
    counting: i64,
}

/// A site where the company's people are today.
struct Place {
    site: SiteId,
    name: String,
    prime: String,
    people: i64,
    counting: i64,
}

/// A site of the company's own.
struct OwnSite {
    site: SiteId,
    name: String,
    from: WorkDay,
    to: WorkDay,
    people: i64,
    counting: i64,
}

#[derive(Template)]
#[template(path = "portal/templates/company.html")]
struct CompanyPage {
    frame: Frame,
    menu: Vec<Entry>,
    notices: Vec<Notice>,
    today: WorkDay,
    places: Vec<Place>,
    own: Vec<OwnSite>,
    own_total: i64,
    sees_sites: bool,
}

pub(super) async fn home(app: &App, viewer: &Viewer, frame: Frame) -> Page {
    let company = viewer.company_id().ok_or(PageError::Forbidden)?;
    let sees_sites = viewer.may(Act::SeeSites);
    let tx = app.db().read().await?;
    let notices = newest(&tx, viewer, &frame.t, PageNumber::new(1, NOTICES)).await?.rows;
    let (places, (own, own_total)) = if sees_sites {
        let company = company.to_string();
        (
            places(app, &tx, viewer, &company).await?,
            own_sites(app, &tx, viewer, &company).await?,
        )
    } else {
        (Vec::new(), (Vec::new(), 0))
    };
    let title = viewer.company.as_ref().map_or("", |(_, name)| name.as_str()).to_owned();
    web::page(&CompanyPage {
        frame: frame.titled(title),
        menu: menu(viewer),
        notices,
        today: app.clock().today(),
        places,
        own,
        own_total,
        sees_sites,
    })
}

/// The work day that a site has now.
fn day_at(app: &App, boundary: i32) -> WorkDay {
    WorkDay::of(app.clock().now(), u16::try_from(boundary).unwrap_or(0))
}

async fn places(app: &App, tx: &Tx, viewer: &Viewer, company: &str) -> Result<Vec<Place>, StoreError> {
    let today = app.clock().today();
    let values = values![company, today.plus(-1).to_number(), today.to_number()];
    let mut places = Vec::new();
    for row in tx.all::<PeopleColumns>(&queries::OWN_PEOPLE, values).await? {
        let site: SiteId = id(&row.id, "site.id")?;
        if day(row.work_day, "history.work_day")? == day_at(app, row.day_boundary) && viewer.reaches(site) {
            places.push(Place {
                site,
                name: row.name,
                prime: row.prime_name,
                people: row.people,
                counting: row.counting,
            });
        }
    }
    Ok(places)
}

/// The company's own sites, and how many there are in all.
async fn own_sites(app: &App, tx: &Tx, viewer: &Viewer, company: &str) -> Result<(Vec<OwnSite>, i64), StoreError> {
    let today = app.clock().today();
    let values = values![
        company,
        today.to_number(),
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str(),
        SITES
    ];
    let rows: Vec<SiteColumns> = tx.all(&queries::OWN_SITES, values).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let days = Rows::of(rows.iter().map(|r| (&r.id, day_at(app, r.day_boundary).to_number())))?;
    let values = values![days, today.plus(-1).to_number(), today.to_number()];
    let figures: Vec<FigureColumns> = tx.all(&queries::FIGURES, values).await?;
    let figures: BTreeMap<String, (i64, i64)> = figures.into_iter().map(|f| (f.site_id, (f.people, f.counting))).collect();
    let mut own = Vec::with_capacity(rows.len());
    for row in rows {
        let (people, counting) = figures.get(&row.id).copied().unwrap_or((0, 0));
        own.push(OwnSite {
            site: id(&row.id, "site.id")?,
            name: row.name,
            from: day(row.from_day, "site.from_day")?,
            to: day(row.to_day, "site.to_day")?,
            people,
            counting,
        });
    }
    Ok((own, total))
}
