//! Pages of patterns: the list, and one with its workers.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::{CompanyId, WorkerId};
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Tx};
use web::{Form, Frame, Mood, Page, PageError, page as render, redirect_with};

use super::PatternRefusal;
use super::pages::{position_choices, trade_choices};
use super::pattern::{Candidate, Change, Member, Pattern, candidates, change, create, end, find, keeper, members, patterns};
use super::sent::Sent;
use super::trade_name;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::site::percent;
use crate::typed::{Search, key};

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PageQuery {
    q: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "roster/templates/patterns.html")]
struct ListPage {
    frame: Frame,
    patterns: Paged<Pattern>,
    typed: String,
    error: String,
}

fn page_error(refusal: &PatternRefusal) -> PageError {
    match refusal {
        PatternRefusal::NotFound => PageError::NotFound,
        _ => PageError::Forbidden,
    }
}

async fn list_page(tx: &Tx, company: CompanyId, frame: Frame, page: Option<u32>, typed: &str, error: String) -> Page {
    let patterns = patterns(tx, company, PageNumber::new(page.unwrap_or(1), ROWS)).await?;
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = render(&ListPage {
        frame: frame.title("roster-patterns-title"),
        patterns,
        typed: typed.to_owned(),
        error,
    })?;
    Ok((status, page).into_response())
}

/// The company's patterns.
///
/// # Permissions
/// Who keeps rosters, of his own company.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<PageQuery>) -> Page {
    let company = keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let tx = app.db().read().await?;
    list_page(&tx, company, frame, query.page, "", String::new()).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NewForm {
    name: String,
}

/// Makes an empty one.
///
/// # Permissions
/// As the list.
pub(super) async fn make(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<NewForm>) -> Page {
    let company = keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let tx = app.db().write().await?;
    match create(&app, &tx, &viewer, &form.name, None).await {
        Ok(pattern) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/patterns/{pattern}"), "roster-pattern-made"))
        }
        Err(UseCaseError::Refused(PatternRefusal::Fields(errors))) => {
            let error = errors.at(&frame.t, "name").unwrap_or_default();
            list_page(&tx, company, frame, None, &form.name, error).await
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// A member as the page shows him.
struct Shown {
    member: Member,
    trades: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "roster/templates/pattern.html")]
struct PatternPage {
    frame: Frame,
    pattern: Pattern,
    typed: String,
    error: String,
    members: Vec<Shown>,
    positions: Vec<(String, String)>,
    q: String,
    base: String,
    candidates: Paged<(Candidate, String)>,
}

async fn pattern_page(
    app: &App,
    viewer: &Viewer,
    frame: Frame,
    pattern: &str,
    query: &PageQuery,
    name: Option<String>,
    error: String,
) -> Page {
    let company = keeper(viewer).map_err(|refusal| page_error(&refusal))?;
    let tx = app.db().read().await?;
    let pattern = find(&tx, company, pattern).await?.ok_or(PageError::NotFound)?;
    let masters = app.masters();
    let t = &frame.t;
    let members: Vec<Shown> = members(app, &tx, &pattern.id)
        .await?
        .into_iter()
        .map(|member| Shown {
            trades: trade_choices(&masters, t, &member.trades),
            member,
        })
        .collect();
    let search = Search::new(&query.q);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let found = candidates(app, &tx, company, &pattern.id, &search, number).await?;
    drop(tx);
    let with_trade = |candidate: Candidate| {
        let trade = candidate.trade.map_or_else(String::new, |code| trade_name(&masters, t, code));
        (candidate, trade)
    };
    let candidates = Paged {
        rows: found.rows.into_iter().map(with_trade).collect(),
        total: found.total,
        page: found.page,
    };
    let people: Vec<WorkerId> = members
        .iter()
        .map(|m| m.member.worker)
        .chain(candidates.rows.iter().map(|(c, _)| c.worker))
        .collect();
    audit::seen(app, viewer, &people, "roster").await?;
    let positions = position_choices(&masters, t);
    let list = t.s("roster-patterns-title");
    let status = if error.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = render(&PatternPage {
        base: format!("/patterns/{}?q={}&", pattern.id, percent(&search.typed)),
        frame: frame.crumb(list, "/patterns").titled(pattern.name.clone()),
        typed: name.unwrap_or_else(|| pattern.name.clone()),
        pattern,
        error,
        members,
        positions,
        q: search.typed,
        candidates,
    })?;
    Ok((status, page).into_response())
}

/// One pattern.
///
/// # Permissions
/// As the list.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(pattern): Path<String>,
    Query(query): Query<PageQuery>,
) -> Page {
    keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let pattern = key(&pattern).ok_or(PageError::NotFound)?;
    pattern_page(&app, &viewer, frame, pattern, &query, None, String::new()).await
}

/// Changes a pattern, or takes it out of use.
///
/// # Permissions
/// As the list.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(pattern): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Page {
    keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let pattern = key(&pattern).ok_or(PageError::NotFound)?;
    let sent = Sent::new(pairs);
    let tx = app.db().write().await?;
    let here = format!("/patterns/{pattern}");
    let done = match sent.one("do").as_str() {
        "end" => end(&app, &tx, &viewer, pattern)
            .await
            .map(|()| ("/patterns".to_owned(), "roster-pattern-ended")),
        what => {
            let members: BTreeMap<_, _> = sent
                .all("listed")
                .iter()
                .map(|handle| {
                    let of = |field| sent.of(field, handle);
                    (handle.clone(), (of("trade"), of("position"), of("work_content")))
                })
                .collect();
            let (version, name) = (sent.one("version"), sent.one("name"));
            let wanted = Change {
                version: &version,
                name: &name,
                members,
                out: sent.all("out").to_vec(),
                new: if what == "add" {
                    sent.all("worker").to_vec()
                } else {
                    Vec::new()
                },
            };
            let changed = change(&app, &tx, &viewer, pattern, &wanted).await;
            changed.map(|()| (here.clone(), "roster-pattern-saved"))
        }
    };
    match done {
        Ok((to, key)) => {
            tx.commit().await?;
            Ok(redirect_with(&to, key))
        }
        Err(UseCaseError::Refused(PatternRefusal::Fields(errors))) => {
            drop(tx);
            let error = errors.at(&frame.t, "name").unwrap_or_default();
            let name = Some(sent.one("name"));
            pattern_page(&app, &viewer, frame, pattern, &PageQuery::default(), name, error).await
        }
        Err(UseCaseError::Refused(PatternRefusal::ChangedMeanwhile)) => {
            drop(tx);
            let frame = frame.notice::<&str>(Mood::Warn, "roster-pattern-changed-meanwhile", &[]);
            let page = pattern_page(&app, &viewer, frame, pattern, &PageQuery::default(), None, String::new()).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
