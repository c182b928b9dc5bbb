//! Use case: a row of the roster is changed by its company or its proxy. Days that count keep what they say (R-ROS-4); open ones are
//! judged again.

use domain::organisation::Scope;
use store::{Rows, Tx, values};
use web::FieldErrors;

use super::check::{self, MoreForm};
use super::keep::keeps_row;
use super::put::stop_accruing;
use super::queries;
use super::rows::{Content, Row, find, note_rows, places_of, qualifications_of, trades_of};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::site::OpenSite;
use crate::typed::line;

/// What is typed into the form of a row.
#[derive(Debug, Clone, Default)]
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
    /// The rest.
    pub more: MoreForm,
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
    let place = keeps_row(app, tx, viewer, site, &row.node, worker).await?;
    let place = place.ok_or(refuse(RowRefusal::Forbidden))?;

    let masters = app.masters();
    let today = app.clock().today();
    let held = trades_of(tx, [worker]).await?.remove(&worker).unwrap_or_default();
    let qualifications = qualifications_of(tx, [worker]).await?.remove(&worker).unwrap_or_default();
    let mut errors = FieldErrors::new();
    let trade = errors
        .take("trade", check::trade(&form.trade, &held, &masters), |key| (*key).to_owned())
        .flatten();
    let position = errors
        .take("position", check::position(&form.position, &masters), |key| (*key).to_owned())
        .flatten();
    let work_content = line(&mut errors, "work_content", &form.work_content, 100, false);
    let (from, to) = check::days(&mut errors, &form.from, &form.to, site.head.period);
    // What was picked before may stay, also if the worker no longer has it.
    let picked = row.content.more.qualifications.iter().map(String::as_str);
    let known: Vec<&str> = qualifications.iter().map(|q| q.name.as_str()).chain(picked).collect();
    let more = check::more(&mut errors, &form.more, &known, &masters, today);
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
        more,
    };
    if new == row.content {
        return Ok(Rejudged::default());
    }
    if form.version.parse() != Ok(row.version) {
        return Err(refuse(RowRefusal::ChangedMeanwhile));
    }

    if new.accrues && !row.content.accrues {
        let places = places_of(tx, site.head.id, today, [worker]).await?;
        let accrued: Vec<_> = places.values().flatten().collect();
        stop_accruing(app, tx, viewer, site, &accrued).await?;
    }
    let columns = Rows::of([new.columns(&row.id, worker, row.version)?])?;
    if tx.run(&queries::UPDATE_ROWS, [columns.into_value()]).await? == 0 {
        return Err(refuse(RowRefusal::ChangedMeanwhile));
    }
    let by_proxy = place.by_proxy().then_some(site.own);
    let what = serde_json::json!({ "changed": new.told(), "by_proxy": by_proxy });
    note_rows(app, tx, viewer, site.head.id, &[(row.id, what)]).await?;
    let policies = masters.policies();
    let cause = history::Cause::Roster;
    Ok(history::rejudge(tx, app.clock(), policies, site.head.id, Some(&[worker]), cause).await?)
}
