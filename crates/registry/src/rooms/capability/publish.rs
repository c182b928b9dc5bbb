//! Use cases: a company states what the registry cannot know, publishes its figures in a field, and takes that back.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::capability::{Figures, Item, RatedArea, Unit, rate, shown_until};
use domain::levels::Field;
use domain::master::Policy;
use domain::{CompanyId, Masters, WorkDay};
use serde::Deserialize;
use serde_json::json;
use store::{Tx, values};
use unicode_normalization::UnicodeNormalization;

use super::{figures, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;

/// What is typed, by the words of the items. Empty: not told.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct StatementForm {
    /// By item.
    #[serde(flatten)]
    pub figures: BTreeMap<String, String>,
}

/// Why it is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapabilityRefusal {
    /// Administrators of a company only.
    Forbidden,
    /// Companies of this field are not rated.
    NoField,
    /// Figures that cannot be.
    Figures(Vec<Item>),
    /// Nothing is published.
    NotPublished,
}

fn refuse<T>(why: CapabilityRefusal) -> UseCase<T, CapabilityRefusal> {
    Err(UseCaseError::Refused(why))
}

/// The viewer's company, if he may speak for it.
pub(super) fn company_of(viewer: &Viewer) -> Option<CompanyId> {
    let own = viewer.company.as_ref().filter(|_| viewer.may(Act::ChangeCompany));
    own.map(|(id, _)| *id)
}

/// Fields whose companies are rated on a day.
pub(super) fn rated(masters: &Masters, on: WorkDay) -> impl Iterator<Item = &Field> {
    let fields = masters.levels().fields.iter();
    fields.filter(move |field| field.rated_since.is_some_and(|since| since <= on) && field.edition_on(on).is_some())
}

/// Company and field of a request.
fn asked<'a>(
    viewer: &Viewer,
    masters: &'a Masters,
    field: &str,
    today: WorkDay,
) -> UseCase<(CompanyId, &'a Field), CapabilityRefusal> {
    let Some(company) = company_of(viewer) else {
        return refuse(CapabilityRefusal::Forbidden);
    };
    match rated(masters, today).find(|there| there.id == field) {
        Some(field) => Ok((company, field)),
        None => refuse(CapabilityRefusal::NoField),
    }
}

/// A figure as somebody types it: digits of any width, with commas.
fn figure(item: Item, typed: &str) -> Result<Option<u64>, Item> {
    let plain: String = typed.nfkc().filter(|c| *c != ',' && !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    match item.unit() {
        Unit::YesNo => match plain.as_str() {
            "yes" => Ok(Some(1)),
            "no" => Ok(Some(0)),
            _ => Err(item),
        },
        _ => plain
            .parse()
            .ok()
            .filter(|figure| *figure <= item.most())
            .map(Some)
            .ok_or(item),
    }
}

/// Keeps what the company states; the statement before it stays.
///
/// # Errors
/// [`CapabilityRefusal`].
pub async fn state(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    field: &str,
    form: &StatementForm,
) -> UseCase<Figures, CapabilityRefusal> {
    let (masters, today) = (app.masters(), app.clock().today());
    let (company, field) = asked(viewer, &masters, field, today)?;
    let typed = |item: Item| form.figures.get(item.word()).map_or("", String::as_str);
    let read: Vec<_> = Item::stated().map(|item| (item, figure(item, typed(item)))).collect();
    let wrong: Vec<Item> = read.iter().filter_map(|(_, figure)| figure.err()).collect();
    if !wrong.is_empty() {
        return refuse(CapabilityRefusal::Figures(wrong));
    }
    let told: Figures = read
        .into_iter()
        .filter_map(|(item, figure)| Some((item, figure.ok()??)))
        .collect();
    let id = company.to_string();
    let _: Option<String> = tx.value(&queries::HOLD_COMPANY, values![id.as_str()]).await?;
    if figures::stated(tx, company, &field.id).await? == told {
        return Ok(told);
    }
    let row = values![
        id.as_str(),
        field.id.as_str(),
        app.clock().now().as_millisecond(),
        viewer.account.as_str(),
        figures::written(&told)
    ];
    tx.run(&queries::STATE, row).await?;
    audit::changed(app, tx, viewer, &id, "capability-stated", &json!({ "field": field.id })).await?;
    Ok(told)
}

/// Publishes the figures of today, in place of those published before: the company's consent.
///
/// # Errors
/// [`CapabilityRefusal`].
pub async fn publish(app: &App, tx: &Tx, viewer: &Viewer, field: &str) -> UseCase<[RatedArea; 3], CapabilityRefusal> {
    let (masters, today) = (app.masters(), app.clock().today());
    let (company, field) = asked(viewer, &masters, field, today)?;
    let (id, now) = (company.to_string(), app.clock().now().as_millisecond());
    let _: Option<String> = tx.value(&queries::HOLD_COMPANY, values![id.as_str()]).await?;
    let figures = figures::of_company(tx, company, field, today).await?;
    let areas = rate(masters.capability_points(), &figures);
    let months = masters.policies().at(Policy::CapabilityMonths, today);
    let until = shown_until(today, u16::try_from(months).unwrap_or(u16::MAX));
    tx.run(&queries::END, values![id.as_str(), field.id.as_str(), now]).await?;
    let [basic, capability, compliance] = [&areas[0], &areas[1], &areas[2]].map(|area| i32::from(area.stars));
    let row = values![
        id.as_str(),
        field.id.as_str(),
        now,
        viewer.account.as_str(),
        today.to_number(),
        until.to_number(),
        basic,
        capability,
        compliance,
        i32::from(areas.iter().all(|area| area.confirmed)),
        figures::written(&figures)
    ];
    tx.run(&queries::PUBLISH, row).await?;
    let what = json!({ "field": field.id, "until": until.to_string() });
    audit::changed(app, tx, viewer, &id, "capability-published", &what).await?;
    Ok(areas)
}

/// Takes it back. Nobody sees it from then on.
///
/// # Errors
/// [`CapabilityRefusal`].
pub async fn withdraw(app: &App, tx: &Tx, viewer: &Viewer, field: &str) -> UseCase<(), CapabilityRefusal> {
    let Some(company) = company_of(viewer) else {
        return refuse(CapabilityRefusal::Forbidden);
    };
    let id = company.to_string();
    let now = app.clock().now().as_millisecond();
    if tx.run(&queries::END, values![id.as_str(), field, now]).await? == 0 {
        return refuse(CapabilityRefusal::NotPublished);
    }
    audit::changed(app, tx, viewer, &id, "capability-withdrawn", &json!({ "field": field })).await?;
    Ok(())
}
