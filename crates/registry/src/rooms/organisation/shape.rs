//! What all changes of the organisation have in common: the tree is held, the table is asked, the page is not too old, and every
//! change is written down as an event.

use std::collections::BTreeSet;

use domain::organisation::{Change, Move, NodeId, Obstacle, Place, act, obstacle};
use domain::{CompanyId, SiteId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::site::{Closed, OpenSite, open};
use crate::rows::{millisecond, unreadable};

/// Why a node is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveRefusal {
    /// The viewer's role may not.
    Forbidden,
    /// No such site or node for him.
    NotFound,
    /// The table of moves says no.
    Obstacle(Obstacle),
    /// Somebody else changed what the page showed: who and when.
    ChangedMeanwhile(Option<Meanwhile>),
    /// These fields are wrong.
    Fields(FieldErrors),
}

/// The change that was made meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanwhile {
    /// Company of who made it.
    pub company: String,
    /// When.
    pub at: Timestamp,
}

fn closed(closed: Closed) -> UseCaseError<MoveRefusal> {
    match closed {
        Closed::NotFound => UseCaseError::Refused(MoveRefusal::NotFound),
        Closed::Broken(error) => UseCaseError::from(error),
    }
}

/// Holds the organisation of a site until the end of the transaction, and opens the site as it is then.
pub(super) async fn hold(tx: &Tx, viewer: &Viewer, site: SiteId) -> UseCase<OpenSite, MoveRefusal> {
    let id = site.to_string();
    tx.value::<String>(&queries::HOLD, values![id.as_str()]).await?;
    open(tx, viewer, &id).await.map_err(closed)
}

/// Whether anybody ever stood on a node's roster.
async fn used(tx: &Tx, node: &NodeId) -> Result<bool, StoreError> {
    Ok(tx.value::<i32>(&queries::USED, values![node.0.as_str()]).await?.is_some())
}

/// What decides which moves a node allows now; none if the viewer does not see such a node.
pub(super) async fn place(app: &App, tx: &Tx, site: &OpenSite, node: &NodeId) -> Result<Option<Place>, StoreError> {
    if !site.visible_nodes().iter().any(|n| n.id == *node) {
        return Ok(None);
    }
    let used = used(tx, node).await?;
    Ok(site.tree.place(node, used, app.clock().today()))
}

/// Why the viewer cannot make this move; none if he can.
pub(super) fn hindrance(viewer: &Viewer, site: &OpenSite, node: &NodeId, place: &Place, what: Move) -> Option<Obstacle> {
    if !viewer.may(act(what)) {
        return Some(Obstacle::NotYours);
    }
    obstacle(place, site.tree.stands(site.own, node), what)
}

/// Holds the tree and lets the viewer through to a node, if he may make this move now: the site as it is then.
pub(super) async fn ready(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: SiteId,
    node: &NodeId,
    what: Move,
) -> UseCase<OpenSite, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    if !viewer.may(act(what)) {
        return Err(refuse(MoveRefusal::Forbidden));
    }
    let site = hold(tx, viewer, site).await?;
    let place = place(app, tx, &site, node).await?.ok_or(refuse(MoveRefusal::NotFound))?;
    match hindrance(viewer, &site, node, &place, what) {
        Some(Obstacle::NotYours) => Err(refuse(MoveRefusal::Forbidden)),
        Some(why) => Err(refuse(MoveRefusal::Obstacle(why))),
        None => Ok(site),
    }
}

/// Whether the page that a form came from still shows what is: none of these nodes, and none above or beneath them, was changed
/// after the change of that number. So two people at work on different branches do not get in each other's way.
pub(super) async fn fresh(tx: &Tx, site: &OpenSite, nodes: &[&NodeId], version: &str) -> UseCase<(), MoveRefusal> {
    // A form without a number comes from no page of ours.
    let seen: i32 = version.trim().parse().unwrap_or(0);
    let concerned: BTreeSet<&NodeId> = nodes
        .iter()
        .flat_map(|id| site.tree.upward(id).chain(site.tree.branch(id)))
        .map(|n| &n.id)
        .filter(|id| site.words.get(*id).is_some_and(|w| w.version > seen))
        .collect();
    if concerned.is_empty() && seen > 0 {
        return Ok(());
    }
    let rows = Rows::of(concerned.iter().map(|id| [id.0.as_str()]))?;
    let values = values![site.head.id.to_string(), rows, seen];
    let row: Option<MeanwhileColumns> = tx.one(&queries::CHANGED_SINCE, values).await?;
    let meanwhile = row
        .map(|row| {
            Ok::<_, StoreError>(Meanwhile {
                company: row.company,
                at: millisecond(row.at, "site_event.at")?,
            })
        })
        .transpose()?;
    Err(UseCaseError::Refused(MoveRefusal::ChangedMeanwhile(meanwhile)))
}

#[derive(FromQueryResult)]
struct MeanwhileColumns {
    at: i64,
    company: String,
}

/// Writes changes down as events and counts them; gives the number that the changed nodes carry from now on.
pub(super) async fn write_down(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: SiteId,
    changes: &[(NodeId, Change)],
) -> Result<i32, StoreError> {
    let count = i32::try_from(changes.len()).map_err(|_| unreadable("site.tree_version"))?;
    let last = tx
        .value::<i32>(&queries::COUNT_CHANGES, values![site.to_string(), count])
        .await?;
    let last = last.ok_or_else(|| unreadable("site.tree_version"))?;
    let mut rows = Rows::new();
    for (number, (node, change)) in (last - count + 1..).zip(changes) {
        let what = serde_json::to_string(change).map_err(|_| unreadable("site_event.what"))?;
        rows.push((app.new_key(), node.0.as_str(), what, number))?;
    }
    let values = values![
        rows,
        site.to_string(),
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::INSERT_EVENTS, values).await?;
    Ok(last)
}

/// Judges the open days of a site that do not count again: the organisation changed.
pub(super) async fn judge_again(app: &App, tx: &Tx, site: SiteId) -> Result<Rejudged, StoreError> {
    let masters = app.masters();
    history::rejudge(tx, app.clock(), masters.policies(), site, None, history::Cause::Approval).await
}

/// The companies that the change of a branch concerns.
pub(super) fn companies_of(site: &OpenSite, node: &NodeId) -> BTreeSet<CompanyId> {
    let stands = site.tree.branch(node).into_iter().filter(|n| n.status.stands());
    stands.filter_map(|n| n.company).collect()
}
