//! Use case: a company changes a row of its roster. Days that count keep what they say (R-ROS-4); open ones are judged again.

use domain::access::Act;
use domain::organisation::Scope;
use serde::{Deserialize, Serialize};
use store::{Tx, values};
use web::FieldErrors;

use super::put::{stop_accruing, told};
use super::rows::{Content, Row, find, places_of, trades_of};
use super::{check, queries};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::site::{OpenSite, Subject, note};
use crate::typed::line;

/// What is typed into the form of a row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RowForm {
    /// 職種, `10-01`; empty if not known yet.
    pub trade: String,
    /// 立場; empty for an ordinary worker.
    pub position: String,
    /// 作業内容.
    pub work_content: String,
    /// First day; empty from the site's first.
    pub from: String,
    /// Last day; empty to the site's last. A day in the past takes the worker off the roster.
    pub to: String,
    /// `here`: his history at the site shall accrue to this row. Else it stays where it is.
    pub accrues: String,
    /// Version the form was made from.
    pub version: String,
}

/// Why a row is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowRefusal {
    /// The viewer's company has no such row, or its branch does not reach it.
    NotFound,
    /// The viewer may see it, not change it.
    Forbidden,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// Somebody else changed the row meanwhile.
    ChangedMeanwhile,
}

/// A row that the viewer may see: his own company's, and those beneath it.
pub(super) async fn visible(tx: &Tx, site: &OpenSite, row: &str) -> UseCase<Row, RowRefusal> {
    let found = find(tx, site.head.id, row).await?;
    let seen = |row: &Row| match &site.scope {
        Scope::All => true,
        Scope::Branch { nodes, .. } => nodes.contains(&row.node),
    };
    found.filter(seen).ok_or(UseCaseError::Refused(RowRefusal::NotFound))
}

/// Whether the viewer may change a row: it is his own company's.
pub(super) fn may_edit(viewer: &Viewer, site: &OpenSite, row: &Row) -> bool {
    viewer.may(Act::KeepRoster) && viewer.acts_for(&site.tree, &row.node)
}

/// Changes a row and judges the worker's open days again. The same form a second time changes nothing.
///
/// # Errors
/// [`RowRefusal`].
pub async fn edit(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    row: &str,
    form: &RowForm,
) -> UseCase<Rejudged, RowRefusal> {
    let refuse = UseCaseError::Refused;
    let worker = visible(tx, site, row).await?.worker;
    tx.value::<String>(&queries::LOCK_WORKER, values![worker.to_string()]).await?;
    let row = visible(tx, site, row).await?;
    if !may_edit(viewer, site, &row) {
        return Err(refuse(RowRefusal::Forbidden));
    }

    let masters = app.masters();
    let held = trades_of(tx, [worker]).await?.remove(&worker).unwrap_or_default();
    let mut errors = FieldErrors::new();
    let trade = errors
        .take("trade", check::trade(&form.trade, &held, &masters), |key| (*key).to_owned())
        .flatten();
    let position = errors
        .take("position", check::position(&form.position, &masters), |key| (*key).to_owned())
        .flatten();
    let work_content = line(&mut errors, "work_content", &form.work_content, 100, false);
    let (from, to) = check::days(&mut errors, &form.from, &form.to, site.head.period);
    if !errors.is_empty() {
        return Err(refuse(RowRefusal::Fields(errors)));
    }
    let new = Content {
        trade,
        position,
        work_content,
        from,
        to,
        accrues: row.content.accrues || form.accrues == "here",
    };
    if new == row.content {
        return Ok(Rejudged::default());
    }
    if form.version.parse() != Ok(row.version) {
        return Err(refuse(RowRefusal::ChangedMeanwhile));
    }

    if new.accrues && !row.content.accrues {
        let places = places_of(tx, site.head.id, app.clock().today(), [worker]).await?;
        let accrued: Vec<_> = places.values().flatten().collect();
        stop_accruing(app, tx, viewer, site, &accrued).await?;
    }
    let values = values![
        row.id.as_str(),
        new.trade.map(|t| t.to_string()),
        new.position.as_ref().map(ToString::to_string),
        new.work_content.as_str(),
        new.from.map(domain::WorkDay::to_number),
        new.to.map(domain::WorkDay::to_number),
        i32::from(new.accrues),
        row.version
    ];
    if tx.run(&queries::UPDATE_ROW, values).await? == 0 {
        return Err(refuse(RowRefusal::ChangedMeanwhile));
    }
    note(
        app,
        tx,
        viewer,
        site.head.id,
        Subject::Roster,
        &row.id,
        &serde_json::json!({ "changed": told(&new) }),
    )
    .await?;
    Ok(history::rejudge(
        tx,
        app.clock(),
        app.masters().policies(),
        site.head.id,
        Some(&[worker]),
        history::Cause::Roster,
    )
    .await?)
}
