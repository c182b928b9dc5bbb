//! The viewer's applications, and how one is begun.

use askama::Template;
use axum::extract::{Query, State as AppState};
use axum::http::StatusCode;
use domain::access::Act;
use domain::registration::Purpose;
use domain::registration::moves::State;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, values};
use web::{Form, Frame, Mood, Page, PageError, redirect};

use super::open::may_begin;
use super::{begin as begin_it, queries, status};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::{millisecond, unreadable};

/// Rows of the list.
const ROWS: u32 = 20;

#[derive(FromQueryResult)]
struct ListColumns {
    id: String,
    number: String,
    purpose: String,
    state: String,
    state_since: i64,
    name: String,
    total: i64,
}

struct ListRow {
    id: String,
    number: String,
    purpose: Purpose,
    state: (Mood, String),
    lasted: String,
    name: String,
}

#[derive(Template)]
#[template(path = "application/templates/list.html")]
struct ListPage {
    frame: Frame,
    applications: Paged<ListRow>,
    may_begin: Vec<Purpose>,
    may_bulk: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

/// The viewer's applications.
///
/// # Permissions
/// Applicants, workers, administrators and proxy clerks.
pub(super) async fn page(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let may: Vec<Purpose> = Purpose::ALL
        .into_iter()
        .filter(|purpose| may_begin(&viewer, *purpose).is_some())
        .collect();
    if may.is_empty() {
        return Err(PageError::Forbidden);
    }
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let company = viewer.company_id().map(|company| company.to_string());
    let tx = app.db().read().await?;
    let values = values![viewer.account.as_str(), company, number.limit(), number.offset()];
    let rows: Vec<ListColumns> = tx.all(&queries::MINE, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let t = frame.t.clone();
    let now = app.clock().now();
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = State::from_word(&row.state).ok_or_else(|| unreadable("application.state"))?;
            let since = millisecond(row.state_since, "application.state_since")?;
            Ok(ListRow {
                purpose: Purpose::from_word(&row.purpose).ok_or_else(|| unreadable("application.purpose"))?,
                state: (
                    status::mood(state),
                    t.s(format!("application-state-{}", state.word().replace('_', "-"))),
                ),
                lasted: status::duration(&t, since, now),
                id: row.id,
                number: row.number,
                name: row.name,
            })
        })
        .collect::<Result<_, store::StoreError>>()?;
    web::page(&ListPage {
        frame: frame.title("applications-title"),
        applications: Paged {
            rows,
            total,
            page: number,
        },
        may_begin: may,
        may_bulk: viewer.may(Act::ApplyByProxy),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct BeginForm {
    purpose: String,
}

/// Begins an application and leads to its first step.
///
/// # Permissions
/// By purpose: see `open::may_begin`.
pub(super) async fn begin(AppState(app): AppState<App>, viewer: Viewer, Form(form): Form<BeginForm>) -> Page {
    let Some(purpose) = Purpose::from_word(&form.purpose) else {
        return Err(PageError::refused(StatusCode::BAD_REQUEST, "error-form"));
    };
    let tx = app.db().write().await?;
    match begin_it(&app, &tx, &viewer, purpose).await {
        Ok(id) => {
            tx.commit().await?;
            let first = purpose.form().groups.first().map_or("", |group| group.name);
            Ok(redirect(&format!("/applications/{id}/steps/{first}")))
        }
        Err(UseCaseError::Refused(_)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Key of the button that begins an application.
fn begin_key(purpose: &Purpose) -> String {
    format!("application-begin-{}", purpose.word().replace('_', "-"))
}

/// Key of what an application asks for.
fn purpose_key(purpose: &Purpose) -> String {
    format!("application-purpose-{}", purpose.word().replace('_', "-"))
}
