//! Use case: a company invites a direct lower company beneath one of its own nodes (620 > 10, R-STR-1).

use domain::access::{Act, CompanyState};
use domain::organisation::{Move, Node, NodeId, NodeStatus, allowed};
use domain::{CompanyId, IdError, IdKind};
use serde::{Deserialize, Serialize};
use store::{Tx, values};
use web::FieldErrors;

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history;
use crate::rooms::site::{OpenSite, Subject, note};
use crate::typed::line;

/// Deepest tier. Real chains end at five or six; the bound keeps a tree, and every walk up it, small.
pub(super) const MOST_TIERS: u8 = 10;

/// What is typed into the form of an invitation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// Node under which to invite; may be empty if the company stands at only one.
    pub node: String,
    /// 事業者ID of the lower company.
    pub company: String,
    /// 工事名称, may be empty: the lower company enters its own when it approves.
    pub work_name: String,
}

/// Why nobody is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteRefusal {
    /// The viewer may not, or the node is not his company's.
    Forbidden,
    /// These fields are wrong.
    Fields(FieldErrors),
}

/// The nodes beneath which the viewer can invite now.
pub(super) fn nodes_to_invite_under<'a>(viewer: &Viewer, site: &'a OpenSite) -> Vec<&'a Node> {
    let open = |n: &&Node| allowed(n.status, Move::InviteBelow) && n.tier < MOST_TIERS;
    if viewer.may(Act::Invite) {
        site.tree.of_company(site.own).filter(open).collect()
    } else {
        Vec::new()
    }
}

/// Why a company cannot be invited beneath a node, as the key of a sentence; `None` if it can, as far as the organisation goes.
pub(super) fn obstacle(site: &OpenSite, upper: &NodeId, company: CompanyId) -> Option<&'static str> {
    if company == site.own {
        return Some("organisation-is-own");
    }
    // A company above would become its own lower one.
    if site.tree.upward(upper).any(|n| n.company == company) {
        return Some("organisation-is-upper");
    }
    let already = site
        .tree
        .of_company(company)
        .any(|n| n.parent.as_ref() == Some(upper) && n.status != NodeStatus::Declined);
    already.then_some("organisation-already-there")
}

/// Key of the sentence for a text that is no company ID.
pub(super) fn id_fault(fault: &IdError) -> String {
    match fault {
        IdError::Shape => "company-id-shape",
        IdError::WrongKind {
            found: IdKind::Worker, ..
        } => "company-id-is-worker",
        IdError::WrongKind { found: IdKind::Site, .. } => "company-id-is-site",
        IdError::WrongKind {
            found: IdKind::Company, ..
        }
        | IdError::UnknownKind { .. } => "company-id-is-nothing",
    }
    .to_owned()
}

/// Invites; the new node waits for the lower company's answer. Days of its people that do not count are judged anew: it is now
/// that company, no longer the prime, that can mend them.
///
/// # Errors
/// [`InviteRefusal`].
pub async fn invite(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &InviteForm) -> UseCase<NodeId, InviteRefusal> {
    let refuse = UseCaseError::Refused;
    let upper = match form.node.trim() {
        "" => match nodes_to_invite_under(viewer, site).as_slice() {
            [only] => Some(*only),
            _ => None,
        },
        id => site.tree.get(&NodeId(id.to_owned())),
    };
    let upper = upper
        .filter(|n| viewer.may(Act::Invite) && viewer.acts_for(&site.tree, &n.id))
        .ok_or(refuse(InviteRefusal::Forbidden))?;

    let mut errors = FieldErrors::new();
    if !allowed(upper.status, Move::InviteBelow) {
        errors.add("node", "organisation-not-approved-yet");
    } else if upper.tier >= MOST_TIERS {
        errors.add_with("node", "organisation-too-deep", vec![("most", u32::from(MOST_TIERS).into())]);
    }
    let company = errors.take("company", form.company.parse::<CompanyId>(), id_fault);
    if let Some(company) = company {
        if let Some(key) = obstacle(site, &upper.id, company) {
            errors.add("company", key);
        } else {
            let state: Option<String> = tx.value(&queries::COMPANY_STATE, values![company.to_string()]).await?;
            match state.as_deref().map(CompanyState::from_word) {
                None => errors.add("company", "organisation-no-such-company"),
                Some(Some(CompanyState::Withdrawn)) => errors.add("company", "organisation-company-withdrawn"),
                Some(Some(CompanyState::Expired)) => errors.add("company", "organisation-company-expired"),
                Some(_) => {}
            }
        }
    }
    let work_name = line(&mut errors, "work_name", &form.work_name, 100, false);
    let Some(company) = company.filter(|_| errors.is_empty()) else {
        return Err(refuse(InviteRefusal::Fields(errors)));
    };

    let id = app.new_key();
    let now = app.clock().now().as_millisecond();
    tx.value::<String>(&queries::LOCK_NODE, values![upper.id.0.as_str()]).await?;
    let values = values![
        id.as_str(),
        site.head.id.to_string(),
        upper.id.0.as_str(),
        company.to_string(),
        i32::from(upper.tier) + 1,
        work_name.as_str(),
        now
    ];
    if tx.run(&queries::INSERT_INVITATION, values).await? == 0 {
        // Invited by somebody else since the site was opened.
        errors.add("company", "organisation-already-there");
        return Err(refuse(InviteRefusal::Fields(errors)));
    }
    let what = serde_json::json!({ "invited": { "company": company, "under": upper.id, "work_name": work_name } });
    note(app, tx, viewer, site.head.id, Subject::Node, &id, &what).await?;
    history::rejudge(
        tx,
        app.clock(),
        app.masters().policies(),
        site.head.id,
        None,
        history::Cause::Approval,
    )
    .await?;
    Ok(NodeId(id))
}
