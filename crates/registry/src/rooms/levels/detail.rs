//! One of the company's own people: his levels in full, judged now.

use askama::Template;
use axum::extract::{Path, State};
use domain::WorkerId;
use domain::levels::{Settings, fields_for, judge};
use store::values;
use web::{Frame, Page, PageError};

use super::company::company_of;
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::level::{FieldView, field_view, known};
use crate::rows::id;

#[derive(Template)]
#[template(path = "levels/templates/detail.html")]
struct DetailPage {
    frame: Frame,
    card_level: i32,
    detailed: bool,
    fields: Vec<FieldView>,
}

/// A worker's level in every field of his trades, with every condition.
///
/// # Permissions
/// Administrators and tier managers, of workers tied to their company today.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Path(handle): Path<String>) -> Page {
    let (company, _) = company_of(&viewer)?;
    let (masters, today) = (app.masters(), app.clock().today());
    let tx = app.db().read().await?;
    let values = values![handle, company.to_string(), today.to_number()];
    let found: Option<String> = tx.value(&queries::ONE_OF_COMPANY, values).await?;
    let worker: WorkerId = id(&found.ok_or(PageError::NotFound)?, "worker.id")?;
    let known = known(&tx, &masters, worker, today).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    audit::seen(&app, &viewer, &[worker], "level").await?;
    let criteria = masters.levels();
    let settings = Settings::on(masters.policies(), today);
    let fields: Vec<_> = fields_for(criteria, known.trades.iter().copied(), today)
        .into_iter()
        .map(|field| (field, known.facts_in(&field.id)))
        .collect();
    let judged = fields
        .iter()
        .filter_map(|(field, facts)| judge(criteria, field, facts, today, settings));
    let mut fields: Vec<FieldView> = judged.map(|judged| field_view(&masters, &frame.t, &judged)).collect();
    fields.sort_by_key(|view| std::cmp::Reverse((view.level, view.days)));
    let list = frame.t.s("levels-title");
    web::page(&DetailPage {
        frame: frame.crumb(list, "/levels").titled(known.name),
        card_level: known.card_level,
        detailed: known.facts.detailed,
        fields,
    })
}
