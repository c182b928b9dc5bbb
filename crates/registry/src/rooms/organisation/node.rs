//! Use cases on one node: change work name and content (工事内容編集), take it out (削除), enter its last day or take that back.
//!
//! Taking out: registry rule book R-STR-6, its proposal. Whatever anything hangs on gets a last day instead; both is our rule.

use domain::WorkDay;
use domain::organisation::{Change, Move, NodeId};
use serde::{Deserialize, Serialize};
use store::{Rows, Tx, values};
use web::FieldErrors;

use super::shape::{MoveRefusal, companies_of, fresh, judge_again, ready, write_down};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::Rejudged;
use crate::rooms::site::OpenSite;
use crate::rows::day;
use crate::typed::line;

/// What is typed into the form of a move.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// Number of the organisation's last change when the page was made.
    pub version: String,
    /// 工事名称.
    pub work_name: String,
    /// 工事内容.
    pub work_content: String,
    /// Last day in the organisation.
    pub last_day: String,
    /// Node to be moved under.
    pub under: String,
    /// 事業者ID of the company that takes the place.
    pub company: String,
}

/// Changes work name and content of a node. Days that were collected keep what they have.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn describe(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<(), MoveRefusal> {
    let site = ready(app, tx, viewer, site.head.id, node, Move::Describe).await?;
    fresh(tx, &site, &[node], &form.version).await?;
    let mut errors = FieldErrors::new();
    let work_name = line(&mut errors, "work_name", &form.work_name, 100, true);
    let work_content = line(&mut errors, "work_content", &form.work_content, 200, false);
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(MoveRefusal::Fields(errors)));
    }
    let as_it_is = site.words.get(node).map(|w| (w.work_name.as_str(), w.work_content.as_str()));
    if as_it_is == Some((work_name.as_str(), work_content.as_str())) {
        return Ok(());
    }
    let change = Change::Described {
        work_name: work_name.clone(),
        work_content: work_content.clone(),
    };
    let version = write_down(app, tx, viewer, site.head.id, &[(node.clone(), change)]).await?;
    let values = values![node.0.as_str(), work_name, work_content, version];
    tx.run(&queries::DESCRIBE, values).await?;
    Ok(())
}

/// Takes a node out: an invitation that is taken back, or a company that never had workers or lower companies at the site.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn remove(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<Rejudged, MoveRefusal> {
    let site = ready(app, tx, viewer, site.head.id, node, Move::Remove).await?;
    fresh(tx, &site, &[node], &form.version).await?;
    let version = write_down(app, tx, viewer, site.head.id, &[(node.clone(), Change::Removed)]).await?;
    tx.run(&queries::REMOVE, values![Rows::of([[node.0.as_str()]])?, version])
        .await?;
    if let Some(company) = site.tree.get(node).and_then(|n| n.company) {
        tell::removed(app, tx, company, &site).await?;
    }
    Ok(judge_again(app, tx, site.head.id).await?)
}

/// Enters the last day of a node, which is that of all beneath it too. Days already collected behind it would lose their ground, so
/// it cannot lie before them.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn end(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<Rejudged, MoveRefusal> {
    let site = ready(app, tx, viewer, site.head.id, node, Move::End).await?;
    fresh(tx, &site, &[node], &form.version).await?;
    let mut errors = FieldErrors::new();
    let last = errors.take("last_day", form.last_day.trim().parse::<WorkDay>(), |_| "field-no-day".into());
    if let Some(last) = last {
        if last < site.head.period.0 || last > site.head.period.1 {
            let days = vec![("from", site.head.period.0.into()), ("to", site.head.period.1.into())];
            errors.add_with("last_day", "organisation-last-day-outside", days);
        } else {
            let rows = Rows::of(site.tree.branch(node).iter().map(|n| [n.id.0.as_str()]))?;
            let behind = tx
                .value::<Option<i32>>(&queries::LAST_DAYS, values![rows, last.to_number()])
                .await?;
            if let Some(behind) = behind.flatten() {
                let behind = day(behind, "history.work_day")?;
                errors.add_with("last_day", "organisation-last-day-before-days", vec![("day", behind.into())]);
            }
        }
    }
    let Some(last) = last.filter(|_| errors.is_empty()) else {
        return Err(UseCaseError::Refused(MoveRefusal::Fields(errors)));
    };
    let change = Change::Ended { last_day: Some(last) };
    let version = write_down(app, tx, viewer, site.head.id, &[(node.clone(), change)]).await?;
    tx.run(&queries::END, values![node.0.as_str(), Some(last.to_number()), version])
        .await?;
    let (by, until) = (site.name_of(site.own), last.to_string());
    for company in companies_of(&site, node) {
        tell::company(app, tx, company, "notice-node-ended", &site, by, &[("day", &until)]).await?;
    }
    Ok(judge_again(app, tx, site.head.id).await?)
}

/// Takes a last day back.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn reopen(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<Rejudged, MoveRefusal> {
    let site = ready(app, tx, viewer, site.head.id, node, Move::Reopen).await?;
    fresh(tx, &site, &[node], &form.version).await?;
    let change = Change::Ended { last_day: None };
    let version = write_down(app, tx, viewer, site.head.id, &[(node.clone(), change)]).await?;
    tx.run(&queries::END, values![node.0.as_str(), None::<i32>, version]).await?;
    for company in companies_of(&site, node) {
        tell::company(app, tx, company, "notice-node-reopened", &site, site.name_of(site.own), &[]).await?;
    }
    Ok(judge_again(app, tx, site.head.id).await?)
}
