//! One row of the roster: for its own company a form, for those above it a page.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::organisation::NodeId;
use domain::{Masters, TradeCode};
use store::Tx;
use web::{Form, FormState, Frame, Mood, Page, PageError, T, page, redirect_with_numbers};

use super::edit::{may_edit, visible};
use super::rows::{Row, places_of, trades_of};
use super::{RowForm, RowRefusal, check, position_name, trade_name};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::site::{OpenSite, open};

#[derive(Template)]
#[template(path = "roster/templates/row.html")]
struct RowPage {
    frame: Frame,
    site: OpenSite,
    row: Row,
    company: String,
    trade: String,
    position: String,
    /// Choices of the form; none if the viewer may only read.
    choices: Option<Choices>,
    form: FormState<RowForm>,
}

/// What can be chosen for a worker.
struct Choices {
    trades: Vec<(String, String)>,
    positions: Vec<(String, String)>,
    /// The company to whose roster his history accrues, if that is another row; an empty name where the viewer may not see it.
    accrues_to: Option<String>,
}

/// Trades to choose from, as value and label.
pub(super) fn trade_choices(masters: &Masters, t: &T, held: &[TradeCode]) -> Vec<(String, String)> {
    check::trades_to_choose(held, masters)
        .into_iter()
        .map(|code| (code.to_string(), trade_name(masters, t, code)))
        .collect()
}

/// Positions to choose from, as value and label.
pub(super) fn position_choices(masters: &Masters, t: &T) -> Vec<(String, String)> {
    let selectable = masters.positions().iter().filter(|p| p.selectable());
    selectable
        .map(|p| (p.id.to_string(), position_name(masters, t, &p.id)))
        .collect()
}

/// The company of a node by name, if the viewer may see its roster; else nothing.
pub(super) fn company_of(site: &OpenSite, node: &NodeId) -> String {
    site.tree
        .get(node)
        .filter(|n| site.scope.sees(None, Some(&n.id)))
        .map_or_else(String::new, |n| site.company_of(&n.id).to_owned())
}

async fn row_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, row: Row, form: FormState<RowForm>) -> Page {
    let masters = app.masters();
    let t = &frame.t;
    let choices = if may_edit(viewer, &site, &row) {
        let held = trades_of(tx, [row.worker]).await?.remove(&row.worker).unwrap_or_default();
        let mut trades = trade_choices(&masters, t, &held);
        // A trade that can no longer be chosen is shown as what it is, so that nobody thinks it was another.
        if let Some(code) = row
            .content
            .trade
            .filter(|code| trades.iter().all(|(value, _)| *value != code.to_string()))
        {
            trades.insert(
                0,
                (
                    code.to_string(),
                    t.with("roster-trade-gone", &[("trade", trade_name(&masters, t, code))]),
                ),
            );
        }
        let places = places_of(tx, site.head.id, app.clock().today(), [row.worker]).await?;
        let elsewhere = places
            .into_values()
            .flatten()
            .find(|place| place.accrues && place.row != row.id);
        Some(Choices {
            trades,
            positions: position_choices(&masters, t),
            accrues_to: elsewhere.map(|place| company_of(&site, &place.node)),
        })
    } else {
        None
    };
    let company = company_of(&site, &row.node);
    let trade = row
        .content
        .trade
        .map_or_else(String::new, |code| trade_name(&masters, t, code));
    let position = row
        .content
        .position
        .as_ref()
        .map_or_else(String::new, |id| position_name(&masters, t, id));
    let list = frame.t.s("roster-title");
    let frame = site
        .crumbs(frame)
        .crumb(list, format!("/sites/{}/roster", site.head.id))
        .titled(row.name.clone());
    let status = form.status();
    Ok((
        status,
        page(&RowPage {
            frame,
            site,
            row,
            company,
            trade,
            position,
            choices,
            form,
        })?,
    )
        .into_response())
}

fn page_error(error: UseCaseError<RowRefusal>) -> PageError {
    match error {
        UseCaseError::Refused(RowRefusal::NotFound) => PageError::NotFound,
        UseCaseError::Refused(_) => PageError::Forbidden,
        UseCaseError::Broken(error) => PageError::Broken(error),
    }
}

fn form_of(row: &Row) -> RowForm {
    let content = &row.content;
    RowForm {
        trade: content.trade.map_or_else(String::new, |t| t.to_string()),
        position: content.position.as_ref().map_or_else(String::new, ToString::to_string),
        work_content: content.work_content.clone(),
        from: content.from.map_or_else(String::new, |d| d.to_string()),
        to: content.to.map_or_else(String::new, |d| d.to_string()),
        accrues: String::new(),
        version: row.version.to_string(),
    }
}

/// One row.
///
/// # Permissions
/// The row's own company to change it; the prime and upper companies to read it.
pub(super) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, row)): Path<(String, String)>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let row = visible(&tx, &site, &row).await.map_err(page_error)?;
    let form = FormState::new(&frame.t, form_of(&row));
    let worker = row.worker;
    let page = row_page(&app, &tx, &viewer, frame, site, row, form).await?;
    drop(tx);
    audit::seen(&app, &viewer, &[worker], "roster").await?;
    Ok(page)
}

/// Saves a row.
///
/// # Permissions
/// The row's own company.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, row)): Path<(String, String)>,
    Form(form): Form<RowForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    match super::edit(&app, &tx, &viewer, &site, &row, &form).await {
        Ok(rejudged) => {
            tx.commit().await?;
            Ok(redirect_with_numbers(
                &format!("/sites/{}/roster", site.head.id),
                "roster-changed",
                &[("days", rejudged.now_count)],
            ))
        }
        Err(UseCaseError::Refused(RowRefusal::Fields(errors))) => {
            let row = visible(&tx, &site, &row).await.map_err(page_error)?;
            let form = FormState::wrong(&frame.t, form, errors);
            row_page(&app, &tx, &viewer, frame, site, row, form).await
        }
        Err(UseCaseError::Refused(RowRefusal::ChangedMeanwhile)) => {
            // What was typed stays, on the present version: saved again, it holds.
            let row = visible(&tx, &site, &row).await.map_err(page_error)?;
            let form = FormState::new(
                &frame.t,
                RowForm {
                    version: row.version.to_string(),
                    ..form
                },
            );
            let frame = frame.notice::<&str>(Mood::Warn, "roster-changed-meanwhile", &[]);
            Ok((
                StatusCode::CONFLICT,
                row_page(&app, &tx, &viewer, frame, site, row, form).await?,
            )
                .into_response())
        }
        Err(error) => Err(page_error(error)),
    }
}
