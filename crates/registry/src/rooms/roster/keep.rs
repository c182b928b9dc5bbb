//! Whose roster the viewer may keep: his own company's places, and those of companies right beneath it that have agreed to that
//! (registry rule book 4.2).

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::agreement::{ProxyAct, ProxyFacts, may_as_proxy, right_above};
use domain::organisation::{Move, Node, NodeId, NodeStatus, allowed};
use domain::{CompanyId, WorkerId};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::agreement::agreed_principals;
use crate::rooms::site::OpenSite;
use crate::rows::id;

/// A place whose roster the viewer may keep.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) node: NodeId,
    pub(super) status: NodeStatus,
    /// The company whose place it is.
    pub(super) company: CompanyId,
    /// The agreement by which he does it for another company; empty for his own.
    pub(super) agreement: String,
}

impl Kept {
    /// He does it for another company.
    pub(super) fn by_proxy(&self) -> bool {
        !self.agreement.is_empty()
    }
}

/// All places of the site whose roster the viewer may keep, his own company's first; also those not approved yet, about which the
/// use case has its own word.
pub(super) async fn kept(tx: &Tx, viewer: &Viewer, site: &OpenSite) -> Result<Vec<Kept>, StoreError> {
    if !viewer.may(Act::KeepRoster) {
        return Ok(Vec::new());
    }
    let place = |node: &Node, company, agreement: &str| Kept {
        node: node.id.clone(),
        status: node.status,
        company,
        agreement: agreement.to_owned(),
    };
    let mut kept: Vec<Kept> = site.tree.of_company(site.own).map(|node| place(node, site.own, "")).collect();
    let below = |node: &&Node| right_above(&site.tree, &node.id, site.own);
    if site.tree.nodes().any(|node| below(&node)) {
        let lower = site.tree.nodes().filter(below).filter_map(|node| node.company);
        let principals = agreed_principals(tx, site.own, lower).await?;
        for node in site.tree.in_order().into_iter().filter(below) {
            let Some((company, principal)) = node.company.and_then(|c| Some((c, principals.get(&c)?))) else {
                continue;
            };
            // Of the worker, the queries ask.
            let facts = ProxyFacts {
                agreed: principal.state.lets(Act::KeepRoster),
                right_above: true,
                approved: node.status == NodeStatus::Approved,
                tied: true,
                consents: true,
            };
            if may_as_proxy(ProxyAct::KeepRoster, &facts).is_ok() {
                kept.push(place(node, company, &principal.agreement));
            }
        }
    }
    Ok(kept)
}

/// Of these, the ones that can be kept now.
pub(super) fn open(kept: &[Kept]) -> Vec<&Kept> {
    kept.iter().filter(|place| allowed(place.status, Move::KeepRoster)).collect()
}

/// Whether the viewer may change the row of a worker at this place, and see what only the company itself sees of him.
pub(super) async fn keeps_row(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    worker: WorkerId,
) -> Result<Option<Kept>, StoreError> {
    let found = kept(tx, viewer, site).await?.into_iter().find(|place| place.node == *node);
    let Some(place) = found else { return Ok(None) };
    if !place.by_proxy() {
        return Ok(Some(place));
    }
    let values = values![
        worker.to_string(),
        place.company.to_string(),
        app.clock().today().to_number(),
        place.agreement.as_str()
    ];
    let consents: Option<i32> = tx.value(&queries::WORKER_OF_PRINCIPAL, values).await?;
    Ok(consents.filter(|consents| *consents == 1).map(|_| place))
}

/// The places whose roster the viewer may keep now in the place of another company: key of the place and of the agreement, by company.
/// Of several places of a company the first of the organisation.
///
/// # Errors
/// If the database fails.
pub(crate) async fn kept_by_proxy(
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
) -> Result<BTreeMap<CompanyId, (NodeId, String)>, StoreError> {
    let kept = kept(tx, viewer, site).await?;
    let mut places = BTreeMap::new();
    for place in open(&kept).into_iter().filter(|place| place.by_proxy()) {
        let found = (place.node.clone(), place.agreement.clone());
        places.entry(place.company).or_insert(found);
    }
    Ok(places)
}

#[derive(FromQueryResult)]
struct ConsentingColumns {
    worker_id: String,
    company_id: String,
}

/// Of these workers, each with a company and the agreement by which a proxy acts for it, those who belong to the company today and
/// consent.
///
/// # Errors
/// If the database fails.
pub(crate) async fn consenting(
    app: &App,
    tx: &Tx,
    workers: impl IntoIterator<Item = (WorkerId, CompanyId, &str)>,
) -> Result<BTreeSet<(CompanyId, WorkerId)>, StoreError> {
    let rows = workers
        .into_iter()
        .map(|(worker, company, agreement)| (worker.to_string(), company.to_string(), agreement.to_owned()));
    let rows = Rows::of(rows)?;
    if rows.is_empty() {
        return Ok(BTreeSet::new());
    }
    let values = values![rows, app.clock().today().to_number()];
    let found: Vec<ConsentingColumns> = tx.all(&queries::WORKERS_OF_PRINCIPALS, values).await?;
    found
        .into_iter()
        .map(|row| {
            let company = id(&row.company_id, "employment.company_id")?;
            Ok((company, id(&row.worker_id, "employment.worker_id")?))
        })
        .collect()
}
