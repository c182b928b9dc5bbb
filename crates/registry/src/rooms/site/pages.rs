//! Pages of sites.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::organisation::NodeStatus;
use domain::{SiteId, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Form, FormState, Frame, Mood, Page, PageError, page, redirect_with};

use super::{OpenSite, SiteForm, SiteRefusal, open, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::history;
use crate::rows::{day, id};

/// Rows of a list page.
const ROWS: u32 = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    ended: Option<String>,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct SiteListColumns {
    id: String,
    name: String,
    address: String,
    prime_name: String,
    from_day: i32,
    to_day: i32,
    tier: i32,
    open_approval: i32,
    total: i64,
}

struct SiteListRow {
    id: SiteId,
    name: String,
    address: String,
    prime_name: String,
    from: WorkDay,
    to: WorkDay,
    tier: i32,
    open_approval: bool,
}

#[derive(Template)]
#[template(path = "site/templates/list.html")]
struct ListPage {
    frame: Frame,
    q: String,
    ended: bool,
    base: String,
    sites: Paged<SiteListRow>,
    may_register: bool,
}

/// Sites where the viewer's company stands in the organisation.
///
/// # Permissions
/// Companies.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::SeeSites))
        .ok_or(PageError::Forbidden)?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let q: String = query.q.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let pattern = format!(
        "%{}%",
        q.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
    );
    let today = app.clock().today().to_number();
    let ended = query.ended.is_some();
    let tx = app.db().read().await?;
    let values = values![
        company.to_string(),
        pattern,
        i32::from(!ended),
        today,
        number.limit(),
        number.offset(),
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str()
    ];
    let rows: Vec<SiteListColumns> = tx.all(&queries::SITES_OF_COMPANY, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let mut sites = Vec::new();
    for row in rows {
        sites.push(SiteListRow {
            id: id(&row.id, "site.id")?,
            name: row.name,
            address: row.address,
            prime_name: row.prime_name,
            from: day(row.from_day, "site.from_day")?,
            to: day(row.to_day, "site.to_day")?,
            tier: row.tier,
            open_approval: row.open_approval == 1,
        });
    }
    let mut base = format!("/sites?q={}&", percent(&q));
    if ended {
        base.push_str("ended=on&");
    }
    let sites = Paged {
        rows: sites,
        total,
        page: number,
    };
    page(&ListPage {
        frame: frame.title("sites-title"),
        q,
        ended,
        base,
        sites,
        may_register: viewer.may(Act::RegisterSite),
    })
}

/// For a value in a query of ours.
pub(crate) fn percent(text: &str) -> String {
    form_encode(text)
}

fn form_encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "site/templates/form.html")]
struct FormPage {
    frame: Frame,
    form: FormState<SiteForm>,
    action: String,
    cancel: String,
    is_new: bool,
    hours: Vec<(String, String)>,
}

fn form_page(frame: Frame, form: FormState<SiteForm>, site: Option<&OpenSite>) -> Page {
    let (title, action, cancel) = match site {
        None => ("site-new-title", "/sites".to_owned(), "/sites".to_owned()),
        Some(site) => (
            "site-edit-title",
            format!("/sites/{}/edit", site.head.id),
            format!("/sites/{}", site.head.id),
        ),
    };
    let frame = frame.title(title);
    let sites = frame.t.s("sites-title");
    let frame = match site {
        None => frame.crumb(sites, "/sites"),
        Some(site) => site.crumbs(frame),
    };
    let hours = (0..=12)
        .map(|h| (h.to_string(), frame.t.n("site-boundary-hour", "hour", h)))
        .collect();
    let status = form.status();
    let body = page(&FormPage {
        frame,
        form,
        action,
        cancel,
        is_new: site.is_none(),
        hours,
    })?;
    Ok((status, body).into_response())
}

/// The empty form.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn new(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    if !viewer.may(Act::RegisterSite) {
        return Err(PageError::Forbidden);
    }
    let today = app.clock().today();
    let form = SiteForm {
        from: today.to_string(),
        to: today.plus(365).to_string(),
        boundary: "0".into(),
        ..SiteForm::default()
    };
    let form = FormState::new(&frame.t, form);
    form_page(frame, form, None)
}

/// Registers the site.
///
/// # Permissions
/// Administrators and tier managers; their company becomes the prime.
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<SiteForm>) -> Page {
    let tx = app.db().write().await?;
    match super::register(&app, &tx, &viewer, &form).await {
        Ok(site) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{site}"), "site-registered"))
        }
        Err(UseCaseError::Refused(refusal)) => refused(frame, form, None, refusal),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

fn refused(frame: Frame, form: SiteForm, site: Option<&OpenSite>, refusal: SiteRefusal) -> Page {
    let errors = match refusal {
        SiteRefusal::Forbidden => return Err(PageError::Forbidden),
        SiteRefusal::Fields(errors) => errors,
        // What was typed stays, on the present version: saved again, it holds.
        SiteRefusal::ChangedMeanwhile => {
            let version = site.map(|s| s.head.version.to_string()).unwrap_or_default();
            let form = FormState::new(&frame.t, SiteForm { version, ..form });
            let frame = frame.notice::<&str>(Mood::Warn, "changed-meanwhile", &[]);
            return Ok((StatusCode::CONFLICT, form_page(frame, form, site)?).into_response());
        }
    };
    let form = FormState::wrong(&frame.t, form, errors);
    form_page(frame, form, site)
}

/// The form of a site that stands.
///
/// # Permissions
/// The prime.
pub(super) async fn edit(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let head = &site.head;
    let form = SiteForm {
        name: head.name.clone(),
        address: head.address.clone(),
        orderer: head.orderer.clone(),
        from: head.period.0.to_string(),
        to: head.period.1.to_string(),
        boundary: (head.boundary / 60).to_string(),
        version: head.version.to_string(),
    };
    let form = FormState::new(&frame.t, form);
    form_page(frame, form, Some(&site))
}

/// Saves the change.
///
/// # Permissions
/// The prime.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<SiteForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::change(&app, &tx, &viewer, &site, &form).await {
        Ok(taken_in) => {
            tx.commit().await?;
            let key = if taken_in > 0 {
                "site-changed-and-taken-in"
            } else {
                "site-changed"
            };
            Ok(redirect_with(&format!("/sites/{}", site.head.id), key))
        }
        Err(UseCaseError::Refused(refusal)) => refused(frame, form, Some(&site), refusal),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Template)]
#[template(path = "site/templates/overview.html")]
struct OverviewPage {
    frame: Frame,
    site: OpenSite,
    figures: history::SiteFigures,
    companies: usize,
    waiting: usize,
    own_open: Vec<String>,
}

/// A site at a glance.
///
/// # Permissions
/// Companies in the organisation; figures as far as the viewer's scope goes.
pub(super) async fn overview(State(app): State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let today = app.clock().today();
    let figures = history::site_figures(&app, &tx, &site, (today.month().first(), today.month().last())).await?;
    let visible = site.visible_nodes();
    let companies = visible
        .iter()
        .map(|n| site.company_of(&n.id))
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let waiting = visible.iter().filter(|n| n.status == NodeStatus::Invited).count();
    let own_open = site
        .tree
        .of_company(site.own)
        .filter(|n| n.status == NodeStatus::Invited && viewer.may(Act::Approve))
        .map(|n| n.id.0.clone())
        .collect();
    let sites = frame.t.s("sites-title");
    let frame = frame.titled(site.head.name.clone()).crumb(sites, "/sites");
    page(&OverviewPage {
        frame,
        site,
        figures,
        companies,
        waiting,
        own_open,
    })
}
