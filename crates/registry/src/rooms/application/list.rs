//! The viewer's applications, and how one is begun.

use askama::Template;
use axum::extract::{Query, State as AppState};
use axum::http::StatusCode;
use domain::access::Act;
use domain::registration::Purpose;
use domain::registration::moves::State;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Form, Frame, Mood, Page, PageError, redirect, redirect_with_numbers};

use super::begin::may_renew;
use super::consents::{self, AskedLine};
use super::open::may_begin;
use super::stored::state_word;
use super::{BeginRefusal, begin as begin_it, begin_for, queries, status};
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
    begins: Vec<Purpose>,
    ends: Vec<Purpose>,
    /// Consents asked of the viewer.
    asked: Vec<AskedLine>,
    may_bulk: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

/// What the viewer can begin now, in the order of the buttons; what ends a registration comes apart.
async fn offers(app: &App, tx: &Tx, viewer: &Viewer, may: &[Purpose]) -> Result<(Vec<Purpose>, Vec<Purpose>), StoreError> {
    let (ends, mut begins): (Vec<Purpose>, Vec<Purpose>) = may.iter().copied().partition(|purpose| purpose.ends());
    if app
        .masters()
        .policies()
        .at(domain::Policy::LevelWorkerApplies, app.clock().today())
        != 1
    {
        begins.retain(|offered| *offered != Purpose::LevelEvaluation);
    }
    for (purpose, subject) in [
        (
            Purpose::CompanyRenewal,
            viewer.company_id().map(|company| company.to_string()),
        ),
        (
            Purpose::WorkerRenewal,
            viewer.worker.as_ref().map(|(worker, _)| worker.to_string()),
        ),
    ] {
        let open = match subject.filter(|_| begins.contains(&purpose)) {
            Some(subject) => may_renew(app, tx, purpose, &subject).await?.is_ok(),
            None => false,
        };
        if !open {
            begins.retain(|offered| *offered != purpose);
        }
    }
    Ok((begins, ends))
}

/// The viewer's applications.
///
/// # Permissions
/// Applicants, workers, administrators and proxy clerks; reviewers and the operator's administrator for what they file themselves.
pub(super) async fn page(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let may: Vec<Purpose> = Purpose::ALL
        .into_iter()
        .filter(|purpose| may_begin(&viewer, *purpose).is_some())
        .collect();
    if may.is_empty() && !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let company = viewer.company_id().map(|company| company.to_string());
    let tx = app.db().read().await?;
    let values = values![viewer.account.as_str(), company, number.limit(), number.offset()];
    let rows: Vec<ListColumns> = tx.all(&queries::MINE, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let (begins, ends) = offers(&app, &tx, &viewer, &may).await?;
    let asked = consents::asked_of(&tx, &viewer).await?;
    let t = frame.t.clone();
    let now = app.clock().now();
    let rows = rows
        .into_iter()
        .map(|row| {
            let state = State::from_word(&row.state).ok_or_else(|| unreadable("application.state"))?;
            let since = millisecond(row.state_since, "application.state_since")?;
            let purpose = Purpose::from_word(&row.purpose).ok_or_else(|| unreadable("application.purpose"))?;
            Ok(ListRow {
                purpose,
                state: (
                    status::mood(state),
                    t.s(format!("application-state-{}", state_word(purpose, state))),
                ),
                lasted: status::duration(&t, since, now),
                id: row.id,
                number: row.number,
                name: row.name,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    web::page(&ListPage {
        frame: frame.title("applications-title"),
        applications: Paged {
            rows,
            total,
            page: number,
        },
        begins,
        ends,
        asked,
        may_bulk: viewer.may(Act::ApplyByProxy),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct BeginForm {
    purpose: String,
    /// Handle of the worker it is filed for, where that is somebody else.
    worker: String,
}

/// Begins an application and leads to its first step.
///
/// # Permissions
/// By purpose: see `open::may_begin`; for a worker: his employers and the operator's reviewers.
pub(super) async fn begin(AppState(app): AppState<App>, viewer: Viewer, Form(form): Form<BeginForm>) -> Page {
    let Some(purpose) = Purpose::from_word(&form.purpose) else {
        return Err(PageError::refused(StatusCode::BAD_REQUEST, "error-form"));
    };
    let tx = app.db().write().await?;
    let begun = if form.worker.is_empty() {
        begin_it(&app, &tx, &viewer, purpose).await
    } else {
        begin_for(&app, &tx, &viewer, purpose, &form.worker).await
    };
    match begun {
        Ok(id) => {
            tx.commit().await?;
            let first = purpose.form().groups.first().map_or("", |group| group.name);
            Ok(redirect(&format!("/applications/{id}/steps/{first}")))
        }
        Err(UseCaseError::Refused(BeginRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(BeginRefusal::NotFound)) => Err(PageError::NotFound),
        Err(UseCaseError::Refused(BeginRefusal::Ended)) => Err(PageError::refused(StatusCode::CONFLICT, "application-has-ended")),
        Err(UseCaseError::Refused(BeginRefusal::NothingToRenew)) => {
            Err(PageError::refused(StatusCode::CONFLICT, "application-nothing-to-renew"))
        }
        Err(UseCaseError::Refused(BeginRefusal::TooEarly { from })) => {
            let date = from.date();
            let number = |n: i16| usize::try_from(n).unwrap_or(0);
            let day = [
                ("year", number(date.year())),
                ("month", number(date.month().into())),
                ("day", number(date.day().into())),
            ];
            Ok(redirect_with_numbers("/applications", "application-too-early", &day))
        }
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
