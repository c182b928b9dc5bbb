//! Use case: the invited company approves or declines (620 > 40, R-STR-2), or the one right above does in its place, if they have an
//! agreement (R-STR-3). Nobody else can, so that nobody's people become visible to upper companies without their own company's word.

use domain::access::{Act, Role};
use domain::organisation::{Change, Move, NodeId, NodeStatus, Obstacle, act};
use domain::{CompanyId, SiteId, WorkDay};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::shape::{hindrance, hold, judge_again, seat, write_down};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::Rejudged;
use crate::rooms::site::{Closed, OpenSite, open};
use crate::rows::{day, id, millisecond, unreadable};
use crate::typed::line;

/// The answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Approve (承認).
    Approve {
        /// 工事名称.
        work_name: String,
        /// 工事内容, may be empty.
        work_content: String,
    },
    /// Decline (辞退).
    Decline {
        /// Why; may be empty, except in another company's place.
        reason: String,
    },
}

impl Answer {
    fn what(&self) -> Move {
        match self {
            Self::Approve { .. } => Move::Approve,
            Self::Decline { .. } => Move::Decline,
        }
    }

    /// State of a node so answered.
    pub(super) fn status(&self) -> NodeStatus {
        match self {
            Self::Approve { .. } => NodeStatus::Approved,
            Self::Decline { .. } => NodeStatus::Declined,
        }
    }
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The site.
    pub site: SiteId,
    /// What judging its open days again brought.
    pub rejudged: Rejudged,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerRefusal {
    /// The viewer's role may not answer.
    Forbidden,
    /// There is no such invitation to the viewer's company, or to one in whose place it acts.
    NotFound,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// The table of moves says no.
    Obstacle(Obstacle),
    /// Answered before: in another tab, by a colleague, by a second click; or taken back meanwhile.
    AlreadyAnswered {
        /// The site.
        site: SiteId,
        /// The answer that holds.
        status: NodeStatus,
    },
}

/// An invitation as it is seen by who can answer it: the invited company, or the one that acts in its place.
#[derive(Debug, Clone)]
pub(super) struct Invitation {
    pub(super) id: NodeId,
    /// Name of the invited company, if the viewer's only acts in its place.
    pub(super) in_place_of: Option<String>,
    /// Approving is possible; declining always is.
    pub(super) may_approve: bool,
    /// How it was answered, if it was.
    pub(super) given: Option<Given>,
    pub(super) site: SiteId,
    pub(super) site_name: String,
    pub(super) address: String,
    pub(super) period: (WorkDay, WorkDay),
    pub(super) prime_name: String,
    pub(super) upper_name: String,
    pub(super) tier: i32,
    pub(super) status: NodeStatus,
    pub(super) work_name: String,
    pub(super) work_content: String,
    pub(super) invited: Timestamp,
    pub(super) answered: Option<Timestamp>,
}

/// The last answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// The company that answered in the invited one's place, by its name.
    pub(super) proxy: Option<String>,
    /// Why it declined; may be empty.
    pub(super) reason: String,
}

#[derive(FromQueryResult)]
struct EventColumns {
    what: String,
    company: String,
}

/// How a node was answered last.
async fn given(tx: &Tx, site: SiteId, node: &NodeId) -> Result<Option<Given>, StoreError> {
    let values = values![site.to_string(), node.0.as_str()];
    for row in tx.all::<EventColumns>(&queries::EVENTS_OF_NODE, values).await? {
        let change: Change = serde_json::from_str(&row.what).map_err(|_| unreadable("site_event.what"))?;
        let (proxy, change) = match change {
            Change::ByProxy { change, .. } => (Some(row.company), *change),
            own => (None, own),
        };
        let reason = match change {
            Change::DeclinedFor { reason } => reason,
            Change::Approved { .. } | Change::Declined => String::new(),
            _ => continue,
        };
        return Ok(Some(Given { proxy, reason }));
    }
    Ok(None)
}

#[derive(FromQueryResult)]
struct InvitationColumns {
    id: String,
    company_id: String,
    company_name: String,
    site_id: String,
    tier: i32,
    status: String,
    work_name: String,
    work_content: String,
    invited_at: i64,
    answered_at: Option<i64>,
    site_name: String,
    address: String,
    from_day: i32,
    to_day: i32,
    prime_name: String,
    upper_name: String,
}

/// An invitation of the viewer's company, or of one in whose place it acts, if it is one and the role may answer.
pub(super) async fn invitation(app: &App, tx: &Tx, viewer: &Viewer, node: &str) -> UseCase<Invitation, AnswerRefusal> {
    let refuse = UseCaseError::Refused;
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::Decline))
        .ok_or(refuse(AnswerRefusal::Forbidden))?;
    let row: Option<InvitationColumns> = tx.one(&queries::INVITATION, values![node, own.to_string()]).await?;
    let row = row.ok_or(refuse(AnswerRefusal::NotFound))?;
    let company: CompanyId = id(&row.company_id, "node.company_id")?;
    let mut invitation = read(row)?;
    if !viewer.reaches(invitation.site) {
        return Err(refuse(AnswerRefusal::NotFound));
    }
    if company == own {
        invitation.in_place_of = None;
        invitation.may_approve = viewer.may(Act::Approve);
    } else {
        let site = match open(tx, viewer, &invitation.site.to_string()).await {
            Ok(site) => site,
            Err(Closed::NotFound) => return Err(refuse(AnswerRefusal::NotFound)),
            Err(Closed::Broken(error)) => return Err(error.into()),
        };
        let seat = seat(app, tx, &site, &invitation.id).await?;
        let seat = seat.filter(|seat| seat.in_place_of(Move::Decline).is_some());
        let seat = seat.ok_or(refuse(AnswerRefusal::NotFound))?;
        invitation.may_approve = hindrance(viewer, &seat, Move::Approve) != Some(Obstacle::NotYours);
    }
    if matches!(invitation.status, NodeStatus::Approved | NodeStatus::Declined) {
        invitation.given = given(tx, invitation.site, &invitation.id).await?;
    }
    Ok(invitation)
}

fn read(row: InvitationColumns) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: NodeId(row.id),
        in_place_of: Some(row.company_name),
        may_approve: false,
        given: None,
        site: id(&row.site_id, "node.site_id")?,
        site_name: row.site_name,
        address: row.address,
        period: (day(row.from_day, "site.from_day")?, day(row.to_day, "site.to_day")?),
        prime_name: row.prime_name,
        upper_name: row.upper_name,
        tier: row.tier,
        status: NodeStatus::from_word(&row.status).ok_or_else(|| unreadable("node.status"))?,
        work_name: row.work_name,
        work_content: row.work_content,
        invited: millisecond(row.invited_at, "node.invited_at")?,
        answered: row.answered_at.map(|at| millisecond(at, "node.answered_at")).transpose()?,
    })
}

/// What an answer writes down.
struct Written {
    change: Change,
    /// Work name and content that the node has from now on.
    work: (String, String),
    reason: String,
}

/// Reads an answer, in another company's place or not.
fn written(found: Invitation, answer: &Answer) -> Result<Written, FieldErrors> {
    let mut errors = FieldErrors::new();
    let written = match answer {
        Answer::Decline { reason } => {
            let reason = line(&mut errors, "reason", reason, 200, found.in_place_of.is_some());
            let change = if reason.is_empty() {
                Change::Declined
            } else {
                Change::DeclinedFor { reason: reason.clone() }
            };
            let work = (found.work_name, found.work_content);
            Written { change, work, reason }
        }
        Answer::Approve { work_name, work_content } => {
            let work_name = line(&mut errors, "work_name", work_name, 100, true);
            let work_content = line(&mut errors, "work_content", work_content, 200, false);
            Written {
                work: (work_name.clone(), work_content.clone()),
                change: Change::Approved { work_name, work_content },
                reason: String::new(),
            }
        }
    };
    if errors.is_empty() { Ok(written) } else { Err(errors) }
}

/// Answers an invitation of the viewer's company, or of one in whose place it acts, and judges the site's open days again. Invitations
/// beneath one that is declined go with it.
///
/// No version is asked for: only the first answer finds the invitation waiting, whatever the page it came from.
///
/// # Errors
/// [`AnswerRefusal`].
pub async fn answer(app: &App, tx: &Tx, viewer: &Viewer, node: &NodeId, answer: &Answer) -> UseCase<Answered, AnswerRefusal> {
    let refuse = UseCaseError::Refused;
    let what = answer.what();
    if !viewer.may(act(what)) {
        return Err(refuse(AnswerRefusal::Forbidden));
    }
    let site = invitation(app, tx, viewer, &node.0).await?.site;
    let site = hold(tx, viewer, site).await;
    // Read again: whoever held the tree until now may have taken the invitation back, or answered it.
    let found = invitation(app, tx, viewer, &node.0).await?;
    let already = refuse(AnswerRefusal::AlreadyAnswered {
        site: found.site,
        status: found.status,
    });
    if found.status != NodeStatus::Invited {
        return Err(already);
    }
    let site = match site {
        Ok(site) => site,
        Err(UseCaseError::Refused(_)) => return Err(refuse(AnswerRefusal::NotFound)),
        Err(UseCaseError::Broken(error)) => return Err(UseCaseError::Broken(error)),
    };
    let seat = seat(app, tx, &site, node).await?.ok_or(refuse(AnswerRefusal::NotFound))?;
    match hindrance(viewer, &seat, what) {
        None => {}
        Some(Obstacle::NotYours) => return Err(refuse(AnswerRefusal::Forbidden)),
        Some(why) => return Err(refuse(AnswerRefusal::Obstacle(why))),
    }
    let company = site.tree.get(node).and_then(|n| n.company);
    let company = company.ok_or(refuse(AnswerRefusal::NotFound))?;
    let written = written(found, answer).map_err(|errors| refuse(AnswerRefusal::Fields(errors)))?;
    let gone = match answer {
        Answer::Approve { .. } => Vec::new(),
        Answer::Decline { .. } => site.tree.waiting_beneath(node),
    };
    let mut changes = vec![(node.clone(), seat.written(what, written.change))];
    changes.extend(gone.iter().map(|id| (id.clone(), Change::Removed)));
    let version = write_down(app, tx, viewer, site.head.id, &changes).await?;
    let values = values![
        node.0.as_str(),
        company.to_string(),
        answer.status().word(),
        written.work.0.as_str(),
        written.work.1.as_str(),
        app.clock().now().as_millisecond(),
        version
    ];
    if tx.run(&queries::ANSWER, values).await? == 0 {
        return Err(already);
    }
    take_out(tx, &gone, version).await?;
    let reason = [("reason", written.reason.as_str())];
    let key = match answer {
        Answer::Approve { .. } => "approved",
        Answer::Decline { .. } if written.reason.is_empty() => "declined",
        Answer::Decline { .. } => "declined-for",
    };
    if seat.in_place_of(what).is_some() {
        let link = format!("/approvals/{node}");
        tell::principal(app, tx, company, &format!("notice-proxy-{key}"), &site, &reason, &link).await?;
    } else if let Some(upper) = site.tree.registered_above(node) {
        let key = format!("notice-node-{key}");
        tell::company(app, tx, upper, &key, &site, site.company_of(node), &reason).await?;
    }
    Ok(Answered {
        site: site.head.id,
        rejudged: judge_again(app, tx, site.head.id).await?,
    })
}

#[derive(FromQueryResult)]
struct OpenColumns {
    id: String,
    site_id: String,
}

/// A company withdraws: invitations that wait for its answer are declined, so that whoever invited it goes on with somebody else. Places
/// that it had approved stay in the organisation.
///
/// # Errors
/// If the database fails.
pub async fn decline_open(app: &App, tx: &Tx, by: &Viewer, company: CompanyId) -> anyhow::Result<()> {
    let open: Vec<OpenColumns> = tx.all(&queries::OPEN_INVITATIONS, values![company.to_string()]).await?;
    // Whoever lets it go acts in the company's name: a site opens for companies only.
    let in_its_name = Viewer::without_session(
        by.account.clone(),
        &by.name,
        Role::Administrator,
        Some((company, String::new())),
    );
    for row in open {
        let site = match hold(tx, &in_its_name, id(&row.site_id, "node.site_id")?).await {
            Ok(site) => site,
            // Deleted, or the invitation went with another one.
            Err(UseCaseError::Refused(_)) => continue,
            Err(UseCaseError::Broken(error)) => return Err(error),
        };
        let node = NodeId(row.id);
        if site.tree.get(&node).is_some_and(|n| n.status == NodeStatus::Invited) {
            decline(app, tx, by, &site, &node).await?;
        }
    }
    Ok(())
}

async fn decline(app: &App, tx: &Tx, by: &Viewer, site: &OpenSite, node: &NodeId) -> Result<(), StoreError> {
    let gone = site.tree.waiting_beneath(node);
    let mut changes = vec![(node.clone(), Change::Declined)];
    changes.extend(gone.iter().map(|id| (id.clone(), Change::Removed)));
    let version = write_down(app, tx, by, site.head.id, &changes).await?;
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::DECLINE, values![node.0.as_str(), now, version]).await?;
    take_out(tx, &gone, version).await?;
    if let Some(upper) = site.tree.registered_above(node) {
        tell::company(app, tx, upper, "notice-node-declined", site, site.company_of(node), &[]).await?;
    }
    judge_again(app, tx, site.head.id).await?;
    Ok(())
}

/// Invitations beneath one that was declined go with it.
async fn take_out(tx: &Tx, gone: &[NodeId], version: i32) -> Result<(), StoreError> {
    if !gone.is_empty() {
        let rows = Rows::of(gone.iter().map(|id| [id.0.as_str()]))?;
        tx.run(&queries::REMOVE, values![rows, version]).await?;
    }
    Ok(())
}
