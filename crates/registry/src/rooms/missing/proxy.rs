//! What the viewer's company can mend in the place of the company that could: by their agreement, right above it, and for workers who
//! consent (registry rule book 4.2). The rooms `organisation` and `roster` say where.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::Reason;
use domain::missing::{Cause, Group};
use domain::organisation::NodeId;
use domain::{CompanyId, SiteId, WorkerId};
use store::{StoreError, Tx};
use web::T;

use crate::App;
use crate::access::Viewer;
use crate::rooms::site::OpenSite;
use crate::rooms::{organisation, roster};

/// Where a company acts as proxy (代理手続事業者) at a site.
#[derive(Default)]
pub(super) struct Proxies {
    /// Invitations it can approve.
    invitations: BTreeMap<CompanyId, NodeId>,
    /// Places whose roster it keeps, if anybody of a group there consents.
    rosters: BTreeMap<CompanyId, NodeId>,
    /// Of the workers of groups, those who consent.
    consenting: BTreeSet<(CompanyId, WorkerId)>,
}

/// The company whose roster mends it by a row of one of its own workers.
fn roster_of(cause: &Cause) -> Option<CompanyId> {
    match cause {
        Cause::Reason(
            Reason::NotOnRoster { company } | Reason::TradeMissing { company } | Reason::TradeNotHeld { company, .. },
        ) => Some(*company),
        _ => None,
    }
}

/// The company whose answer to an invitation mends it.
fn invited(cause: &Cause) -> Option<CompanyId> {
    match cause {
        Cause::Reason(Reason::CompanyNotApproved { company } | Reason::UpperNotApproved { company }) => Some(*company),
        _ => None,
    }
}

impl Proxies {
    /// Of the viewer's company, as far as these groups go: at most four queries.
    pub(super) async fn of(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, groups: &[Group]) -> Result<Self, StoreError> {
        let mut found = Self::default();
        if groups.iter().any(|group| invited(&group.cause).is_some()) {
            found.invitations = organisation::answerable_by_proxy(app, tx, viewer, site).await?;
        }
        if groups.iter().any(|group| roster_of(&group.cause).is_some()) {
            let places = roster::kept_by_proxy(tx, viewer, site).await?;
            let mut people = Vec::new();
            for group in groups {
                let place = roster_of(&group.cause).and_then(|company| Some((company, &places.get(&company)?.1)));
                if let Some((company, agreement)) = place {
                    people.extend(group.people.iter().map(|(worker, _)| (*worker, company, agreement.as_str())));
                }
            }
            found.consenting = roster::consenting(app, tx, people).await?;
            found.rosters = places.into_iter().map(|(company, (node, _))| (company, node)).collect();
        }
        Ok(found)
    }

    fn is_for(&self, company: CompanyId, worker: WorkerId) -> bool {
        self.consenting.contains(&(company, worker))
    }

    /// Text and address of the screen where the company mends a group as proxy, if it can.
    pub(super) fn button(&self, t: &T, site: SiteId, group: &Group) -> Option<(String, String)> {
        if let Some(node) = invited(&group.cause).and_then(|company| self.invitations.get(&company)) {
            return Some((t.s("organisation-answer-for"), format!("/approvals/{node}")));
        }
        let company = roster_of(&group.cause)?;
        let node = self.rosters.get(&company)?;
        let anybody = group.people.iter().any(|(worker, _)| self.is_for(company, *worker));
        let link = match group.cause {
            Cause::Reason(Reason::NotOnRoster { .. }) => format!("/sites/{site}/roster/add?node={node}"),
            _ => format!("/sites/{site}/roster"),
        };
        anybody.then(|| (t.s(format!("mend-{}", group.cause.kind())), link))
    }

    /// Where it does so for one worker, if he consents. For one who is on the roster already, this address opens his row.
    pub(super) fn worker_link(&self, site: SiteId, cause: &Cause, worker: WorkerId, handle: &str) -> Option<String> {
        let company = roster_of(cause)?;
        let node = self.rosters.get(&company)?;
        self.is_for(company, worker)
            .then(|| format!("/sites/{site}/roster/add?node={node}&worker={handle}"))
    }
}
