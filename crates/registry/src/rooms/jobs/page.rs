//! The page of a job: how far it is, and what came of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Sql, values};
use web::{Frame, Page, PageError, T, Value, page};

use crate::App;
use crate::access::Viewer;
use crate::rows::unreadable;

/// A job of this account: nobody else watches it.
pub(super) const OWN: Sql = Sql::new(
    "jobs.own",
    "select kind, link, state, done, total, told, numbers from job where id = $1 and account_id = $2",
);

#[derive(FromQueryResult)]
struct Columns {
    kind: String,
    link: String,
    state: String,
    done: i64,
    total: i64,
    told: String,
    numbers: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ShowQuery {
    /// Present: only the part that changes is asked for.
    part: Option<String>,
}

#[derive(Template)]
#[template(path = "jobs/templates/job.html")]
struct ShowPage {
    frame: Frame,
    part: Part,
    under_way: bool,
}

#[derive(Template)]
#[template(path = "jobs/templates/part.html")]
struct Part {
    t: T,
    id: String,
    row: Columns,
    /// The closing sentence.
    told: String,
    percent: i64,
}

/// How far a job is; it looks again by itself.
///
/// # Permissions
/// Whoever asked for it.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(job): Path<String>,
    Query(query): Query<ShowQuery>,
) -> Page {
    let id = crate::typed::key(&job).ok_or(PageError::NotFound)?;
    let row: Option<Columns> = app.db().one(&OWN, values![id, viewer.account.as_str()]).await?;
    let row = row.ok_or(PageError::NotFound)?;
    let numbers: BTreeMap<String, i64> = serde_json::from_str(&row.numbers).map_err(|_| unreadable("job.numbers"))?;
    let numbers: Vec<(&str, Value)> = numbers.iter().map(|(name, n)| (name.as_str(), Value::from(*n))).collect();
    let told = match row.state.as_str() {
        "waiting" => String::new(),
        "failed" => frame.t.s("job-failed"),
        _ => frame.t.with(&row.told, &numbers),
    };
    let percent = if row.total > 0 {
        (row.done.saturating_mul(100) / row.total).clamp(0, 100)
    } else {
        0
    };
    let under_way = row.state == "waiting";
    let title = frame.t.s(format!("job-{}", row.kind));
    let part = Part {
        t: frame.t.clone(),
        id: id.to_owned(),
        row,
        told,
        percent,
    };
    if query.part.is_some() {
        return page(&part);
    }
    page(&ShowPage {
        frame: frame.titled(title),
        part,
        under_way,
    })
}
