//! Pages of many sites at once: the template and the upload, what the file would do, doing it, and what was done.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::SiteId;
use domain::site::FORM;
use serde::Deserialize;
use web::{
    Encoding, FieldErrors, FilesForm, Form, FormState, Frame, Mood, Page, PageError, T, csv_response, page, redirect,
    redirect_with,
};

use super::many::{self, Checked, Draft, Fate, ManyRefusal, Outcome};
use super::many_file::{LAYOUT, most};
use super::register::{Staff, may_register};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::application::{Offered, label_of};
use crate::typed::key;

/// Largest file, in bytes. It is held in memory while it travels.
pub(super) const LARGEST: usize = 10_000_000;
/// Faults, and sites, that are shown; the rest is counted. The CSV file has all faults.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "site/templates/many.html")]
struct WaysPage {
    frame: Frame,
    form: FormState<()>,
    most: usize,
    megabytes: usize,
}

fn ways_page(app: &App, frame: Frame, form: FormState<()>) -> Page {
    let status = form.status();
    let sites = frame.t.s("sites-title");
    let body = page(&WaysPage {
        frame: frame.title("site-many-title").crumb(sites, "/sites"),
        form,
        most: most(app),
        megabytes: LARGEST / 1_000_000,
    })?;
    Ok((status, body).into_response())
}

/// The template to be downloaded, and the file to be sent.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn ways(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    may_register(&viewer).ok_or(PageError::Forbidden)?;
    let form = FormState::new(&frame.t, ());
    ways_page(&app, frame, form)
}

/// Takes a file in, to be looked at; registers nothing.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn stage(State(app): State<App>, viewer: Viewer, frame: Frame, form: FilesForm) -> Page {
    may_register(&viewer).ok_or(PageError::Forbidden)?;
    let mut errors = FieldErrors::new();
    if let Some((name, bytes)) = form.needed_file("file", &mut errors) {
        match many::stage(&app, &viewer, name, bytes).await {
            Ok(draft) => return Ok(redirect(&format!("/sites/many/{draft}"))),
            Err(UseCaseError::Refused(ManyRefusal::File(refusal))) => errors.add("file", refusal.key()),
            Err(error) => return Err(refused(error)),
        }
    }
    let form = FormState::wrong(&frame.t, (), errors);
    ways_page(&app, frame, form)
}

fn refused(error: UseCaseError<ManyRefusal>) -> PageError {
    match error {
        UseCaseError::Refused(ManyRefusal::Forbidden) => PageError::Forbidden,
        UseCaseError::Refused(_) => PageError::NotFound,
        UseCaseError::Broken(error) => PageError::Broken(error),
    }
}

/// What is wrong with a cell, as people read it.
struct FaultLine {
    row: u32,
    column: String,
    name: String,
    label: String,
    sentence: String,
}

/// What would become of a site.
struct SiteLine {
    row: u32,
    name: String,
    /// The site, if there is one already.
    id: Option<SiteId>,
    /// Address and period of a new one.
    about: Vec<String>,
    /// Label, before, after.
    changes: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "site/templates/many_draft.html")]
struct DraftPage {
    frame: Frame,
    draft: Draft,
    new: usize,
    changed: usize,
    same: usize,
    faults: Vec<FaultLine>,
    faults_in_all: usize,
    sites: Vec<SiteLine>,
    more: usize,
}

#[derive(Template)]
#[template(path = "site/templates/many_done.html")]
struct DonePage {
    frame: Frame,
    outcome: Outcome,
    new: usize,
    changed: usize,
    more: usize,
}

fn titled(frame: Frame, title: &str) -> Frame {
    let (sites, many) = (frame.t.s("sites-title"), frame.t.s("site-many-title"));
    frame.title(title).crumb(sites, "/sites").crumb(many, "/sites/many")
}

/// A value of a field; who is in charge and which tier by their names.
fn shown(t: &T, app: &App, offered: &Offered, name: &str, value: &str) -> String {
    match offered.get(name) {
        Some(choices) => {
            let found = choices.iter().find(|(key, _)| key == value);
            found.map_or_else(String::new, |(_, label)| label.clone())
        }
        None => super::events::shown(t, app, name, value),
    }
}

fn site_line(t: &T, app: &App, offered: &Offered, row: u32, fate: &Fate) -> SiteLine {
    match fate {
        Fate::New(new) => {
            let day = |name: &str| shown(t, app, offered, name, new.fields.get(name));
            SiteLine {
                row,
                name: new.copies.name.clone(),
                id: None,
                about: vec![new.copies.address.clone(), format!("{} – {}", day("from"), day("to"))],
                changes: Vec::new(),
            }
        }
        Fate::Changed(head, change) => {
            let told = change.changed.iter().map(|name| {
                let side = |value: &str| shown(t, app, offered, name, value);
                (
                    label_of(t, &FORM, name),
                    side(head.fields.get(name)),
                    side(change.after(name)),
                )
            });
            SiteLine {
                row,
                name: head.name.clone(),
                id: Some(head.id),
                about: Vec::new(),
                changes: told.collect(),
            }
        }
    }
}

fn fault_lines(t: &T, checked: &Checked) -> impl Iterator<Item = FaultLine> {
    checked.faults.iter().map(move |fault| FaultLine {
        row: fault.row,
        column: fault.column.clone(),
        name: checked.names.get(&fault.row).cloned().unwrap_or_default(),
        label: LAYOUT.label(t, &fault.fault.field),
        sentence: fault.sentence(t),
    })
}

fn draft_page(app: &App, frame: Frame, offered: &Offered, draft: Draft, checked: &Checked) -> DraftPage {
    let t = frame.t.clone();
    let faults = fault_lines(&t, checked).take(SHOWN);
    let sites = checked.fates.iter().take(SHOWN);
    let new = checked.new_sites();
    DraftPage {
        faults: faults.collect(),
        faults_in_all: checked.faults.len(),
        sites: sites.map(|(row, fate)| site_line(&t, app, offered, *row, fate)).collect(),
        more: checked.fates.len().saturating_sub(SHOWN),
        changed: checked.fates.len() - new,
        new,
        same: checked.same,
        frame: titled(frame, "site-many-draft-title"),
        draft,
    }
}

/// What a file would do, or did.
async fn show_draft(app: &App, viewer: &Viewer, frame: Frame, draft: &str) -> Page {
    let company = may_register(viewer).ok_or(PageError::Forbidden)?;
    let tx = app.db().read().await?;
    let key = key(draft).ok_or(PageError::NotFound)?;
    let mut draft = many::find(&tx, viewer, key).await.map_err(refused)?;
    if let Some(mut outcome) = draft.outcome.take() {
        let new = outcome.sites.iter().filter(|done| done.new).count();
        let (changed, more) = (outcome.sites.len() - new, outcome.sites.len().saturating_sub(SHOWN));
        outcome.sites.truncate(SHOWN);
        return page(&DonePage {
            frame: titled(frame, "site-many-done-title"),
            outcome,
            new,
            changed,
            more,
        });
    }
    let checked = many::check(app, &tx, viewer, company, &draft.sheet).await.map_err(refused)?;
    let offered = Staff::of(&tx, company).await?.offered();
    page(&draft_page(app, frame, &offered, draft, &checked))
}

/// What a file would do, or did.
///
/// # Permissions
/// Whoever sent it, as long as he may register sites.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(draft): Path<String>) -> Page {
    show_draft(&app, &viewer, frame, &draft).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CsvQuery {
    encoding: Encoding,
}

/// What is wrong with a file, as a file: all of it, for whoever mends the rows.
///
/// # Permissions
/// As the page.
pub(super) async fn faults_csv(
    State(app): State<App>,
    viewer: Viewer,
    t: T,
    Path(draft): Path<String>,
    Query(query): Query<CsvQuery>,
) -> Result<Response, PageError> {
    let company = may_register(&viewer).ok_or(PageError::Forbidden)?;
    let tx = app.db().read().await?;
    let key = key(&draft).ok_or(PageError::NotFound)?;
    let draft = many::find(&tx, &viewer, key).await.map_err(refused)?;
    // What was done had no faults.
    if draft.outcome.is_some() {
        return Err(PageError::NotFound);
    }
    let checked = many::check(&app, &tx, &viewer, company, &draft.sheet)
        .await
        .map_err(refused)?;
    let head = [
        "site-many-row-head",
        "site-many-column",
        "site-name",
        "site-many-field",
        "site-many-what",
    ];
    let mut rows = vec![head.map(|key| t.s(key)).to_vec()];
    rows.extend(fault_lines(&t, &checked).map(|line| {
        let row = if line.row == 0 { String::new() } else { line.row.to_string() };
        vec![row, line.column, line.name, line.label, line.sentence]
    }));
    Ok(csv_response(
        &format!("{}.csv", t.s("site-many-faults")),
        rows,
        query.encoding,
    )?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct DraftForm {
    #[serde(rename = "do")]
    what: String,
}

/// Registers and changes what a file says, all of it or nothing; or throws it away.
///
/// # Permissions
/// As its page.
pub(super) async fn carry_out(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(draft): Path<String>,
    Form(form): Form<DraftForm>,
) -> Page {
    may_register(&viewer).ok_or(PageError::Forbidden)?;
    let key = key(&draft).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    if form.what == "discard" {
        many::discard(&tx, &viewer, key).await.map_err(refused)?;
        tx.commit().await?;
        return Ok(redirect_with("/sites/many", "site-many-discarded"));
    }
    match many::carry_out(&app, &tx, &viewer, key).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect(&format!("/sites/many/{key}")))
        }
        Err(UseCaseError::Refused(ManyRefusal::Wrong)) => {
            drop(tx);
            let frame = frame.notice::<&str>(Mood::Warn, "site-many-wrong", &[]);
            let body = show_draft(&app, &viewer, frame, key).await?;
            Ok((StatusCode::CONFLICT, body).into_response())
        }
        Err(error) => Err(refused(error)),
    }
}
