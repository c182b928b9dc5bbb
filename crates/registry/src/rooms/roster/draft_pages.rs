//! Pages of many workers at once: where they come from, what would be done, and doing it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use store::{Page as PageNumber, Tx};
use web::{FilesForm, Form, Frame, Mood, Page, PageError, T, page as render, redirect, redirect_with, redirect_with_numbers};

use super::add::place_words;
use super::draft::{self, Draft, DraftRefusal, OtherPlace, Source, other_places};
use super::keep::{Kept, kept, open as open_places};
use super::pattern::{Pattern, create, patterns};
use super::put::{Checked, PutRefusal};
use super::{PatternRefusal, position_name, trade_name};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::site::{OpenSite, open};
use crate::typed::key;

/// Largest file, in bytes.
pub(super) const LARGEST: usize = 5_000_000;
/// Lines shown of a draft; the rest is counted.
const SHOWN: usize = 500;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ManyQuery {
    node: String,
}

#[derive(Template)]
#[template(path = "roster/templates/many.html")]
struct ManyPage {
    frame: Frame,
    site: OpenSite,
    /// Places to choose from: node and what to call it.
    places: Vec<(String, String)>,
    node: String,
    /// Company in whose place it is done, if it is another's.
    proxy_of: Option<String>,
    patterns: Vec<Pattern>,
    others: Vec<OtherPlace>,
    fault: String,
    name_fault: String,
}

impl ManyPage {
    fn pattern_choices(&self) -> Vec<(String, String)> {
        let label = |p: &Pattern| {
            let args = [
                ("name", web::Value::from(p.name.as_str())),
                ("count", web::Value::from(p.workers)),
            ];
            (p.id.clone(), self.frame.t.with("roster-name-and-count", &args))
        };
        self.patterns.iter().map(label).collect()
    }

    fn other_choices(&self) -> Vec<(String, String)> {
        let label = |p: &OtherPlace| {
            let args = [
                ("name", web::Value::from(p.name.as_str())),
                ("count", web::Value::from(p.workers)),
            ];
            (p.node.clone(), self.frame.t.with("roster-name-and-count", &args))
        };
        self.others.iter().map(label).collect()
    }
}

/// What went wrong, for the page: of the source, of the name of a new pattern.
#[derive(Default)]
struct Wrong {
    source: Option<&'static str>,
    name: String,
}

async fn many_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, node: &str, wrong: Wrong) -> Page {
    let kept = kept(tx, viewer, &site).await?;
    let open = open_places(&kept);
    let place = open.iter().find(|p| p.node.0 == node).or(open.first());
    let place: &Kept = place.ok_or(PageError::Forbidden)?;
    let (patterns, others) = if place.by_proxy() {
        (Vec::new(), Vec::new())
    } else {
        (
            patterns(tx, place.company, PageNumber::new(1, 500)).await?.rows,
            other_places(app, tx, viewer, place).await?,
        )
    };
    let places = open
        .iter()
        .map(|p| (p.node.0.clone(), place_words(&frame, &site, p)))
        .collect();
    let status = if wrong.source.is_some() || !wrong.name.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let fault = wrong.source.map_or_else(String::new, |key| frame.t.s(key));
    let roster = frame.t.s("roster-title");
    let page = render(&ManyPage {
        node: place.node.0.clone(),
        proxy_of: place.by_proxy().then(|| site.name_of(place.company).to_owned()),
        frame: site
            .crumbs(frame)
            .crumb(roster, format!("/sites/{}/roster", site.head.id))
            .title("roster-many-title"),
        site,
        places,
        patterns,
        others,
        fault,
        name_fault: wrong.name,
    })?;
    Ok((status, page).into_response())
}

/// The ways to put many at once.
///
/// # Permissions
/// Who keeps the roster of a place of his own company, or as proxy.
pub(super) async fn many(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    axum::extract::Query(query): axum::extract::Query<ManyQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    many_page(&app, &tx, &viewer, frame, site, &query.node, Wrong::default()).await
}

/// Makes a draft from a pattern, another site or a file, or a pattern from the roster.
///
/// # Permissions
/// As the ways.
pub(super) async fn stage(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    form: FilesForm,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let kept = kept(&tx, &viewer, &site).await?;
    let open = open_places(&kept);
    let node = form.text("node").to_owned();
    let place = open.iter().find(|p| p.node.0 == node).or(open.first());
    let place: &Kept = place.ok_or(PageError::Forbidden)?;
    let wrong = |key| Wrong {
        source: Some(key),
        ..Wrong::default()
    };
    if form.text("source") == "save" {
        if place.by_proxy() {
            return Err(PageError::Forbidden);
        }
        return match create(&app, &tx, &viewer, form.text("name"), Some(&place.node)).await {
            Ok(pattern) => {
                tx.commit().await?;
                Ok(redirect_with(&format!("/patterns/{pattern}"), "roster-pattern-made"))
            }
            Err(UseCaseError::Refused(PatternRefusal::Fields(errors))) => {
                let name = errors.at(&frame.t, "name").unwrap_or_default();
                let wrong = Wrong { name, source: None };
                many_page(&app, &tx, &viewer, frame, site, &node, wrong).await
            }
            Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
            Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
        };
    }
    let source = match form.text("source") {
        "pattern" => Source::Pattern(form.text("pattern")),
        "site" => Source::Place(form.text("from")),
        _ => match form.file("file") {
            Some((name, bytes)) => Source::Sheet(name, bytes),
            None => return many_page(&app, &tx, &viewer, frame, site, &node, wrong("field-file-needed")).await,
        },
    };
    match draft::stage(&app, &tx, &viewer, &site, place, &source).await {
        Ok(draft) => {
            tx.commit().await?;
            Ok(redirect(&format!("/sites/{}/roster/drafts/{draft}", site.head.id)))
        }
        Err(UseCaseError::Refused(refusal)) => {
            let key = match refusal {
                DraftRefusal::Forbidden => return Err(PageError::Forbidden),
                DraftRefusal::NotFound => "roster-choose-source",
                DraftRefusal::Nobody => "roster-nobody-in-it",
                DraftRefusal::File(key) => key,
            };
            many_page(&app, &tx, &viewer, frame, site, &node, wrong(key)).await
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// What is wrong with one cell or line, as people read it.
struct Fault {
    /// `D17`, or empty.
    place: String,
    name: String,
    /// Label of the field.
    field: String,
    sentence: String,
}

/// A line that is fine.
struct Fine {
    name: String,
    trade: String,
    position: String,
    work_content: String,
    /// New on the roster, or changed.
    new: bool,
}

#[derive(Template)]
#[template(path = "roster/templates/draft.html")]
struct DraftPage {
    frame: Frame,
    site: OpenSite,
    draft: Draft,
    company: String,
    added: usize,
    changed: usize,
    already: usize,
    /// Lines something is wrong with.
    wrong: usize,
    faults: Vec<Fault>,
    more_faults: usize,
    fine: Vec<Fine>,
    more: usize,
    /// Some stand at another place of the site too.
    elsewhere: bool,
}

async fn draft_page(app: &App, frame: Frame, site: OpenSite, draft: Draft, checked: &Checked) -> Result<DraftPage, PageError> {
    let t = &frame.t;
    let masters = app.masters();
    let mut faults: Vec<Fault> = Vec::new();
    for fault in &draft.body.faults {
        faults.push(Fault {
            place: if fault.row == 0 {
                String::new()
            } else {
                format!("{}{}", fault.column, fault.row)
            },
            name: String::new(),
            field: String::new(),
            sentence: t.with(&fault.key, &[("name", fault.value.as_str())]),
        });
    }
    for (_, sentence) in checked.errors.fields.all(t) {
        faults.push(Fault {
            place: String::new(),
            name: String::new(),
            field: String::new(),
            sentence,
        });
    }
    let mut wrong = 0;
    for line in &draft.body.lines {
        let Some(of_line) = checked.errors.workers.get(&line.put.worker) else {
            continue;
        };
        wrong += 1;
        for (field, sentence) in of_line.all(t) {
            let column = draft.body.columns.get(field).map_or("", String::as_str);
            faults.push(Fault {
                place: if line.row == 0 {
                    String::new()
                } else {
                    format!("{column}{}", line.row)
                },
                name: checked
                    .known
                    .get(&line.put.worker)
                    .map_or(&line.name, |known| &known.name)
                    .clone(),
                field: label(t, field),
                sentence,
            });
        }
    }
    let more_faults = faults.len().saturating_sub(SHOWN);
    faults.truncate(SHOWN);
    let names: std::collections::BTreeMap<_, _> = checked.known.values().map(|k| (k.worker, k.name.as_str())).collect();
    let contents = checked
        .new
        .iter()
        .map(|(worker, content)| (worker, content, true))
        .chain(checked.changed.iter().map(|(row, content)| (&row.worker, content, false)));
    let mut fine: Vec<Fine> = contents
        .map(|(worker, content, new)| Fine {
            name: names.get(worker).map_or_else(String::new, |name| (*name).to_owned()),
            trade: content.trade.map_or_else(String::new, |code| trade_name(&masters, t, code)),
            position: content
                .position
                .as_ref()
                .map_or_else(|| t.s("roster-ordinary"), |id| position_name(&masters, t, id)),
            work_content: content.work_content.clone(),
            new,
        })
        .collect();
    let more = fine.len().saturating_sub(SHOWN);
    fine.truncate(SHOWN);
    let roster = t.s("roster-title");
    Ok(DraftPage {
        company: site.name_of(checked.place.company).to_owned(),
        added: checked.new.len(),
        changed: checked.changed.len(),
        already: checked.already,
        wrong: wrong + draft.body.faults.len(),
        faults,
        more_faults,
        fine,
        more,
        elsewhere: checked.any_elsewhere(),
        frame: site
            .crumbs(frame)
            .crumb(roster, format!("/sites/{}/roster", site.head.id))
            .title("roster-draft-title"),
        site,
        draft,
    })
}

fn label(t: &T, field: &str) -> String {
    t.get(&format!("roster-{}", field.replace('_', "-"))).unwrap_or_default()
}

fn draft_error(error: UseCaseError<DraftRefusal>) -> PageError {
    match error {
        UseCaseError::Refused(DraftRefusal::Forbidden) => PageError::Forbidden,
        UseCaseError::Refused(_) => PageError::NotFound,
        UseCaseError::Broken(error) => PageError::Broken(error),
    }
}

/// What a draft would do.
///
/// # Permissions
/// Whoever made it, as long as he keeps the place.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, draft)): Path<(String, String)>,
) -> Page {
    // It holds the workers while it looks; nothing is written.
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let draft = key(&draft).ok_or(PageError::NotFound)?;
    let draft = draft::find(&tx, &viewer, &site, draft).await.map_err(draft_error)?;
    let checked = checked(draft::preview(&app, &tx, &viewer, &site, &draft).await)?;
    drop(tx);
    let workers: Vec<_> = checked.known.values().map(|known| known.worker).collect();
    let page = draft_page(&app, frame, site, draft, &checked).await?;
    audit::seen(&app, &viewer, &workers, "roster").await?;
    render(&page)
}

fn checked(result: Result<Checked, UseCaseError<PutRefusal>>) -> Result<Checked, PageError> {
    result.map_err(|error| match error {
        UseCaseError::Refused(_) => PageError::Forbidden,
        UseCaseError::Broken(error) => PageError::Broken(error),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct DraftForm {
    #[serde(rename = "do")]
    what: String,
    accrues: String,
    leave_out: String,
}

/// Carries a draft out, or throws it away.
///
/// # Permissions
/// As its page.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, draft)): Path<(String, String)>,
    Form(form): Form<DraftForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let draft = key(&draft).ok_or(PageError::NotFound)?;
    let draft = draft::find(&tx, &viewer, &site, draft).await.map_err(draft_error)?;
    let list = format!("/sites/{}/roster", site.head.id);
    if form.what == "discard" {
        draft::discard(&tx, &viewer, &draft).await?;
        tx.commit().await?;
        return Ok(redirect_with(&list, "roster-draft-discarded"));
    }
    let leave_out = !form.leave_out.is_empty();
    match draft::carry_out(&app, &tx, &viewer, &site, &draft, &form.accrues, leave_out).await {
        Ok(put) => {
            tx.commit().await?;
            let numbers = [
                ("added", put.added),
                ("changed", put.changed),
                ("already", put.already),
                ("days", put.rejudged.now_count),
            ];
            Ok(redirect_with_numbers(&list, "roster-draft-done", &numbers))
        }
        Err(UseCaseError::Refused(PutRefusal::Wrong(_))) => {
            // The draft was thrown away in a transaction that is not kept.
            drop(tx);
            let tx = app.db().write().await?;
            let checked = checked(draft::preview(&app, &tx, &viewer, &site, &draft).await)?;
            drop(tx);
            let workers: Vec<_> = checked.known.values().map(|known| known.worker).collect();
            audit::seen(&app, &viewer, &workers, "roster").await?;
            let frame = frame.notice::<&str>(Mood::Warn, "roster-draft-wrong", &[]);
            let page = draft_page(&app, frame, site, draft, &checked).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(UseCaseError::Refused(PutRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
