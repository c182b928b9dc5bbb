//! The page where files are sent and earlier ones are listed; and the buttons of a file.

use askama::Template;
use axum::extract::{Path, Query, State as Shared};
use axum::response::IntoResponse;
use domain::access::Act;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Form, FormState, Frame, Mood, NoFields, Page, PageError, page, redirect, redirect_with};

use super::queries;
use super::stored::{Bulk, State, by_id, forget_files, forget_rows, most_workers};
use crate::App;
use crate::access::Viewer;
use crate::rows::millisecond;
use crate::typed;

/// Rows of the list.
const ROWS: u32 = 20;

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    file_name: String,
    state: String,
    created_at: i64,
    workers: i32,
    who: String,
    total_rows: i64,
}

struct Sent {
    id: String,
    file_name: String,
    state: State,
    at: Timestamp,
    workers: i32,
    who: String,
}

#[derive(Template)]
#[template(path = "bulk/templates/list.html")]
struct ListPage {
    frame: Frame,
    form: FormState<()>,
    most: usize,
    sent: Paged<Sent>,
}

/// Colour of a state.
pub(super) fn mood(state: &State) -> Mood {
    match state {
        State::Checking | State::Applying => Mood::Pending,
        State::Faulty => Mood::Warn,
        State::Ready | State::Discarded => Mood::Info,
        State::Done => Mood::Good,
        State::Broken => Mood::Bad,
    }
}

/// The page, with what is wrong with what was just sent.
pub(super) async fn show(app: &App, viewer: &Viewer, frame: Frame, form: FormState<()>, number: u32) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::ApplyByProxy))
        .ok_or(PageError::Forbidden)?;
    let number = PageNumber::new(number, ROWS);
    let tx = app.db().read().await?;
    let values = values![company.to_string(), number.limit(), number.offset()];
    let found: Vec<Columns> = tx.all(&queries::LIST, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total_rows).unwrap_or(0));
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(Sent {
            state: State::from_word(&row.state)?,
            at: millisecond(row.created_at, "bulk.created_at")?,
            id: row.id,
            file_name: row.file_name,
            workers: row.workers,
            who: row.who,
        });
    }
    let status = form.status();
    let applications = frame.t.s("applications-title");
    let body = page(&ListPage {
        frame: frame.title("bulk-title").crumb(applications, "/applications"),
        form,
        most: most_workers(app),
        sent: Paged {
            rows,
            total,
            page: number,
        },
    })?;
    Ok((status, body).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

/// Where files are sent, and what became of earlier ones.
///
/// # Permissions
/// Administrators and proxy clerks.
pub(super) async fn list(Shared(app): Shared<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let form = FormState::new(&frame.t, ());
    show(&app, &viewer, frame, form, query.page.unwrap_or(1)).await
}

/// A file of the viewer's company; for everybody else it does not exist.
pub(super) async fn own(tx: &store::Tx, viewer: &Viewer, key: &str) -> Result<Bulk, PageError> {
    let key = typed::key(key).ok_or(PageError::NotFound)?;
    let bulk = by_id(tx, key).await?.ok_or(PageError::NotFound)?;
    if viewer.may(Act::ApplyByProxy) && viewer.company_id() == Some(bulk.company) {
        Ok(bulk)
    } else {
        Err(PageError::NotFound)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ApplyForm {
    /// The sum that was shown.
    yen: String,
    /// Ticked: those who may be registered already were looked at.
    sure: Option<String>,
}

/// Gives the word to apply for all of them.
///
/// # Permissions
/// Administrators and proxy clerks, of their own company.
pub(super) async fn apply(
    Shared(app): Shared<App>,
    viewer: Viewer,
    Path(key): Path<String>,
    Form(form): Form<ApplyForm>,
) -> Page {
    let tx = app.db().write().await?;
    let bulk = own(&tx, &viewer, &key).await?;
    let here = format!("/bulk/{}", bulk.id);
    if bulk.state != State::Ready {
        return Ok(redirect_with(&here, "bulk-not-now"));
    }
    if form.yen != bulk.yen.to_string() {
        return Ok(redirect_with(&here, "bulk-other-sum"));
    }
    let doubtful = super::stored::rows(&tx, &bulk.id)
        .await?
        .iter()
        .any(super::stored::Row::may_be_registered);
    if doubtful && form.sure.is_none() {
        return Ok(redirect_with(&here, "bulk-look-first"));
    }
    let values = values![bulk.id.as_str(), State::Ready.word(), State::Applying.word()];
    tx.run(&queries::ORDER, values).await?;
    tx.commit().await?;
    Ok(redirect(&here))
}

/// Throws a file away.
///
/// # Permissions
/// Administrators and proxy clerks, of their own company.
pub(super) async fn discard(
    Shared(app): Shared<App>,
    viewer: Viewer,
    Path(key): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let bulk = own(&tx, &viewer, &key).await?;
    if !matches!(bulk.state, State::Checking | State::Ready | State::Faulty) {
        return Ok(redirect_with(&format!("/bulk/{}", bulk.id), "bulk-not-now"));
    }
    let values = values![bulk.id.as_str(), bulk.state.word(), State::Discarded.word()];
    tx.run(&queries::ORDER, values).await?;
    // Whoever works on it now throws away what he has when he is done.
    forget_rows(&app, &tx, &bulk.id).await?;
    forget_files(&app, &tx, &bulk).await?;
    tx.commit().await?;
    Ok(redirect_with("/bulk", "bulk-discarded"))
}
