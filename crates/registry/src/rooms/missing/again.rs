//! Judging a site's open days again because somebody asks: in the background, step by step, with its progress for all to see.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use domain::WorkerId;
use jiff::{SignedDuration, Timestamp};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::{Form, Frame, NoFields, Page, PageError, T, redirect, redirect_with};

use super::find::{Window, count, find};
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::history::RejudgeSteps;
use crate::rooms::site::{self, OpenSite};
use crate::rows::millisecond;

/// Work that has not finished after so long has broken off: it may begin anew.
const BROKEN_OFF: SignedDuration = SignedDuration::from_mins(5);
/// A result is shown for so long.
const SHOWN: SignedDuration = SignedDuration::from_hours(24);
/// So long a form waits for the end, so that a small site needs no second look.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(FromQueryResult)]
struct Columns {
    started_at: i64,
    days: i32,
    done: i32,
    now_count: i32,
    finished_at: Option<i64>,
}

/// How far it is, or what it brought.
#[derive(Debug, Clone, Copy)]
pub(super) struct Again {
    pub(super) at: Timestamp,
    pub(super) days: u32,
    pub(super) done: u32,
    pub(super) now_count: u32,
    pub(super) running: bool,
}

/// The last time, if it is still worth telling.
pub(super) async fn last(app: &App, tx: &Tx, site: &OpenSite) -> Result<Option<Again>, StoreError> {
    let values = values![site.head.id.to_string(), site.own.to_string()];
    let Some(row) = tx.one::<Columns>(&queries::AGAIN, values).await? else {
        return Ok(None);
    };
    let now = app.clock().now();
    let started = millisecond(row.started_at, "judged_again.started_at")?;
    let finished = row
        .finished_at
        .map(|at| millisecond(at, "judged_again.finished_at"))
        .transpose()?;
    let shown = match finished {
        Some(at) => now.duration_since(at) < SHOWN,
        None => now.duration_since(started) < BROKEN_OFF,
    };
    Ok(shown.then(|| Again {
        at: finished.unwrap_or(started),
        days: count(row.days.into()),
        done: count(row.done.into()),
        now_count: count(row.now_count.into()),
        running: finished.is_none(),
    }))
}

/// Begins to judge again, for everybody the viewer's company sees; a second time only when the first has ended.
///
/// # Permissions
/// Companies in the organisation.
pub(super) async fn start(
    State(app): State<App>,
    viewer: Viewer,
    Path(site): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let back = format!("/sites/{}/mend", site.head.id);
    let workers = if site.is_prime() {
        None
    } else {
        let found = find(&app, &tx, &site, Window::of(&app, None)).await?;
        let people = found.groups.iter().flat_map(|g| &g.people).filter(|(_, days)| *days > 0);
        Some(people.map(|(worker, _)| *worker).collect::<Vec<WorkerId>>())
    };
    let now = app.clock().now();
    let broken_off = now.checked_sub(BROKEN_OFF).unwrap_or(now);
    let values = values![
        site.head.id.to_string(),
        site.own.to_string(),
        now.as_millisecond(),
        viewer.account.as_str(),
        broken_off.as_millisecond()
    ];
    if tx.run(&queries::BEGIN_AGAIN, values).await? == 0 {
        return Ok(redirect_with(&back, "again-under-way"));
    }
    tx.commit().await?;
    let work = tokio::spawn(async move {
        if let Err(error) = run(&app, &site, workers).await {
            tracing::error!(error = format!("{error:#}"), site = %site.head.id, "judging again broke off");
        }
    });
    // The work goes on if it takes longer; the page then tells how far it is.
    let _ = tokio::time::timeout(PATIENCE, work).await;
    Ok(redirect(&format!("{back}#again")))
}

async fn run(app: &App, site: &OpenSite, workers: Option<Vec<WorkerId>>) -> Result<(), StoreError> {
    let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let mut steps = RejudgeSteps::of(app, site.head.id, workers.as_deref()).await?;
    loop {
        let tx = app.db().write().await?;
        steps.step(app, &tx).await?;
        let finished = steps.ended().then(|| app.clock().now().as_millisecond());
        let values = values![
            site.head.id.to_string(),
            site.own.to_string(),
            number(steps.days),
            number(steps.done.days),
            number(steps.done.now_count),
            finished
        ];
        tx.run(&queries::STEP_AGAIN, values).await?;
        tx.commit().await?;
        if finished.is_some() {
            return Ok(());
        }
    }
}

#[derive(Template)]
#[template(path = "missing/templates/again.html")]
pub(super) struct AgainPart {
    pub(super) t: T,
    pub(super) site: domain::SiteId,
    pub(super) again: Option<Again>,
}

/// The progress alone, for the page that asks for it; when it has ended, the page reloads itself.
///
/// # Permissions
/// As [`start`].
pub(super) async fn part(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
) -> Result<Response, PageError> {
    let tx = app.db().read().await?;
    let site = site::open(&tx, &viewer, &site).await?;
    let again = last(&app, &tx, &site).await?;
    drop(tx);
    let ended = !again.is_some_and(|a| a.running);
    let mut response = web::page(&AgainPart {
        t: frame.t,
        site: site.head.id,
        again,
    })?
    .into_response();
    if ended {
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}
