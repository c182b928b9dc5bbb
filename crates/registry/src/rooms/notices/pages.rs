//! The list of notices; opening one marks it read.

use askama::Template;
use axum::extract::{Path, Query, State};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Form, Frame, NoFields, Page, PageError, redirect, redirect_with_numbers, safe_next};

use super::{Notice, newest, queries, readable};
use crate::App;
use crate::access::Viewer;

/// Rows of a page.
const ROWS: u32 = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "notices/templates/list.html")]
struct ListPage {
    frame: Frame,
    notices: Paged<Notice>,
    any_unread: bool,
}

/// The viewer's notices.
///
/// # Permissions
/// Anybody signed in, his own; those of a company: its administrators and tier managers.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let tx = app.db().read().await?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let notices = newest(&tx, &viewer, &frame.t, number).await?;
    let any_unread = super::unread(&tx, &viewer).await? > 0;
    web::page(&ListPage {
        frame: frame.title("notices-title"),
        notices,
        any_unread,
    })
}

/// Marks all read.
///
/// # Permissions
/// As the list.
pub(super) async fn read_all(State(app): State<App>, viewer: Viewer, Form(NoFields {}): Form<NoFields>) -> Page {
    let tx = app.db().write().await?;
    let values = values![
        readable(&viewer)?,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    let read = tx.run(&queries::READ_ALL, values).await?;
    tx.commit().await?;
    let count = usize::try_from(read).unwrap_or(usize::MAX);
    Ok(redirect_with_numbers(
        "/notices",
        "notices-read-all-done",
        &[("count", count)],
    ))
}

#[derive(FromQueryResult)]
struct LinkColumns {
    id: String,
    link: Option<String>,
}

/// Marks one read and goes where it leads.
///
/// # Permissions
/// As the list; another's notice does not exist.
pub(super) async fn open(
    State(app): State<App>,
    viewer: Viewer,
    Path(notice): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let found: Option<LinkColumns> = tx.one(&queries::LINK, values![readable(&viewer)?, notice]).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let values = values![
        readable(&viewer)?,
        found.id,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::READ, values).await?;
    tx.commit().await?;
    Ok(redirect(found.link.as_deref().map_or("/notices", safe_next)))
}
