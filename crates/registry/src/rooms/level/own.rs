//! My way up: a worker's level in each of his fields, what is missing, and when it will be there.

use askama::Template;
use axum::extract::State;
use domain::Policy;
use domain::access::Act;
use domain::levels::{Field, Settings, fields_for, judge};
use web::{Frame, Page, PageError};

use super::facts::known;
use super::view::{FieldView, field_view};
use crate::App;
use crate::access::Viewer;
use crate::rooms::roster;

#[derive(Template)]
#[template(path = "level/templates/own.html")]
struct OwnPage {
    frame: Frame,
    name: String,
    card_level: i32,
    detailed: bool,
    /// Registered qualifications there are.
    qualifications: usize,
    fields: Vec<FieldView>,
    may_apply: bool,
    /// Trades in which no field counts.
    without_field: Vec<String>,
}

/// A worker's level in every field of his trades. Only his own rows are read; a look at oneself is none.
///
/// # Permissions
/// Workers.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let own = viewer.worker.as_ref().filter(|_| viewer.may(Act::SeeOwnHistory));
    let (worker, _) = own.ok_or(PageError::Forbidden)?;
    let masters = app.masters();
    let today = app.clock().today();
    let tx = app.db().read().await?;
    let known = known(&tx, &masters, *worker, today).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    let criteria = masters.levels();
    let settings = Settings::on(masters.policies(), today);
    let fields_of = |trade: &domain::TradeCode| criteria.fields_of(*trade, today).collect::<Vec<&Field>>();
    let fields: Vec<_> = fields_for(criteria, known.trades.iter().copied(), today)
        .into_iter()
        .map(|field| (field, known.facts_in(&field.id)))
        .collect();
    let judged = fields
        .iter()
        .filter_map(|(field, facts)| judge(criteria, field, facts, today, settings));
    let mut views: Vec<FieldView> = judged.map(|judged| field_view(&masters, &frame.t, &judged)).collect();
    // The highest first; with the same level, where most days are.
    views.sort_by_key(|view| std::cmp::Reverse((view.level, view.days)));
    let without = known.trades.iter().filter(|trade| fields_of(trade).is_empty());
    web::page(&OwnPage {
        without_field: without.map(|trade| roster::trade_name(&masters, &frame.t, *trade)).collect(),
        frame: frame.title("level-own-title"),
        name: known.name,
        card_level: known.card_level,
        detailed: known.facts.detailed,
        qualifications: known.facts.qualifications.len(),
        may_apply: known.facts.detailed && masters.policies().at(Policy::LevelWorkerApplies, today) == 1,
        fields: views,
    })
}
