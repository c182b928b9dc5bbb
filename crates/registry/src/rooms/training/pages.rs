//! The operator's page of places of training.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::WorkDay;
use domain::access::Act;
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, Page, PageError, page, redirect_with};

use super::queries;
use super::recognise::{EndForm, RecogniseForm, TrainingRefusal, end, recognise};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rows::{day, opt_day};

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    name: String,
    prime_name: String,
    from_day: i32,
    to_day: Option<i32>,
    note: String,
    total: i64,
}

struct Line {
    id: String,
    name: String,
    prime: String,
    from: WorkDay,
    to: Option<WorkDay>,
    note: String,
}

#[derive(Template)]
#[template(path = "training/templates/list.html")]
struct ListPage {
    frame: Frame,
    lines: Paged<Line>,
    today: WorkDay,
    form: FormState<RecogniseForm>,
    /// What is wrong with a last day: of which site, what was typed, why.
    wrong_end: Option<(String, String, String)>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

async fn show(
    app: &App,
    tx: &Tx,
    frame: Frame,
    number: u32,
    form: FormState<RecogniseForm>,
    wrong_end: Option<(String, String, String)>,
) -> Page {
    let number = PageNumber::new(number, ROWS);
    let found: Vec<Columns> = tx.all(&queries::LIST, values![number.limit(), number.offset()]).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::new();
    for row in found {
        rows.push(Line {
            from: day(row.from_day, "training_site.from_day")?,
            to: opt_day(row.to_day, "training_site.to_day")?,
            id: row.id,
            name: row.name,
            prime: row.prime_name,
            note: row.note,
        });
    }
    let status = if wrong_end.is_some() {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        form.status()
    };
    let home = frame.t.s("portal-home");
    let body = page(&ListPage {
        frame: frame.crumb(home, "/").title("training-title"),
        lines: Paged {
            rows,
            total,
            page: number,
        },
        today: app.clock().today(),
        form,
        wrong_end,
    })?;
    Ok((status, body).into_response())
}

/// All places of training.
///
/// # Permissions
/// The operator.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    if !viewer.may(Act::KeepTraining) {
        return Err(PageError::Forbidden);
    }
    let form = FormState::new(&frame.t, RecogniseForm::default());
    show(&app, &app.db().read().await?, frame, query.page.unwrap_or(1), form, None).await
}

/// What is refused; an error page where no form helps.
fn refused<T>(done: UseCase<T, TrainingRefusal>) -> Result<Option<TrainingRefusal>, PageError> {
    match done {
        Ok(_) => Ok(None),
        Err(UseCaseError::Refused(TrainingRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(why)) => Ok(Some(why)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Recognises a site.
///
/// # Permissions
/// The operator.
pub(super) async fn recognise_one(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<RecogniseForm>) -> Page {
    let tx = app.db().write().await?;
    if let Some(why) = refused(recognise(&app, &tx, &viewer, &form).await)? {
        drop(tx);
        let mut errors = FieldErrors::new();
        errors.add(why.field(), why.key());
        let form = FormState::wrong(&frame.t, form, errors);
        return show(&app, &app.db().read().await?, frame, 1, form, None).await;
    }
    tx.commit().await?;
    Ok(redirect_with("/training", "training-recognised"))
}

/// Says the last day.
///
/// # Permissions
/// The operator.
pub(super) async fn end_one(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<EndForm>,
) -> Page {
    let tx = app.db().write().await?;
    if let Some(why) = refused(end(&app, &tx, &viewer, &site, &form).await)? {
        drop(tx);
        let wrong = Some((site, form.to, frame.t.s(why.key())));
        let form = FormState::new(&frame.t, RecogniseForm::default());
        return show(&app, &app.db().read().await?, frame, 1, form, wrong).await;
    }
    tx.commit().await?;
    Ok(redirect_with("/training", "training-ended"))
}
