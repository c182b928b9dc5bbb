//! One node: what it is, what can be done to it and why not the rest, what happened to it; and a page for each move, which shows
//! what it will come to before it is made.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::CompanyId;
use domain::organisation::{Change, Move, Node, NodeId, Obstacle};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{Form, FormState, Frame, Mood, Page, PageError, T, Value, page, redirect, redirect_with, redirect_with_numbers};

use super::chart::mood;
use super::invite::{company_to_take, sentence};
use super::move_under::{MovePreview, places_for, preview};
use super::node::{MoveForm, describe, end, remove, reopen};
use super::shape::{Meanwhile, MoveRefusal, Seat, answerable, hindrance, seat};
use super::{ask_to_replace, move_under, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::site::{NodeWords, OpenSite, open};
use crate::rows::{millisecond, unreadable};

/// The moves that have a page of their own, and their words in addresses.
const MOVES: [(&str, Move); 6] = [
    ("describe", Move::Describe),
    ("replace", Move::Replace),
    ("move", Move::MoveUnder),
    ("end", Move::End),
    ("reopen", Move::Reopen),
    ("remove", Move::Remove),
];

fn word(what: Move) -> &'static str {
    MOVES.iter().find(|(_, known)| *known == what).map_or("", |(word, _)| word)
}

/// A move as the page offers it.
struct Way {
    word: &'static str,
    /// Why it is not possible now.
    hindered: Option<Obstacle>,
}

/// Moves the viewer could make, and those that only something that can be changed keeps from him.
fn ways(viewer: &Viewer, seat: &Seat) -> Vec<Way> {
    MOVES
        .iter()
        .filter_map(|(word, what)| {
            let hindered = hindrance(viewer, seat, *what);
            let worth_telling = match hindered {
                None => true,
                Some(why) => matches!(why, Obstacle::OpenBeneath | Obstacle::HasLower | Obstacle::Used),
            };
            worth_telling.then_some(Way { word, hindered })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct EventColumns {
    at: i64,
    what: String,
    company: String,
}

/// One line of what happened.
struct Event {
    at: Timestamp,
    company: String,
    text: String,
}

async fn events(tx: &Tx, t: &T, site: &OpenSite, node: &NodeId) -> Result<Vec<Event>, StoreError> {
    let values = values![site.head.id.to_string(), node.0.as_str()];
    let rows: Vec<EventColumns> = tx.all(&queries::EVENTS_OF_NODE, values).await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let change: Change = serde_json::from_str(&row.what).map_err(|_| unreadable("site_event.what"))?;
        events.push(Event {
            at: millisecond(row.at, "site_event.at")?,
            company: row.company,
            text: told(t, site, &change),
        });
    }
    Ok(events)
}

/// A change as people read it.
fn told(t: &T, site: &OpenSite, change: &Change) -> String {
    let work = |name: &str, content: &str| {
        if content.is_empty() {
            name.to_owned()
        } else {
            format!("{name}（{content}）")
        }
    };
    // Where the viewer does not see the other node, its company stays unnamed.
    let under = |id: &NodeId| {
        let seen = site.visible_nodes().iter().any(|n| n.id == *id);
        if seen {
            site.company_of(id).to_owned()
        } else {
            t.s("organisation-another-place")
        }
    };
    match change {
        Change::Invited { under: upper, .. } => t.with("event-invited", &[("upper", under(upper))]),
        Change::Named { name, under: upper, .. } => t.with("event-named", &[("name", name.clone()), ("upper", under(upper))]),
        Change::Approved { work_name, work_content } => t.with("event-approved", &[("work", work(work_name, work_content))]),
        Change::Declined => t.s("event-declined"),
        Change::DeclinedFor { reason } => t.with("event-declined-for", &[("reason", reason.clone())]),
        Change::Described { work_name, work_content } => t.with("event-described", &[("work", work(work_name, work_content))]),
        Change::Replaced { company } => t.with("event-replaced", &[("company", site.name_of(*company))]),
        Change::Moved { under: upper, .. } => t.with("event-moved", &[("upper", under(upper))]),
        Change::Ended { last_day: Some(day) } => t.with("event-ended", &[("day", *day)]),
        Change::Ended { last_day: None } => t.s("event-reopened"),
        Change::Removed => t.s("event-removed"),
        Change::ByProxy { of, change, .. } => {
            let what = told(t, site, change);
            let seen = site.visible_nodes().iter().any(|n| n.company == Some(*of));
            let of = if seen {
                site.name_of(*of).to_owned()
            } else {
                t.s("organisation-another-company")
            };
            t.with("event-by-proxy", &[("what", what), ("company", of)])
        }
    }
}

#[derive(Template)]
#[template(path = "organisation/templates/node.html")]
struct NodePage {
    frame: Frame,
    site: OpenSite,
    node: Node,
    words: NodeWords,
    mood: Mood,
    upper: Option<String>,
    until: Option<domain::WorkDay>,
    ways: Vec<Way>,
    events: Vec<Event>,
    may_answer: bool,
    /// In the place of its company, by an agreement.
    for_it: bool,
}

impl NodePage {
    fn tier(&self) -> u32 {
        u32::from(self.node.tier)
    }
}

/// A node that the viewer sees.
async fn seen(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &str,
    node: &str,
) -> Result<(OpenSite, Node, NodeWords, Seat), PageError> {
    let site = open(tx, viewer, site).await?;
    let id = NodeId(node.to_owned());
    let seat = seat(app, tx, &site, &id).await?.ok_or(PageError::NotFound)?;
    let node = site.tree.get(&id).cloned().ok_or(PageError::NotFound)?;
    let words = site.words.get(&id).cloned().ok_or(PageError::NotFound)?;
    Ok((site, node, words, seat))
}

/// A node.
///
/// # Permissions
/// Who sees it on the chart.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, node)): Path<(String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    let (site, node, words, seat) = seen(&app, &tx, &viewer, &site, &node).await?;
    let events = events(&tx, &frame.t, &site, &node.id).await?;
    let chart = frame.t.s("organisation-title");
    let here = format!("/sites/{}/organisation", site.head.id);
    let frame = site.crumbs(frame).crumb(chart, here).titled(words.company.clone());
    page(&NodePage {
        ways: ways(&viewer, &seat),
        may_answer: answerable(&viewer, &seat),
        for_it: seat.in_place_of(Move::Decline).is_some(),
        mood: mood(node.status),
        upper: node.parent.as_ref().map(|id| site.company_of(id).to_owned()),
        until: site.tree.until(&node.id),
        frame,
        site,
        node,
        words,
        events,
    })
}

/// A place to move to.
struct Target {
    key: String,
    called: String,
}

#[derive(Template)]
#[template(path = "organisation/templates/move.html")]
struct MovePage {
    frame: Frame,
    site: OpenSite,
    node: Node,
    what: &'static str,
    form: FormState<MoveForm>,
    /// Somebody was faster.
    meanwhile: Option<Option<Meanwhile>>,
    /// All that stands beneath: names.
    beneath: Vec<String>,
    targets: Vec<Target>,
    /// What a chosen place comes to.
    preview: Option<MovePreview>,
    new_above: Vec<String>,
    /// The company that takes the place, by name; or why it cannot.
    chosen: Option<Result<(CompanyId, String), String>>,
}

impl MovePage {
    /// Text of the move: `move-<what>-<part>`.
    fn key(&self, part: &str) -> String {
        format!("move-{}-{part}", self.what)
    }
}

#[expect(clippy::too_many_arguments, reason = "what the page shows; a struct would only rename it")]
async fn move_page(
    app: &App,
    tx: &Tx,
    frame: Frame,
    site: OpenSite,
    node: Node,
    what: Move,
    form: FormState<MoveForm>,
    meanwhile: Option<Option<Meanwhile>>,
) -> Page {
    let branch = site.tree.branch(&node.id);
    let beneath = branch.iter().skip(1).filter(|n| n.status.stands());
    let beneath = beneath.map(|n| site.company_of(&n.id).to_owned()).collect();
    let mut targets = Vec::new();
    if what == Move::MoveUnder {
        for to in places_for(app, &site, &node.id) {
            targets.push(Target {
                key: to.id.0.clone(),
                called: format!("{} {}", site.place_name(&frame.t, to), site.company_of(&to.id)),
            });
        }
    }
    let under = NodeId(form.values.under.clone());
    let preview = preview(&site, &node.id, &under).filter(|_| targets.iter().any(|t| t.key == under.0));
    let new_above = preview
        .iter()
        .flat_map(|p| &p.new_above)
        .map(|c| site.name_of(*c).to_owned())
        .collect();
    let chosen = match form.values.company.parse::<CompanyId>() {
        Ok(company) if what == Move::Replace => Some(match site.tree.misplaced_at(company, &node.id) {
            Some(why) => Err(sentence(why)),
            None => company_to_take(tx, company)
                .await?
                .map(|name| (company, name))
                .map_err(str::to_owned),
        }),
        _ => None,
    };
    let (chart, company) = (frame.t.s("organisation-title"), site.company_of(&node.id).to_owned());
    let here = format!("/sites/{}/organisation", site.head.id);
    let title = frame.t.s(format!("move-{}-title", word(what)));
    let of_node = format!("{here}/nodes/{}", node.id);
    let frame = site.crumbs(frame).crumb(chart, here).crumb(company, of_node).titled(title);
    let status = if meanwhile.is_some() {
        StatusCode::CONFLICT
    } else {
        form.status()
    };
    let page = page(&MovePage {
        frame,
        what: word(what),
        site,
        node,
        form,
        meanwhile,
        beneath,
        targets,
        preview,
        new_above,
        chosen,
    })?;
    Ok((status, page).into_response())
}

fn move_of(text: &str) -> Result<Move, PageError> {
    let found = MOVES.iter().find(|(word, _)| *word == text);
    found.map(|(_, what)| *what).ok_or(PageError::NotFound)
}

/// What the address may fill in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MoveQuery {
    under: String,
    company: String,
}

/// The page of a move: what it means, what it comes to, the form.
///
/// # Permissions
/// Who may make the move: `domain::organisation::obstacle`.
pub(super) async fn show_move(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, node, what)): Path<(String, String, String)>,
    Query(query): Query<MoveQuery>,
) -> Page {
    let what = move_of(&what)?;
    let tx = app.db().read().await?;
    let (site, node, words, seat) = seen(&app, &tx, &viewer, &site, &node).await?;
    match hindrance(&viewer, &seat, what) {
        Some(Obstacle::NotYours) => return Err(PageError::Forbidden),
        Some(why) => return Err(hindered(why)),
        None => {}
    }
    let last_day = node.until.map(|d| d.to_string()).unwrap_or_default();
    let form = MoveForm {
        version: site.head.tree_version.to_string(),
        work_name: words.work_name,
        work_content: words.work_content,
        last_day,
        under: query.under,
        company: query.company,
    };
    let form = FormState::new(&frame.t, form);
    move_page(&app, &tx, frame, site, node, what, form, None).await
}

fn hindered(why: Obstacle) -> PageError {
    PageError::refused(StatusCode::CONFLICT, format!("obstacle-{}", why.word()))
}

/// Makes the move. If somebody else changed what the page showed, nothing is done: the page says so and shows what is now, with what
/// was typed kept.
///
/// # Permissions
/// Who may make the move: `domain::organisation::obstacle`.
pub(super) async fn make_move(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, node, what)): Path<(String, String, String)>,
    Form(form): Form<MoveForm>,
) -> Page {
    let what = move_of(&what)?;
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let id = NodeId(node);
    let chart = format!("/sites/{}/organisation", site.head.id);
    let days = |days: usize| [("days", days)];
    let done = match what {
        Move::Describe => describe(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|()| redirect_with(&chart, "organisation-described")),
        Move::Remove => remove(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|_| redirect_with(&chart, "organisation-removed")),
        Move::End => end(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|_| redirect_with(&chart, "organisation-ended")),
        Move::Reopen => reopen(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|judged| redirect_with_numbers(&chart, "organisation-reopened", &days(judged.now_count))),
        Move::MoveUnder => move_under(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|judged| redirect_with_numbers(&chart, "organisation-moved", &days(judged.now_count))),
        Move::Replace => ask_to_replace(&app, &tx, &viewer, &site, &id, &form)
            .await
            .map(|job| redirect(&format!("/jobs/{job}"))),
        Move::Approve | Move::Decline | Move::InviteBelow | Move::KeepRoster => return Err(PageError::NotFound),
    };
    let (form, meanwhile) = match done {
        Ok(response) => {
            tx.commit().await?;
            return Ok(response);
        }
        Err(UseCaseError::Refused(MoveRefusal::Fields(errors))) => (FormState::wrong(&frame.t, form, errors), None),
        Err(UseCaseError::Refused(MoveRefusal::ChangedMeanwhile(who))) => {
            let form = MoveForm {
                version: site.head.tree_version.to_string(),
                ..form
            };
            (FormState::new(&frame.t, form), Some(who))
        }
        Err(UseCaseError::Refused(MoveRefusal::Obstacle(why))) => return Err(hindered(why)),
        Err(UseCaseError::Refused(MoveRefusal::Forbidden)) => return Err(PageError::Forbidden),
        Err(UseCaseError::Refused(MoveRefusal::NotFound)) => return Err(PageError::NotFound),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    let node = site.tree.get(&id).cloned().ok_or(PageError::NotFound)?;
    move_page(&app, &tx, frame, site, node, what, form, meanwhile).await
}

/// The sentence about somebody who was faster.
fn faster(t: &T, who: Option<&Meanwhile>) -> String {
    match who {
        Some(who) if !who.company.is_empty() => t.with(
            "organisation-changed-by",
            &[("company", Value::from(who.company.as_str())), ("at", Value::from(who.at))],
        ),
        _ => t.s("organisation-changed"),
    }
}
