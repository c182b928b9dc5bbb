//! One row of the roster: for its own company a form, for those above it a page.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::organisation::NodeId;
use domain::{Masters, TradeCode};
use store::Tx;
use web::{Form, FormState, Frame, Mood, Page, PageError, T, page, redirect_with_numbers};

use super::check::{self, MoreForm};
use super::edit::visible;
use super::facts::{Facts, Notice, chip};
use super::keep::keeps_row;
use super::rows::{Held, Row, places_of, qualifications_of, trades_of};
use super::sent::Sent;
use super::{RowForm, RowRefusal, checkup_name, checkup_words, hazard_name, hazard_words, position_name, trade_name};
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
    hazard: String,
    checkups: Vec<String>,
    /// Insurance, funds: name and state.
    insurance: Vec<(String, String)>,
    insured: bool,
    /// What he has that runs out some day: name, last day, and how it stands if there is something to tell.
    lasting: Vec<Lasting>,
    /// Choices of the form; none if the viewer may only read.
    choices: Option<Choices>,
    form: FormState<RowForm>,
}

/// Something that a worker has: stay, card, qualification.
struct Lasting {
    name: String,
    until: Option<domain::WorkDay>,
    chip: Option<(Mood, String)>,
}

/// What can be chosen for a worker.
struct Choices {
    trades: Vec<(String, String)>,
    positions: Vec<(String, String)>,
    more: MoreChoices,
    /// By proxy: for which company.
    proxy_of: Option<String>,
    /// The company to whose roster his history accrues, if that is another row; an empty name where the viewer may not see it.
    accrues_to: Option<String>,
}

/// What can be chosen of the rest, as value and label.
pub(super) struct MoreChoices {
    pub(super) hazards: Vec<(String, String)>,
    pub(super) checkups: Vec<(String, String)>,
    pub(super) qualifications: Vec<(String, String)>,
}

impl MoreChoices {
    /// `held`: qualifications of the worker; none where it is about several.
    pub(super) fn of(masters: &Masters, t: &T, held: &[Held], picked: &[String]) -> Self {
        let hazards = masters.hazards();
        let mut qualifications: Vec<(String, String)> = Vec::new();
        for q in held {
            if qualifications.iter().all(|(name, _)| *name != q.name) {
                let label = match q.until {
                    Some(until) => t.with(
                        "roster-qualification-until",
                        &[("name", web::Value::from(q.name.as_str())), ("day", web::Value::from(until))],
                    ),
                    None => q.name.clone(),
                };
                qualifications.push((q.name.clone(), label));
            }
        }
        for name in picked {
            if qualifications.iter().all(|(known, _)| known != name) {
                let gone = t.with("roster-qualification-gone", &[("name", name.as_str())]);
                qualifications.push((name.clone(), gone));
            }
        }
        Self {
            hazards: hazards.iter().map(|h| (h.id.clone(), hazard_name(t, h))).collect(),
            checkups: hazards
                .iter()
                .filter(|h| h.checkup_ja.is_some() && h.id != domain::master::Hazard::OTHER)
                .map(|h| (h.id.clone(), checkup_name(t, h)))
                .collect(),
            qualifications,
        }
    }
}

/// Trades to choose from, as value and label.
pub(crate) fn trade_choices(masters: &Masters, t: &T, held: &[TradeCode]) -> Vec<(String, String)> {
    check::trades_to_choose(held, masters)
        .into_iter()
        .map(|code| (code.to_string(), trade_name(masters, t, code)))
        .collect()
}

/// Positions to choose from, as value and label.
pub(crate) fn position_choices(masters: &Masters, t: &T) -> Vec<(String, String)> {
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
    let kept = keeps_row(app, tx, viewer, &site, &row.node, row.worker).await?;
    let qualifications = qualifications_of(tx, [row.worker])
        .await?
        .remove(&row.worker)
        .unwrap_or_default();
    let facts = Facts::of(tx, row.worker).await?;
    let choices = if let Some(place) = &kept {
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
            more: MoreChoices::of(&masters, t, &qualifications, &row.content.more.qualifications),
            proxy_of: place.by_proxy().then(|| site.name_of(place.company).to_owned()),
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
    let notice = Notice::now(app);
    let own = kept.is_some();
    // Those above see what is used here; the company itself everything he has.
    let shown = |q: &&Held| own || row.content.more.qualifications.contains(&q.name);
    let lasting = [
        (t.s("roster-residence"), facts.residence_until),
        (t.s("roster-card"), facts.card_until),
    ]
    .into_iter()
    .filter(|(_, until)| until.is_some())
    .chain(qualifications.iter().filter(shown).map(|q| (q.name.clone(), q.until)))
    .map(|(name, until)| Lasting {
        chip: chip(t, notice.stands(until), &name, until),
        name,
        until,
    })
    .collect();
    let insurance = facts.insurance(&masters, t).into_iter().chain(facts.funds(t)).collect();
    let more = &row.content.more;
    let (hazard, checkups) = (
        hazard_words(&masters, t, more.hazard.as_deref(), &more.hazard_other),
        checkup_words(&masters, t, &more.checkups, &more.checkup_other),
    );
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
            hazard,
            checkups,
            insurance,
            insured: facts.insured(),
            lasting,
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
        more: MoreForm::of(&content.more),
        version: row.version.to_string(),
    }
}

fn form_sent(sent: &Sent) -> RowForm {
    RowForm {
        trade: sent.one("trade"),
        position: sent.one("position"),
        work_content: sent.one("work_content"),
        from: sent.one("from"),
        to: sent.one("to"),
        accrues: sent.one("accrues"),
        more: sent.more(),
        version: sent.one("version"),
    }
}

/// One row.
///
/// # Permissions
/// The row's own company, or its proxy if the worker consents, to change it; the prime and upper companies to read it.
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
/// The row's own company, or its proxy if the worker consents.
pub(super) async fn save(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path((site, row)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Page {
    let form = form_sent(&Sent::new(pairs));
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
