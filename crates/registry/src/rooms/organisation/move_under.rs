//! Use case: a node is put under another one, with all beneath it (change of tier or of the upper company). Where it stood before
//! stays readable: every change is an event.
//!
//! Our rule: the prime moves anything, an upper company what stands beneath it, to places beneath itself. Where a company comes to
//! stand beneath others than before, it is asked anew, since they will see its people at this site; days that count stay.

use std::collections::BTreeSet;

use domain::CompanyId;
use domain::organisation::{Change, MOST_TIERS, Misplaced, Move, Node, NodeId, NodeStatus};
use store::{Rows, Tx, values};
use web::FieldErrors;

use super::invite::sentence;
use super::node::MoveForm;
use super::queries;
use super::shape::{MoveRefusal, fresh, judge_again, ready, write_down};
use super::tell::{self, Told};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::Rejudged;
use crate::rooms::site::OpenSite;

/// Places that the viewer may move things to: the prime any, others at or beneath their own nodes.
fn within_reach(site: &OpenSite, to: &NodeId) -> bool {
    site.is_prime() || site.tree.is_under(to, site.own)
}

/// Where a node can be moved to, in the order of the chart.
pub(super) fn places_for<'a>(app: &App, site: &'a OpenSite, node: &NodeId) -> Vec<&'a Node> {
    let today = app.clock().today();
    let fits = |n: &&Node| {
        within_reach(site, &n.id)
            && site.tree.until(&n.id).is_none_or(|until| until >= today)
            && site.tree.misplaced_branch(node, &n.id).is_none()
    };
    site.tree.in_order().into_iter().filter(fits).collect()
}

/// What a move comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MovePreview {
    /// Its tier now and then.
    pub(super) tiers: (u8, u8),
    /// Companies that will stand above it and did not: they see its people.
    pub(super) new_above: Vec<CompanyId>,
    /// It is asked anew.
    pub(super) asked: bool,
    /// So many nodes go with it.
    pub(super) beneath: usize,
}

/// What a move would come to; none if one of the nodes is not there.
pub(super) fn preview(site: &OpenSite, node: &NodeId, under: &NodeId) -> Option<MovePreview> {
    let (from, to) = (site.tree.get(node)?, site.tree.get(under)?);
    let above = |id: &NodeId| -> BTreeSet<CompanyId> { site.tree.upward(id).filter_map(|n| n.company).collect() };
    let before = from.parent.as_ref().map(above).unwrap_or_default();
    let new_above: Vec<CompanyId> = above(under).difference(&before).copied().collect();
    Some(MovePreview {
        tiers: (from.tier, to.tier + 1),
        asked: from.company.is_some() && from.status == NodeStatus::Approved && !new_above.is_empty(),
        new_above,
        beneath: site.tree.branch(node).iter().skip(1).filter(|n| n.status.stands()).count(),
    })
}

/// Moves.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn move_under(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<Rejudged, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let site = ready(app, tx, viewer, site.head.id, node, Move::MoveUnder).await?;
    let under = NodeId(form.under.trim().to_owned());
    let mut errors = FieldErrors::new();
    if !within_reach(&site, &under) || site.tree.get(&under).is_none() {
        errors.add("under", "organisation-choose-place");
        return Err(refuse(MoveRefusal::Fields(errors)));
    }
    fresh(tx, &site, &[node, &under], &form.version).await?;
    let closed = site.tree.until(&under).is_some_and(|until| until < app.clock().today());
    match site.tree.misplaced_branch(node, &under) {
        Some(why @ Misplaced::TooDeep) => errors.add_with("under", sentence(why), vec![("most", u32::from(MOST_TIERS).into())]),
        Some(why) => errors.add("under", sentence(why)),
        None if closed => errors.add("under", "obstacle-ended"),
        None => {}
    }
    let preview = preview(&site, node, &under).filter(|_| errors.is_empty());
    let (Some(preview), Some(moved)) = (preview, site.tree.get(node)) else {
        return Err(refuse(MoveRefusal::Fields(errors)));
    };
    let change = Change::Moved {
        under: under.clone(),
        asked: preview.asked,
    };
    let version = write_down(app, tx, viewer, site.head.id, &[(node.clone(), change)]).await?;
    let status = if preview.asked { NodeStatus::Invited } else { moved.status };
    let values = values![
        node.0.as_str(),
        under.0.as_str(),
        status.word(),
        version,
        app.clock().now().as_millisecond()
    ];
    tx.run(&queries::MOVE, values).await?;
    let branch = Rows::of(site.tree.branch(node).iter().map(|n| [n.id.0.as_str()]))?;
    let shift = i32::from(preview.tiers.1) - i32::from(preview.tiers.0);
    tx.run(&queries::SHIFT, values![branch, shift, version]).await?;
    if let Some(company) = moved.company {
        if status == NodeStatus::Invited {
            let told = Told {
                node,
                site: &site.head.name,
                upper: site.company_of(&under),
            };
            tell::invited(app, tx, company, "invited", told).await?;
        } else {
            let upper = site.company_of(&under);
            tell::company(app, tx, company, "notice-node-moved", &site, upper, &[]).await?;
        }
    }
    Ok(judge_again(app, tx, site.head.id).await?)
}
