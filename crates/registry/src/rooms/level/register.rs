//! The register of levels: what was given, what was cancelled, and by what. Names that are searched for travel in the form.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::{WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Encoding, Form, Frame, Mood, Page, PageError, T, csv_response, redirect_with};

use super::grant::{CancelRefusal, cancel};
use super::queries;
use super::view::field_name;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rows::{day, opt_day};
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 50;
/// Rows of a file.
const ALL: i64 = 1_000_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// A name, kana or ID; only in the form.
    q: String,
    field: String,
    page: Option<u32>,
    encoding: Encoding,
}

#[derive(FromQueryResult)]
struct Columns {
    worker_id: String,
    handle: String,
    name: String,
    what: String,
    field: String,
    level: i32,
    on_day: i32,
    judged: Option<i32>,
    judged_by: Option<i32>,
    reason: String,
    application_id: Option<String>,
    by_name: Option<String>,
    newest: i32,
    total: i64,
}

struct Line {
    worker: String,
    handle: String,
    name: String,
    field: String,
    field_name: String,
    level: i32,
    on: WorkDay,
    granted: bool,
    /// What the judge said, by the criteria of which day.
    judged: Option<(i32, WorkDay)>,
    reason: String,
    application: String,
    by: String,
    /// It is in force, so it can be cancelled.
    in_force: bool,
}

#[derive(Template)]
#[template(path = "level/templates/register.html")]
struct RegisterPage {
    frame: Frame,
    asked: Asked,
    fields: Vec<(String, String)>,
    lines: Paged<Line>,
}

async fn read(app: &App, tx: &Tx, t: &T, asked: &Asked, limit: i64, offset: i64) -> Result<(Vec<Line>, u64), StoreError> {
    let masters = app.masters();
    let search = Search::new(&asked.q);
    let values = values![search.name, search.kana_or_id, asked.field.replace('\0', ""), limit, offset];
    let found: Vec<Columns> = tx.all(&queries::REGISTER, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut lines = Vec::with_capacity(found.len());
    for row in found {
        let field = masters.levels().field(&row.field);
        let judged_by = opt_day(row.judged_by, "level_grant.judged_by")?;
        lines.push(Line {
            field_name: field.map_or_else(|| row.field.clone(), |field| field_name(t, field)),
            on: day(row.on_day, "level_grant.on_day")?,
            granted: row.what == "granted",
            in_force: row.what == "granted" && row.newest == 1,
            judged: row.judged.zip(judged_by),
            worker: row.worker_id,
            handle: row.handle,
            name: row.name,
            field: row.field,
            level: row.level,
            reason: row.reason,
            application: row.application_id.unwrap_or_default(),
            by: row.by_name.unwrap_or_default(),
        });
    }
    Ok((lines, total))
}

async fn seen(app: &App, viewer: &Viewer, lines: &[Line]) -> Result<(), StoreError> {
    let people: Vec<WorkerId> = lines.iter().filter_map(|line| line.worker.parse().ok()).collect();
    audit::seen(app, viewer, &people, "level").await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, asked: Asked) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let (rows, total) = read(app, &tx, &frame.t, &asked, number.limit(), number.offset()).await?;
    drop(tx);
    seen(app, viewer, &rows).await?;
    let masters = app.masters();
    let fields = masters.levels().fields.iter();
    web::page(&RegisterPage {
        fields: fields.map(|field| (field.id.clone(), field_name(&frame.t, field))).collect(),
        lines: Paged {
            rows,
            total,
            page: number,
        },
        asked,
        frame: frame.title("level-register-title"),
    })
}

/// All of it, the newest first.
///
/// # Permissions
/// Reviewers and the operator's administrator.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let asked = Asked {
        q: String::new(),
        ..asked
    };
    show(&app, &viewer, frame, asked).await
}

/// What a search found.
///
/// # Permissions
/// As the list.
pub(super) async fn search(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    show(&app, &viewer, frame, asked).await
}

/// The same as a file.
///
/// # Permissions
/// As the list.
pub(super) async fn csv(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let (t, encoding) = (&frame.t, asked.encoding);
    let asked = Asked {
        q: String::new(),
        ..asked
    };
    let tx = app.db().read().await?;
    let (lines, _) = read(&app, &tx, t, &asked, ALL, 0).await?;
    drop(tx);
    seen(&app, &viewer, &lines).await?;
    let head = [
        "csv-worker-id",
        "csv-name",
        "level-register-field",
        "level-register-level",
        "level-register-what",
        "level-register-day",
        "level-register-judged",
        "level-register-by",
        "level-register-reason",
    ];
    let mut file = vec![head.iter().map(|key| t.s(key)).collect::<Vec<String>>()];
    for line in lines {
        file.push(vec![
            line.worker,
            line.name,
            line.field_name,
            line.level.to_string(),
            t.s(if line.granted {
                "level-register-granted"
            } else {
                "level-register-cancelled"
            }),
            line.on.to_string(),
            line.judged.map_or_else(String::new, |(level, _)| level.to_string()),
            line.by,
            line.reason,
        ]);
    }
    Ok(csv_response("level_register.csv", file, encoding)?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CancelForm {
    reason: String,
}

/// Cancels a level.
///
/// # Permissions
/// Reviewers and the operator's administrator.
pub(super) async fn cancel_one(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((handle, field)): Path<(String, String)>,
    Form(form): Form<CancelForm>,
) -> Page {
    if !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().write().await?;
    let worker: Option<String> = tx.value(&queries::BY_HANDLE, values![handle]).await?;
    let worker = worker.ok_or(PageError::NotFound)?;
    let (status, key) = match cancel(&app, &tx, &viewer, &worker, &field, &form.reason).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(redirect_with("/level-register", "level-register-done"));
        }
        Err(UseCaseError::Refused(CancelRefusal::Forbidden)) => return Err(PageError::Forbidden),
        Err(UseCaseError::Refused(CancelRefusal::NothingInForce)) => (StatusCode::CONFLICT, "level-register-nothing"),
        Err(UseCaseError::Refused(CancelRefusal::Reason)) => (StatusCode::UNPROCESSABLE_ENTITY, "level-register-reason-needed"),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    };
    drop(tx);
    let frame = frame.notice::<&str>(Mood::Warn, key, &[]);
    let body = show(&app, &viewer, frame, Asked::default()).await?;
    Ok((status, body).into_response())
}
