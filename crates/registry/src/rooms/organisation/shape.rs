//! What all changes of the organisation have in common: the tree is held, the table is asked, the page is not too old, and every
//! change is written down as an event.

use std::collections::{BTreeMap, BTreeSet};

use domain::agreement::right_above;
use domain::organisation::{Change, Move, NodeId, Obstacle, Place, Stands, act, obstacle};
use domain::{CompanyId, SiteId};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::agreement::{Principal, agreed_principals};
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

/// The companies right beneath the viewer's that let it act in their place, by their agreements.
pub(super) type Principals = BTreeMap<CompanyId, Principal>;

/// Those of a site, as it stands now.
pub(super) async fn principals(tx: &Tx, site: &OpenSite) -> Result<Principals, StoreError> {
    let lower = site.tree.nodes().filter(|n| right_above(&site.tree, &n.id, site.own));
    agreed_principals(tx, site.own, lower.filter_map(|n| n.company)).await
}

/// What decides which moves a node allows the viewer's company.
pub(super) struct Seat {
    pub(super) place: Place,
    stands: Stands,
    principal: Option<Principal>,
}

impl Seat {
    /// Of a node of the tree. `used`: anybody ever stood on its roster.
    pub(super) fn of(app: &App, site: &OpenSite, principals: &Principals, node: &NodeId, used: bool) -> Option<Self> {
        let company = site.tree.get(node)?.company;
        let principal = company.and_then(|company| principals.get(&company)).cloned();
        Some(Self {
            place: site.tree.place(node, used, app.clock().today())?,
            stands: Stands {
                principal: principal.as_ref().map(|p| p.state),
                ..site.tree.stands(site.own, node)
            },
            principal,
        })
    }

    /// The company in whose place the viewer's makes this move; none if it makes it for itself.
    pub(super) fn in_place_of(&self, what: Move) -> Option<&Principal> {
        let principal = self.principal.as_ref();
        principal.filter(|_| self.stands.by_proxy(what, self.place.status))
    }

    /// A change of this move as it is written down: for itself, or in the place of another company.
    pub(super) fn written(&self, what: Move, change: Change) -> Change {
        match self.in_place_of(what) {
            None => change,
            Some(principal) => Change::ByProxy {
                agreement: principal.agreement.clone(),
                of: principal.company,
                change: Box::new(change),
            },
        }
    }
}

/// What decides which moves a node allows now; none if the viewer does not see such a node.
pub(super) async fn seat(app: &App, tx: &Tx, site: &OpenSite, node: &NodeId) -> Result<Option<Seat>, StoreError> {
    if !site.visible_nodes().iter().any(|n| n.id == *node) {
        return Ok(None);
    }
    let used = used(tx, node).await?;
    let principals = if right_above(&site.tree, node, site.own) {
        principals(tx, site).await?
    } else {
        Principals::new()
    };
    Ok(Seat::of(app, site, &principals, node, used))
}

/// Why the viewer cannot make this move; none if he can.
pub(super) fn hindrance(viewer: &Viewer, seat: &Seat, what: Move) -> Option<Obstacle> {
    if !viewer.may(act(what)) {
        return Some(Obstacle::NotYours);
    }
    obstacle(&seat.place, seat.stands, what)
}

/// Whether the viewer can answer an invitation one way or the other.
pub(super) fn answerable(viewer: &Viewer, seat: &Seat) -> bool {
    let free = |what| hindrance(viewer, seat, what).is_none();
    free(Move::Approve) || free(Move::Decline)
}

/// The invitations that the viewer's company can approve in the place of the invited one, by that company. Of several the first of
/// the organisation.
///
/// # Errors
/// If the database fails.
pub(crate) async fn answerable_by_proxy(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
) -> Result<BTreeMap<CompanyId, NodeId>, StoreError> {
    let mut nodes = BTreeMap::new();
    if !viewer.may(act(Move::Approve)) {
        return Ok(nodes);
    }
    let principals = principals(tx, site).await?;
    for node in site.tree.in_order() {
        let Some(company) = node.company.filter(|company| principals.contains_key(company)) else {
            continue;
        };
        // Whether it was used does not matter to an answer.
        let seat = Seat::of(app, site, &principals, &node.id, false);
        let can = |seat: &Seat| hindrance(viewer, seat, Move::Approve).is_none() && seat.in_place_of(Move::Approve).is_some();
        if seat.is_some_and(|seat| can(&seat)) {
            nodes.entry(company).or_insert_with(|| node.id.clone());
        }
    }
    Ok(nodes)
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
    let seat = seat(app, tx, &site, node).await?.ok_or(refuse(MoveRefusal::NotFound))?;
    match hindrance(viewer, &seat, what) {
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
