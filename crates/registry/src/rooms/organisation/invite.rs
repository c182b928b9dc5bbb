//! Use cases: a company invites a direct lower company beneath one of its own nodes (620 > 10, R-STR-1), or puts one that is not
//! registered in by its name (R-STR-4).

use domain::access::{Act, CompanyState};
use domain::organisation::{Change, MOST_TIERS, Misplaced, Move, Node, NodeId, NodeStatus, Obstacle};
use domain::{CompanyId, IdError, IdKind, SiteId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::queries;
use super::shape::{MoveRefusal, Principals, Seat, hindrance, hold, judge_again, principals, write_down};
use super::tell::{self, Told};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::site::OpenSite;
use crate::typed::line;

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
    /// Name of a lower company that is not registered; then no ID is asked for.
    pub name: String,
}

/// Why nobody is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InviteRefusal {
    /// The viewer may not, or the node is not his company's.
    Forbidden,
    /// These fields are wrong.
    Fields(FieldErrors),
}

fn refusal(error: UseCaseError<MoveRefusal>) -> UseCaseError<InviteRefusal> {
    match error {
        UseCaseError::Refused(_) => UseCaseError::Refused(InviteRefusal::Forbidden),
        UseCaseError::Broken(error) => UseCaseError::Broken(error),
    }
}

/// The nodes beneath which the viewer can invite now: his company's own, those of unregistered companies that it stands above, and
/// those of companies in whose place it acts.
pub(super) fn nodes_to_invite_under<'a>(
    app: &App,
    viewer: &Viewer,
    site: &'a OpenSite,
    principals: &Principals,
) -> Vec<&'a Node> {
    if !viewer.may(Act::Invite) {
        return Vec::new();
    }
    let open = |n: &&Node| {
        // All others have nothing to ask of the tree: it may hold hundreds.
        let near = match n.company {
            None => site.tree.registered_above(&n.id) == Some(site.own),
            Some(company) => company == site.own || principals.contains_key(&company),
        };
        let free = |seat: &Seat| hindrance(viewer, seat, Move::InviteBelow).is_none();
        near && n.tier < MOST_TIERS && Seat::of(app, site, principals, &n.id, false).is_some_and(|seat| free(&seat))
    };
    let mut nodes: Vec<&Node> = site.tree.in_order().into_iter().filter(open).collect();
    // Its own come first: mostly there is one.
    nodes.sort_by_key(|n| n.company != Some(site.own));
    nodes
}

/// Key of the sentence for a place that cannot be taken.
pub(super) fn sentence(why: Misplaced) -> String {
    format!("organisation-{}", why.word())
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

#[derive(FromQueryResult)]
struct CompanyColumns {
    name: String,
    state: String,
}

/// Key of the sentence for a company that can no longer be invited, as it stands.
pub(super) fn left(state: &str) -> Option<&'static str> {
    match CompanyState::from_word(state) {
        Some(CompanyState::Withdrawn) => Some("organisation-company-withdrawn"),
        Some(CompanyState::Expired) => Some("organisation-company-expired"),
        _ => None,
    }
}

/// A registered company that can be worked with: its name, or the key of the sentence why not.
pub(super) async fn company_to_take(tx: &Tx, company: CompanyId) -> Result<Result<String, &'static str>, StoreError> {
    let row: Option<CompanyColumns> = tx.one(&queries::COMPANY, values![company.to_string()]).await?;
    Ok(match row {
        None => Err("organisation-no-such-company"),
        Some(row) => left(&row.state).map_or(Ok(row.name), Err),
    })
}

/// A node to be put in.
pub(super) struct NewNode<'a> {
    pub(super) id: NodeId,
    pub(super) under: &'a NodeId,
    pub(super) tier: u8,
    /// The company, or the name of one without an ID.
    pub(super) who: Result<CompanyId, String>,
    pub(super) work_name: String,
}

impl NewNode<'_> {
    pub(super) fn change(&self) -> (NodeId, Change) {
        let (under, work_name) = (self.under.clone(), self.work_name.clone());
        let change = match &self.who {
            Ok(company) => Change::Invited {
                company: *company,
                under,
                work_name,
            },
            Err(name) => Change::Named {
                name: name.clone(),
                under,
                work_name,
            },
        };
        (self.id.clone(), change)
    }

    pub(super) async fn insert(&self, app: &App, tx: &Tx, site: SiteId, version: i32) -> Result<(), StoreError> {
        let status = if self.who.is_ok() {
            NodeStatus::Invited
        } else {
            NodeStatus::Approved
        };
        let values = values![
            self.id.0.as_str(),
            site.to_string(),
            self.under.0.as_str(),
            self.who.as_ref().ok().map(ToString::to_string),
            self.who.as_ref().err().cloned().unwrap_or_default(),
            i32::from(self.tier),
            status.word(),
            self.work_name.as_str(),
            app.clock().now().as_millisecond(),
            version
        ];
        tx.run(&queries::INSERT_NODE, values).await.map(|_| ())
    }
}

/// Invites; the new node waits for the lower company's answer. Days of its people that do not count are judged anew: it is now
/// that company, no longer the prime, that can mend them. One without an ID stands there at once: nobody of it can answer.
///
/// # Errors
/// [`InviteRefusal`].
pub async fn invite(app: &App, tx: &Tx, viewer: &Viewer, site: &OpenSite, form: &InviteForm) -> UseCase<NodeId, InviteRefusal> {
    let refuse = UseCaseError::Refused;
    if !viewer.may(Act::Invite) {
        return Err(refuse(InviteRefusal::Forbidden));
    }
    let site = hold(tx, viewer, site.head.id).await.map_err(refusal)?;
    let principals = principals(tx, &site).await?;
    let own = |n: &&Node| n.company == Some(site.own);
    let upper = match form.node.trim() {
        "" => match nodes_to_invite_under(app, viewer, &site, &principals).as_slice() {
            [only] => Some(*only),
            [first, rest @ ..] if own(first) && !rest.iter().any(own) => Some(*first),
            _ => None,
        },
        id => site.tree.get(&NodeId(id.to_owned())),
    };
    let upper = upper.ok_or(refuse(InviteRefusal::Forbidden))?;
    let seat = Seat::of(app, &site, &principals, &upper.id, false).ok_or(refuse(InviteRefusal::Forbidden))?;

    let mut errors = FieldErrors::new();
    match hindrance(viewer, &seat, Move::InviteBelow) {
        None => {}
        Some(Obstacle::NotYours) => return Err(refuse(InviteRefusal::Forbidden)),
        Some(Obstacle::State) => errors.add("node", "organisation-not-approved-yet"),
        Some(other) => errors.add("node", format!("obstacle-{}", other.word())),
    }
    let who = if form.name.trim().is_empty() {
        errors.take("company", form.company.parse::<CompanyId>(), id_fault).map(Ok)
    } else {
        Some(Err(line(&mut errors, "name", &form.name, 100, true)))
    };
    let field = if matches!(who, Some(Err(_))) { "name" } else { "company" };
    let misplaced = who
        .as_ref()
        .and_then(|who| site.tree.misplaced(who.as_ref().ok().copied(), &upper.id));
    match misplaced {
        Some(why @ Misplaced::TooDeep) => errors.add_with("node", sentence(why), vec![("most", u32::from(MOST_TIERS).into())]),
        Some(why @ Misplaced::UpperOpen) => errors.add("node", sentence(why)),
        Some(why) => errors.add(field, sentence(why)),
        None => {}
    }
    match &who {
        Some(Ok(company)) if errors.is_empty() => {
            if let Err(key) = company_to_take(tx, *company).await? {
                errors.add("company", key);
            }
        }
        Some(Err(name)) => {
            let same = |n: &&Node| n.status.stands() && n.company.is_none() && site.company_of(&n.id) == name.as_str();
            if site.tree.beneath(&upper.id).any(|n| same(&n)) {
                errors.add("name", sentence(Misplaced::AlreadyThere));
            }
        }
        _ => {}
    }
    let work_name = line(&mut errors, "work_name", &form.work_name, 100, false);
    let Some(who) = who.filter(|_| errors.is_empty()) else {
        return Err(refuse(InviteRefusal::Fields(errors)));
    };

    let new = NewNode {
        id: NodeId(app.new_key()),
        under: &upper.id,
        tier: upper.tier + 1,
        who,
        work_name,
    };
    let (id, change) = new.change();
    let change = seat.written(Move::InviteBelow, change);
    let version = write_down(app, tx, viewer, site.head.id, &[(id, change)]).await?;
    new.insert(app, tx, site.head.id, version).await?;
    if let Ok(company) = new.who {
        let told = Told {
            node: &new.id,
            site: &site.head.name,
            upper: site.name_of(upper.company.unwrap_or(site.own)),
        };
        tell::invited(app, tx, company, "invited", told).await?;
        judge_again(app, tx, site.head.id).await?;
    }
    if let Some(principal) = seat.in_place_of(Move::InviteBelow) {
        let lower = match &new.who {
            Ok(company) => tx.value::<String>(&queries::COMPANY, values![company.to_string()]).await?,
            Err(name) => Some(name.clone()),
        };
        let more = [("lower", lower.as_deref().unwrap_or_default())];
        let link = format!("/sites/{}/organisation/nodes/{}", site.head.id, new.id);
        tell::principal(app, tx, principal.company, "notice-proxy-invited", &site, &more, &link).await?;
    }
    Ok(new.id)
}
