//! Pages: a site is registered, changed step by step, and seen at a glance.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::CompanyId;
use domain::access::Act;
use domain::form::{Faults, Fields, Group};
use domain::organisation::NodeStatus;
use domain::site::{FORM, MoveFault, Publication};
use serde::Deserialize;
use store::{StoreError, Tx};
use web::{Form, Frame, Mood, Page, PageError, page, redirect, redirect_with};

use super::change::{Entry, StepForm, merged};
use super::list::mood;
use super::register::{Staff, prefilled};
use super::{OpenSite, SiteRefusal, copied, open};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::application::{GroupView, Offered, Sight, Widget, group_view, label_of, sentence};
use crate::rooms::{history, training};

/// A form as it comes from a browser: names and texts. Boxes of the same name become one value.
pub(super) type TypedForm = Form<Vec<(String, String)>>;

/// The fields of the form among what came.
pub(super) fn typed(pairs: &[(String, String)]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in pairs.iter().filter(|(name, _)| FORM.find(name).is_some()) {
        let before = fields.get(name).to_owned();
        let value = if before.is_empty() {
            value.clone()
        } else {
            format!("{before} {value}")
        };
        fields.set(name.clone(), value);
    }
    fields
}

fn text<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// What the company offers for the fields that are chosen from its own: who is in charge, which tier the site belongs to.
pub(super) async fn offered(tx: &Tx, company: CompanyId) -> Result<Offered, StoreError> {
    Ok(Staff::of(tx, company).await?.offered())
}

#[derive(Template)]
#[template(path = "site/templates/form.html")]
struct FormPage {
    frame: Frame,
    action: String,
    cancel: String,
    is_new: bool,
    version: String,
    copy: String,
    group: GroupView,
    /// Address, name, and whether it is this one.
    steps: Vec<(String, String, bool)>,
    errors: Vec<(String, String)>,
}

/// What a form page is made from.
struct Shown<'a> {
    site: Option<&'a OpenSite>,
    group: &'static Group,
    fields: &'a Fields,
    faults: &'a Faults,
    version: String,
    copy: String,
    /// What stands now, where what was typed differs from it.
    now: Option<&'a Fields>,
}

async fn form_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, shown: Shown<'_>) -> Page {
    let t = frame.t.clone();
    let company = viewer.company_id().ok_or(PageError::Forbidden)?;
    let (masters, companies) = (app.masters(), BTreeMap::new());
    let offered = offered(tx, company).await?;
    let sight = Sight {
        form: &FORM,
        recorded: &Fields::new(),
        fields: shown.fields,
        marks: &[],
        corrections: &[],
        t: &t,
        masters: &masters,
        companies: &companies,
        offered: &offered,
        registered: shown.now,
        faults: Some(shown.faults),
    };
    let frame = match shown.site {
        None => {
            let sites = t.s("sites-title");
            frame.title("site-new-title").crumb(sites, "/sites")
        }
        Some(site) => site.crumbs(frame.title("site-edit-title")),
    };
    let (action, cancel) = match shown.site {
        None => ("/sites".to_owned(), "/sites".to_owned()),
        Some(site) => (
            format!("/sites/{}/edit/{}", site.head.id, shown.group.name),
            format!("/sites/{}/data", site.head.id),
        ),
    };
    let status = if shown.faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let errors = shown.faults.all().iter();
    let body = page(&FormPage {
        group: group_view(sight, shown.group),
        errors: errors
            .map(|fault| {
                let label = label_of(&t, &FORM, &fault.field);
                (fault.field.clone(), format!("{label}：{}", sentence(&t, fault)))
            })
            .collect(),
        steps: match shown.site {
            None => Vec::new(),
            Some(site) => FORM
                .groups
                .iter()
                .map(|g| {
                    let href = format!("/sites/{}/edit/{}", site.head.id, g.name);
                    (href, t.s(format!("site-g-{}", g.name)), g.name == shown.group.name)
                })
                .collect(),
        },
        action,
        cancel,
        is_new: shown.site.is_none(),
        version: shown.version,
        copy: shown.copy,
        frame,
    })?;
    Ok((status, body).into_response())
}

fn first_group() -> Result<&'static Group, PageError> {
    FORM.groups.first().ok_or(PageError::NotFound)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NewQuery {
    copy: String,
}

/// The site that a new one is copied from: one of the viewer's own as prime.
async fn copy_from(tx: &Tx, viewer: &Viewer, copy: &str) -> Result<Option<OpenSite>, PageError> {
    if copy.is_empty() {
        return Ok(None);
    }
    let site = open(tx, viewer, copy).await?;
    if site.keeps {
        Ok(Some(site))
    } else {
        Err(PageError::NotFound)
    }
}

/// The form of a new site, empty or filled from another one.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn new(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<NewQuery>) -> Page {
    if !viewer.may(Act::RegisterSite) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let from = copy_from(&tx, &viewer, &query.copy).await?;
    let today = app.clock().today();
    let mut fields = from.as_ref().map_or_else(|| prefilled(&viewer), copied);
    fields.set("from", today.to_string());
    let frame = match &from {
        Some(site) => frame.notice(Mood::Pending, "site-copied-from", &[("site", site.head.name.as_str())]),
        None => frame,
    };
    let shown = Shown {
        site: None,
        group: first_group()?,
        fields: &fields,
        faults: &Faults::new(),
        version: String::new(),
        copy: from.map(|site| site.head.id.to_string()).unwrap_or_default(),
        now: None,
    };
    form_page(&app, &tx, &viewer, frame, shown).await
}

/// Registers the site.
///
/// # Permissions
/// Administrators and tier managers; their company becomes the prime.
pub(super) async fn create(State(app): State<App>, viewer: Viewer, frame: Frame, Form(pairs): TypedForm) -> Page {
    if !viewer.may(Act::RegisterSite) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().write().await?;
    let copy = text(&pairs, "copy").to_owned();
    let from = copy_from(&tx, &viewer, &copy).await?;
    let group = first_group()?;
    let mut fields = merged(
        &from.as_ref().map(copied).unwrap_or_default(),
        group,
        &typed(&pairs),
        Entry::Keep,
    );
    let publication = from.map_or_else(Publication::default, |site| site.head.publication);
    match super::register(&app, &tx, &viewer, &fields, &publication).await {
        Ok(site) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{site}"), "site-registered"))
        }
        Err(UseCaseError::Refused(SiteRefusal::Fields(faults))) => {
            // As typed, not as pruned: what is wrong is to be seen.
            for (name, value) in FORM.normalised(&typed(&pairs)).iter() {
                fields.set(name, value);
            }
            let shown = Shown {
                site: None,
                group,
                fields: &fields,
                faults: &faults,
                version: String::new(),
                copy,
                now: None,
            };
            form_page(&app, &tx, &viewer, frame, shown).await
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// The first step of the data of a site that stands.
///
/// # Permissions
/// The prime.
pub(super) async fn edit(app: State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>) -> Page {
    edit_step(app, viewer, frame, Path((site, "site".to_owned()))).await
}

/// A step of the data of a site that stands.
///
/// # Permissions
/// The prime.
pub(super) async fn edit_step(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, step)): Path<(String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let group = FORM.group(&step).ok_or(PageError::NotFound)?;
    let mut fields = site.head.fields.clone();
    // An empty list shows its first entry to fill in.
    if group.list.is_some() && fields.entries(group.name).is_empty() {
        add_entry(&mut fields, group);
    }
    let shown = Shown {
        site: Some(&site),
        group,
        fields: &fields,
        faults: &Faults::new(),
        version: site.head.version.to_string(),
        copy: String::new(),
        now: None,
    };
    form_page(&app, &tx, &viewer, frame, shown).await
}

/// One empty entry more: shown, and kept as soon as something is written in it.
fn add_entry(fields: &mut Fields, group: &Group) {
    if let Some(field) = group.fields.first() {
        let count = fields.entries(group.name).last().map_or(0, |last| last + 1);
        fields.set(group.full_name(field, count), " ");
    }
}

/// Saves a step, as in [`save_step`].
///
/// # Permissions
/// The prime.
pub(super) async fn save(app: State<App>, viewer: Viewer, frame: Frame, Path(site): Path<String>, form: TypedForm) -> Page {
    save_step(app, viewer, frame, Path((site, "site".to_owned())), form).await
}

/// Saves a step, or shows one entry more of its list.
///
/// # Permissions
/// The prime.
pub(super) async fn save_step(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, step)): Path<(String, String)>,
    Form(pairs): TypedForm,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    if !site.keeps {
        return Err(PageError::Forbidden);
    }
    let group = FORM.group(&step).ok_or(PageError::NotFound)?;
    let (typed, todo, version) = (typed(&pairs), text(&pairs, "do"), text(&pairs, "version"));
    let entry = match todo.strip_prefix("remove:").and_then(|number| number.parse().ok()) {
        Some(number) => Entry::Remove(number),
        None => Entry::Keep,
    };
    let show = |fields: Fields, faults: Faults, version: String, now: Option<Fields>, frame: Frame| {
        let (app, tx, viewer, site) = (&app, &tx, &viewer, &site);
        async move {
            let shown = Shown {
                site: Some(site),
                group,
                fields: &fields,
                faults: &faults,
                version,
                copy: String::new(),
                now: now.as_ref(),
            };
            form_page(app, tx, viewer, frame, shown).await
        }
    };
    // What was typed, in the place of what stands; nothing pruned, so that what is wrong is to be seen.
    let mut as_typed = site.head.fields.clone();
    for (_, name, _) in group.shown(&site.head.fields) {
        as_typed.set(name, "");
    }
    for (name, value) in FORM.normalised(&typed).iter() {
        as_typed.set(name, value);
    }
    if todo == "add" {
        add_entry(&mut as_typed, group);
        return show(as_typed, Faults::new(), version.to_owned(), None, frame).await;
    }
    let form = StepForm {
        step: &step,
        typed: &typed,
        entry,
        version,
    };
    match super::change(&app, &tx, &viewer, &site, form).await {
        Ok(taken_in) => {
            tx.commit().await?;
            let key = if taken_in > 0 {
                "site-changed-and-taken-in"
            } else {
                "site-changed"
            };
            let to = match entry {
                Entry::Remove(_) => format!("/sites/{}/edit/{step}", site.head.id),
                Entry::Keep => format!("/sites/{}/data", site.head.id),
            };
            Ok(redirect_with(&to, key))
        }
        Err(UseCaseError::Refused(SiteRefusal::Fields(faults))) => show(as_typed, faults, version.to_owned(), None, frame).await,
        // What was typed stays, on the present version, beside what the other wrote: saved again, it holds.
        Err(UseCaseError::Refused(SiteRefusal::ChangedMeanwhile)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "changed-meanwhile", &[]);
            let now = site.head.fields.clone();
            let version = site.head.version.to_string();
            let body = show(as_typed, Faults::new(), version, Some(now), frame).await?;
            Ok((StatusCode::CONFLICT, body).into_response())
        }
        Err(UseCaseError::Refused(SiteRefusal::Move(MoveFault::NotAllowed))) => {
            Ok(redirect(&format!("/sites/{}/state", site.head.id)))
        }
        Err(UseCaseError::Refused(SiteRefusal::NoSuchStep)) => Err(PageError::NotFound),
        Err(UseCaseError::Refused(SiteRefusal::Forbidden | SiteRefusal::Move(_))) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

#[derive(Template)]
#[template(path = "site/templates/overview.html")]
struct OverviewPage {
    frame: Frame,
    site: OpenSite,
    state: domain::site::State,
    mood: Mood,
    pause: Option<(domain::site::Pause, String)>,
    /// It is a place of training today.
    training: bool,
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
        .filter(|n| n.status == NodeStatus::Invited && viewer.may(Act::Decline))
        .map(|n| n.id.0.clone())
        .collect();
    let state = site.head.course.state(today);
    let training = training::of_site(&tx, site.head.id)
        .await?
        .is_some_and(|training| training.holds(today));
    let sites = frame.t.s("sites-title");
    let frame = frame.titled(site.head.name.clone()).crumb(sites, "/sites");
    page(&OverviewPage {
        state,
        mood: mood(state),
        pause: site.head.open_pause(today),
        training,
        frame,
        site,
        figures,
        companies,
        waiting,
        own_open,
    })
}
