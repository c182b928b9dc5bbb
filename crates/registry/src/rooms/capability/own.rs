//! The company's page: its figures in a field, what it states, whether it is published.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use domain::capability::{Figures, Item, Unit, rate};
use domain::{CompanyId, WorkDay};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Tx, values};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, redirect_with};

use super::publish::{CapabilityRefusal, StatementForm, company_of, publish, rated, state, withdraw};
use super::view::{AreaView, areas, item_name};
use super::{figures, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::level::field_name;
use crate::rows::day;

/// Which field.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    field: String,
}

/// What of an item the company states.
struct Statement {
    word: &'static str,
    name: String,
    typed: String,
    error: String,
    yes_no: bool,
}

/// What is published now.
struct Published {
    on: WorkDay,
    until: WorkDay,
    /// The figures of today are others.
    outdated: bool,
}

#[derive(FromQueryResult)]
struct PublishedRow {
    on_day: i32,
    until_day: i32,
    figures: String,
}

#[derive(Template)]
#[template(path = "capability/templates/own.html")]
struct OwnPage {
    frame: Frame,
    company: CompanyId,
    fields: Vec<(String, String)>,
    field: String,
    confirmed: bool,
    areas: Vec<AreaView>,
    statements: Vec<Statement>,
    form: FormState<()>,
    yes_no: Vec<(String, String)>,
    published: Option<Published>,
}

/// The figures of the viewer's company in a field. Without one: the first in which companies are rated.
///
/// # Permissions
/// Administrators of a company.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let tx = app.db().read().await?;
    show(&app, &tx, &viewer, frame, &asked.field, None).await
}

/// What was typed and which of it is wrong.
type Wrong = (StatementForm, Vec<Item>);

async fn show(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, field: &str, wrong: Option<Wrong>) -> Page {
    let company = company_of(viewer).ok_or(PageError::Forbidden)?;
    let (masters, today, t) = (app.masters(), app.clock().today(), frame.t.clone());
    let fields: Vec<_> = rated(&masters, today).collect();
    let chosen = match field {
        "" => fields.first(),
        id => fields.iter().find(|field| field.id == id),
    };
    let chosen = chosen.ok_or(PageError::NotFound)?;
    let now = figures::of_company(tx, company, chosen, today).await?;
    let areas_now = rate(masters.capability_points(), &now);
    let row: Option<PublishedRow> = tx
        .one(
            &queries::PUBLISHED,
            values![company.to_string(), chosen.id.as_str(), today.to_number()],
        )
        .await?;
    let published = match row {
        None => None,
        Some(row) => Some(Published {
            on: day(row.on_day, "capability_publication.on_day")?,
            until: day(row.until_day, "capability_publication.until_day")?,
            outdated: figures::read(&row.figures)? != now,
        }),
    };
    let mut errors = FieldErrors::new();
    let (typed, faults) = wrong.unwrap_or_else(|| (StatementForm { figures: as_typed(&now) }, Vec::new()));
    for item in &faults {
        errors.add_with(
            item.word(),
            "capability-figure-wrong",
            vec![("most", t.number(most(*item)).into())],
        );
    }
    let form = FormState::wrong(&t, (), errors);
    let statements = Item::stated()
        .map(|item| Statement {
            word: item.word(),
            name: item_name(&t, item),
            typed: typed.figures.get(item.word()).cloned().unwrap_or_default(),
            error: form.error(item.word()),
            yes_no: item.unit() == Unit::YesNo,
        })
        .collect();
    let status = form.status();
    let body = web::page(&OwnPage {
        company,
        fields: fields.iter().map(|field| (field.id.clone(), field_name(&t, field))).collect(),
        field: chosen.id.clone(),
        confirmed: areas_now.iter().all(|area| area.confirmed),
        areas: areas(&t, &areas_now),
        statements,
        form,
        yes_no: ["yes", "no"]
            .map(|word| (word.to_owned(), t.s(format!("capability-{word}"))))
            .into(),
        published,
        frame: frame.title("capability-title"),
    })?;
    Ok((status, body).into_response())
}

fn most(item: Item) -> i64 {
    i64::try_from(item.most()).unwrap_or(i64::MAX)
}

/// What was stated, as it would be typed.
fn as_typed(figures: &Figures) -> BTreeMap<String, String> {
    let stated = Item::stated().filter_map(|item| Some((item, *figures.get(&item)?)));
    let text = |item: Item, figure: u64| match (item.unit(), figure) {
        (Unit::YesNo, 1) => "yes".to_owned(),
        (Unit::YesNo, _) => "no".to_owned(),
        _ => figure.to_string(),
    };
    stated
        .map(|(item, figure)| (item.word().to_owned(), text(item, figure)))
        .collect()
}

fn page_error(why: &CapabilityRefusal) -> PageError {
    match why {
        CapabilityRefusal::Forbidden => PageError::Forbidden,
        _ => PageError::NotFound,
    }
}

/// Keeps a statement.
///
/// # Permissions
/// Administrators of a company.
pub(super) async fn state_one(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(field): Path<String>,
    Form(form): Form<StatementForm>,
) -> Page {
    let tx = app.db().write().await?;
    match state(&app, &tx, &viewer, &field, &form).await {
        Ok(_) => tx.commit().await?,
        Err(UseCaseError::Refused(CapabilityRefusal::Figures(items))) => {
            return show(&app, &tx, &viewer, frame, &field, Some((form, items))).await;
        }
        Err(UseCaseError::Refused(why)) => return Err(page_error(&why)),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    }
    Ok(redirect_with(&format!("/capability?field={field}"), "capability-stated"))
}

/// Publishes.
///
/// # Permissions
/// Administrators of a company.
pub(super) async fn publish_one(
    State(app): State<App>,
    viewer: Viewer,
    Path(field): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    match publish(&app, &tx, &viewer, &field).await {
        Ok(_) => tx.commit().await?,
        Err(UseCaseError::Refused(why)) => return Err(page_error(&why)),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    }
    Ok(redirect_with(&format!("/capability?field={field}"), "capability-published"))
}

/// Takes it back.
///
/// # Permissions
/// Administrators of a company.
pub(super) async fn withdraw_one(
    State(app): State<App>,
    viewer: Viewer,
    Path(field): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    match withdraw(&app, &tx, &viewer, &field).await {
        // Done already, in another window: what was wanted is so.
        Ok(()) | Err(UseCaseError::Refused(CapabilityRefusal::NotPublished)) => tx.commit().await?,
        Err(UseCaseError::Refused(why)) => return Err(page_error(&why)),
        Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
    }
    Ok(redirect_with(&format!("/capability?field={field}"), "capability-withdrawn"))
}
