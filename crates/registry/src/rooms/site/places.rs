//! Where work was done on a day at a bundled site (まとめ現場): place memos (作業場所メモ), kept by the prime, read by the companies of
//! the site and shown with the day's histories.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::{SiteId, WorkDay, YearMonth};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{StoreError, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, NoFields, Page, PageError, page, redirect_with};

use super::{OpenSite, Subject, note, open, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rows::day;
use crate::typed::line;

/// Most memos of a day.
const MOST_A_DAY: usize = 30;

/// A place memo.
#[derive(Debug, Clone)]
pub struct Place {
    /// Key of its row.
    pub id: String,
    /// The day.
    pub day: WorkDay,
    /// Where.
    pub place: String,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    day: i32,
    place: String,
}

/// The place memos of a site in a span of days, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn places(tx: &Tx, site: SiteId, from: WorkDay, to: WorkDay) -> Result<Vec<Place>, StoreError> {
    let values = values![site.to_string(), from.to_number(), to.to_number()];
    let rows: Vec<Columns> = tx.all(&queries::PLACES, values).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Place {
                id: row.id,
                day: day(row.day, "site_place.day")?,
                place: row.place,
            })
        })
        .collect()
}

/// Why a memo is not kept.
#[derive(Debug)]
pub enum PlaceRefusal {
    /// Only the prime keeps them.
    Forbidden,
    /// The site is not a bundled one.
    NotBundled,
    /// The form is wrong.
    Fields(FieldErrors),
}

/// What is typed of a memo.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    /// The day.
    pub day: String,
    /// Where.
    pub place: String,
}

/// Keeps a place memo of a day. The same memo twice is one.
///
/// # Errors
/// [`PlaceRefusal`].
pub async fn add_place(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &PlaceForm) -> UseCase<WorkDay, PlaceRefusal> {
    let refuse = UseCaseError::Refused;
    if !(site.is_prime() && viewer.may(Act::KeepSite)) {
        return Err(refuse(PlaceRefusal::Forbidden));
    }
    if !site.head.fields.yes("bundled") {
        return Err(refuse(PlaceRefusal::NotBundled));
    }
    let mut errors = FieldErrors::new();
    let day = errors.take("day", form.day.trim().parse::<WorkDay>(), |_| "field-no-day".into());
    let place = line(&mut errors, "place", &form.place, 100, true);
    let (from, to) = site.head.period;
    let inside = day.filter(|day| from <= *day && *day <= to);
    if day.is_some() && inside.is_none() {
        errors.add_with("day", "move-outside-period", vec![("from", from.into()), ("to", to.into())]);
    }
    let Some(day) = inside.filter(|_| errors.is_empty()) else {
        return Err(refuse(PlaceRefusal::Fields(errors)));
    };
    let there = places(tx, site.head.id, day, day).await?;
    if there.iter().any(|known| known.place == place) {
        return Ok(day);
    }
    if there.len() >= MOST_A_DAY {
        errors.add_with("place", "field-too-many", vec![("most", MOST_A_DAY.into())]);
        return Err(refuse(PlaceRefusal::Fields(errors)));
    }
    let id = app.new_key();
    let values = values![
        id.as_str(),
        site.head.id.to_string(),
        day.to_number(),
        place.as_str(),
        app.clock().now().as_millisecond()
    ];
    tx.run(&queries::INSERT_PLACE, values).await?;
    let what = serde_json::json!({ "added": { "day": day, "place": place } });
    note(app, tx, viewer, site.head.id, Subject::Place, &id, &what).await?;
    Ok(day)
}

/// Takes a memo back. Doing it twice does nothing.
///
/// # Errors
/// [`PlaceRefusal`].
pub async fn remove_place(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, place: &str) -> UseCase<(), PlaceRefusal> {
    if !(site.is_prime() && viewer.may(Act::KeepSite)) {
        return Err(UseCaseError::Refused(PlaceRefusal::Forbidden));
    }
    let Some(place) = crate::typed::key(place) else {
        return Ok(());
    };
    let values = values![place, site.head.id.to_string(), app.clock().now().as_millisecond()];
    if tx.run(&queries::REMOVE_PLACE, values).await? > 0 {
        let what = serde_json::json!("removed");
        note(app, tx, viewer, site.head.id, Subject::Place, place, &what).await?;
    }
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MonthQuery {
    month: String,
}

#[derive(Template)]
#[template(path = "site/templates/places.html")]
struct PlacesPage {
    frame: Frame,
    site: OpenSite,
    month: YearMonth,
    days: BTreeMap<WorkDay, Vec<Place>>,
    form: FormState<PlaceForm>,
    bundled: bool,
}

async fn places_page(tx: &Tx, frame: Frame, site: OpenSite, month: YearMonth, form: FormState<PlaceForm>) -> Page {
    let mut days: BTreeMap<WorkDay, Vec<Place>> = BTreeMap::new();
    for place in places(tx, site.head.id, month.first(), month.last()).await? {
        days.entry(place.day).or_default().push(place);
    }
    let status = form.status();
    let body = page(&PlacesPage {
        frame: site.crumbs(frame.title("places-title")),
        bundled: site.head.fields.yes("bundled"),
        site,
        month,
        days,
        form,
    })?;
    Ok((status, body).into_response())
}

/// The place memos of a month.
///
/// # Permissions
/// Companies in the organisation.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<MonthQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let today = app.clock().today();
    let month = query.month.parse().unwrap_or_else(|_| today.month());
    let form = FormState::new(
        &frame.t,
        PlaceForm {
            day: today.to_string(),
            place: String::new(),
        },
    );
    places_page(&tx, frame, site, month, form).await
}

fn refused(refusal: &PlaceRefusal) -> PageError {
    match refusal {
        PlaceRefusal::NotBundled => PageError::refused(StatusCode::CONFLICT, "places-not-bundled"),
        PlaceRefusal::Forbidden | PlaceRefusal::Fields(_) => PageError::Forbidden,
    }
}

/// Keeps a memo.
///
/// # Permissions
/// The prime.
pub(super) async fn add(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<PlaceForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match add_place(&app, &tx, &viewer, &site, &form).await {
        Ok(day) => {
            tx.commit().await?;
            let month = day.month();
            Ok(redirect_with(
                &format!("/sites/{}/places?month={month}", site.head.id),
                "place-kept",
            ))
        }
        Err(UseCaseError::Refused(PlaceRefusal::Fields(errors))) => {
            let today = app.clock().today().month();
            let month = form.day.parse::<WorkDay>().map_or(today, WorkDay::month);
            let form = FormState::wrong(&frame.t, form, errors);
            places_page(&tx, frame, site, month, form).await
        }
        Err(UseCaseError::Refused(refusal)) => Err(refused(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// Takes a memo back.
///
/// # Permissions
/// The prime.
pub(super) async fn remove(
    State(app): State<App>,
    viewer: Viewer,
    Path((site, place)): Path<(String, String)>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match remove_place(&app, &tx, &viewer, &site, &place).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/sites/{}/places", site.head.id), "place-removed"))
        }
        Err(UseCaseError::Refused(refusal)) => Err(refused(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
