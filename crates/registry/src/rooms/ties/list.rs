//! The list of those who belong to the company. Words of a search travel in the form, never in an address: they are about people.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use domain::access::Act;
use domain::{WorkDay, WorkerId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Form, Frame, Page, redirect_with_numbers};

use super::end::keeper;
use super::pages::page_error;
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rows::{day, id, millisecond, opt_day};
use crate::typed::Search;

/// Rows of a page.
const ROWS: u32 = 50;

/// Which part of the list.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    /// Only those not confirmed yet.
    open: Option<String>,
    page: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct PageQuery {
    page: Option<u32>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    from_day: i32,
    to_day: Option<i32>,
    main: i32,
    confirmed_at: Option<i64>,
    total: i64,
    unconfirmed: i64,
}

#[derive(FromQueryResult)]
struct EndedColumns {
    id: String,
    handle: String,
    name: String,
    last_day: i32,
}

struct Row {
    worker: WorkerId,
    handle: String,
    name: String,
    kana: String,
    from: WorkDay,
    to: Option<WorkDay>,
    main: bool,
    confirmed: Option<Timestamp>,
}

/// An end entered today, which can be taken back.
struct Ended {
    worker: WorkerId,
    handle: String,
    name: String,
    last: WorkDay,
}

#[derive(Template)]
#[template(path = "ties/templates/list.html")]
struct ListPage {
    frame: Frame,
    q: String,
    open: bool,
    workers: Paged<Row>,
    unconfirmed: i64,
    ended: Vec<Ended>,
    /// Moves to the company that wait for its word.
    moves: i64,
    /// The viewer may file for his workers.
    files: bool,
}

impl ListPage {
    /// Everything, not only what a search found: pages are addresses then.
    fn whole(&self) -> bool {
        self.q.is_empty() && !self.open
    }
}

/// The whole list.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<PageQuery>) -> Page {
    let asked = Asked {
        page: query.page,
        ..Asked::default()
    };
    show(&app, &viewer, frame, &asked).await
}

/// What a search found.
///
/// # Permissions
/// As the list.
pub(super) async fn search(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    show(&app, &viewer, frame, &asked).await
}

async fn show(app: &App, viewer: &Viewer, frame: Frame, asked: &Asked) -> Page {
    let (company, _) = keeper(viewer).map_err(|refusal| page_error(&refusal))?;
    let search = Search::new(&asked.q);
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let today = app.clock().today();
    let tx = app.db().read().await?;
    let values = values![
        company.to_string(),
        today.to_number(),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        i32::from(asked.open.is_some()),
        number.limit(),
        number.offset()
    ];
    let found: Vec<Columns> = tx.all(&queries::LIST, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let unconfirmed = found.first().map_or(0, |row| row.unconfirmed);
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(Row {
            worker: id(&row.id, "employment.worker_id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            from: day(row.from_day, "employment.from_day")?,
            to: opt_day(row.to_day, "employment.to_day")?,
            main: row.main == 1,
            confirmed: row
                .confirmed_at
                .map(|at| millisecond(at, "employment.confirmed_at"))
                .transpose()?,
        });
    }
    let ended = ended_today(app, &tx, company).await?;
    let moves = super::waiting_moves(&tx, company).await?;
    drop(tx);
    let people: Vec<WorkerId> = rows.iter().map(|r| r.worker).chain(ended.iter().map(|e| e.worker)).collect();
    audit::seen(app, viewer, &people, "tie").await?;
    web::page(&ListPage {
        frame: frame.title("ties-title"),
        q: search.typed,
        open: asked.open.is_some(),
        workers: Paged {
            rows,
            total,
            page: number,
        },
        unconfirmed,
        ended,
        moves,
        files: viewer.may(Act::ApplyByProxy),
    })
}

async fn ended_today(app: &App, tx: &Tx, company: domain::CompanyId) -> Result<Vec<Ended>, StoreError> {
    let midnight = app.clock().today().date().to_zoned(domain::time::japan());
    let since = midnight.map_or(i64::MAX, |z| z.timestamp().as_millisecond());
    let found: Vec<EndedColumns> = tx.all(&queries::ENDED_SINCE, values![company.to_string(), since]).await?;
    found
        .into_iter()
        .map(|row| {
            Ok(Ended {
                worker: id(&row.id, "tie_end.worker_id")?,
                handle: row.handle,
                name: row.name,
                last: day(row.last_day, "tie_end.last_day")?,
            })
        })
        .collect()
}

/// Confirms that those ticked (or all of the page) belong to the company.
///
/// # Permissions
/// As the list; others' workers are passed over.
pub(super) async fn confirm(State(app): State<App>, viewer: Viewer, Form(pairs): Form<Vec<(String, String)>>) -> Page {
    let (company, _) = keeper(&viewer).map_err(|refusal| page_error(&refusal))?;
    let all = pairs.iter().any(|(name, _)| name == "everybody");
    let field = if all { "listed" } else { "worker" };
    let handles: BTreeSet<&String> = pairs
        .iter()
        .filter(|(name, _)| name == field)
        .map(|(_, value)| value)
        .collect();
    let today = app.clock().today().to_number();
    let tx = app.db().write().await?;
    let named = values![Rows::of(handles.iter().map(|h| [h]))?, company.to_string(), today];
    let workers: Vec<WorkerRow> = tx.all(&queries::NAMED, named).await?;
    let ids: Vec<&str> = workers.iter().map(|w| w.id.as_str()).collect();
    let values = values![
        Rows::of(ids.iter().map(|id| [id]))?,
        company.to_string(),
        today,
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::CONFIRM, values).await?;
    let details = serde_json::json!({ "company": company.to_string() });
    audit::changed_many(&app, &tx, &viewer, &ids, "tie_confirmed", &details).await?;
    tx.commit().await?;
    Ok(redirect_with_numbers("/ties", "ties-confirmed", &[("count", ids.len())]))
}

#[derive(FromQueryResult)]
struct WorkerRow {
    id: String,
}
