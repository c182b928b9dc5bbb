//! A worker's home: how he stands, his last days, his notices.

use askama::Template;
use domain::{SiteId, WorkDay, YearMonth};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Page as PageNumber, values};
use web::{Frame, Page, PageError};

use super::{NOTICES, queries};
use crate::App;
use crate::access::Viewer;
use crate::rooms::notices::{Notice, newest};
use crate::rows::{day, id, opt_day, second};

/// Histories shown.
const LAST: i64 = 7;

#[derive(FromQueryResult)]
pub(super) struct WorkerColumns {
    pub(super) name: String,
    pub(super) name_kana: String,
    pub(super) name_alphabet: String,
    pub(super) handle: String,
    pub(super) registration: String,
    pub(super) level: i32,
    pub(super) ended_on: Option<i32>,
    pub(super) birth_day: Option<i32>,
    pub(super) phone: String,
    pub(super) email: String,
}

#[derive(FromQueryResult)]
pub(super) struct EmployerColumns {
    pub(super) name: String,
    pub(super) main: i32,
}

#[derive(FromQueryResult)]
struct DayColumns {
    work_day: i32,
    site_id: String,
    site_name: String,
    first_in: Option<i64>,
    last_out: Option<i64>,
    counts: i32,
}

#[derive(FromQueryResult)]
struct MonthColumns {
    counting: i64,
    open: i64,
}

/// One history.
struct Last {
    day: WorkDay,
    site: SiteId,
    site_name: String,
    first_in: Option<Timestamp>,
    last_out: Option<Timestamp>,
    counts: bool,
}

#[derive(Template)]
#[template(path = "portal/templates/worker.html")]
struct WorkerPage {
    frame: Frame,
    name: String,
    handle: String,
    detailed: bool,
    level: i32,
    ended: Option<WorkDay>,
    employers: Vec<String>,
    month: YearMonth,
    counting: i64,
    open: i64,
    last: Vec<Last>,
    notices: Vec<Notice>,
}

pub(super) async fn home(app: &App, viewer: &Viewer, frame: Frame) -> Page {
    let worker = viewer
        .worker
        .as_ref()
        .map(|(id, _)| id.to_string())
        .ok_or(PageError::Forbidden)?;
    let today = app.clock().today();
    let month = today.month();
    let tx = app.db().read().await?;
    let row: Option<WorkerColumns> = tx.one(&queries::WORKER, values![worker.as_str()]).await?;
    let row = row.ok_or(PageError::NotFound)?;
    let employers: Vec<EmployerColumns> = tx
        .all(&queries::EMPLOYERS, values![worker.as_str(), today.to_number()])
        .await?;
    let days = values![worker.as_str(), month.first().to_number(), month.last().to_number()];
    let figures: Option<MonthColumns> = tx.one(&queries::DAYS_OF_MONTH, days).await?;
    let since = month.previous().first().to_number();
    let found: Vec<DayColumns> = tx.all(&queries::LAST_DAYS, values![worker.as_str(), since, LAST]).await?;
    let mut last = Vec::with_capacity(found.len());
    for row in found {
        last.push(Last {
            day: day(row.work_day, "history.work_day")?,
            site: id(&row.site_id, "history.site_id")?,
            site_name: row.site_name,
            first_in: row.first_in.map(|t| second(t, "history.first_in")).transpose()?,
            last_out: row.last_out.map(|t| second(t, "history.last_out")).transpose()?,
            counts: row.counts == 1,
        });
    }
    let notices = newest(&tx, viewer, &frame.t, PageNumber::new(1, NOTICES)).await?.rows;
    web::page(&WorkerPage {
        frame: frame.title("portal-home"),
        name: row.name,
        handle: row.handle,
        detailed: row.registration == "detailed",
        level: row.level,
        ended: opt_day(row.ended_on, "worker.ended_on")?,
        employers: employers.into_iter().map(|e| e.name).collect(),
        month,
        counting: figures.as_ref().map_or(0, |f| f.counting),
        open: figures.as_ref().map_or(0, |f| f.open),
        last,
        notices,
    })
}
