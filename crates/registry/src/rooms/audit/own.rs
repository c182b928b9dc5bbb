//! Who looked at my data: for the worker himself, month by month.

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::{WorkDay, YearMonth};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Frame, Page, PageError};

use super::{queries, what_words};
use crate::App;
use crate::access::Viewer;
use crate::rows::{day, millisecond};

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct LooksQuery {
    month: String,
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    look_day: i32,
    what: String,
    company_name: Option<String>,
    first_at: i64,
    last_at: i64,
    times: i64,
    total: i64,
}

/// What one company looked at on one day.
struct Row {
    day: WorkDay,
    company: String,
    what: String,
    first: Timestamp,
    last: Timestamp,
    times: i64,
}

#[derive(Template)]
#[template(path = "audit/templates/own.html")]
struct OwnPage {
    frame: Frame,
    month: YearMonth,
    base: String,
    looks: Paged<Row>,
}

/// Who looked at the worker's data: which company, at what, when.
///
/// # Permissions
/// Workers, their own.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<LooksQuery>) -> Page {
    let worker = viewer
        .worker
        .as_ref()
        .filter(|_| viewer.may(Act::SeeOwnHistory))
        .map(|(id, _)| *id)
        .ok_or(PageError::Forbidden)?;
    let month: YearMonth = query.month.parse().unwrap_or_else(|_| app.clock().today().month());
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let values = values![
        worker.to_string(),
        month.first().to_number(),
        month.last().to_number(),
        number.limit(),
        number.offset()
    ];
    let tx = app.db().read().await?;
    let found: Vec<Columns> = tx.all(&queries::LOOKS_AT_WORKER, values).await?;
    drop(tx);
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::new();
    for row in found {
        rows.push(Row {
            day: day(row.look_day, "look.look_day")?,
            company: row.company_name.unwrap_or_else(|| frame.t.s("looks-operator")),
            what: what_words(&frame.t, &row.what),
            first: millisecond(row.first_at, "look.first_at")?,
            last: millisecond(row.last_at, "look.last_at")?,
            times: row.times,
        });
    }
    web::page(&OwnPage {
        frame: frame.title("looks-title"),
        month,
        base: format!("/my/looks?month={month}&"),
        looks: Paged {
            rows,
            total,
            page: number,
        },
    })
}
