//! Use case: the invited company approves or declines (620 > 40, R-STR-2). Nobody else can, so that nobody's people become visible
//! to upper companies without their own company's word.

use domain::access::Act;
use domain::organisation::{Move, NodeId, NodeStatus, allowed};
use domain::{CompanyId, SiteId, WorkDay};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, Rejudged};
use crate::rooms::site::{Subject, note};
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
    Decline,
}

impl Answer {
    fn what(&self) -> Move {
        match self {
            Self::Approve { .. } => Move::Approve,
            Self::Decline => Move::Decline,
        }
    }

    /// State of a node so answered.
    pub(super) fn status(&self) -> NodeStatus {
        match self {
            Self::Approve { .. } => NodeStatus::Approved,
            Self::Decline => NodeStatus::Declined,
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
    /// The viewer's company has no such invitation.
    NotFound,
    /// These fields are wrong.
    Fields(FieldErrors),
    /// Answered before: in another tab, by a colleague, by a second click.
    AlreadyAnswered {
        /// The site.
        site: SiteId,
        /// The answer that holds.
        status: NodeStatus,
    },
}

/// An invitation as the invited company sees it.
#[derive(Debug, Clone)]
pub(super) struct Invitation {
    pub(super) id: NodeId,
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

#[derive(FromQueryResult)]
struct InvitationColumns {
    id: String,
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

/// An invitation of the viewer's company, if it is one and the role may answer.
pub(super) async fn invitation(tx: &Tx, viewer: &Viewer, node: &str) -> UseCase<Invitation, AnswerRefusal> {
    let refuse = UseCaseError::Refused;
    let own = viewer
        .company_id()
        .filter(|_| viewer.may(Act::Approve))
        .ok_or(refuse(AnswerRefusal::Forbidden))?;
    let row: Option<InvitationColumns> = tx.one(&queries::INVITATION, values![node, own.to_string()]).await?;
    let row = row.ok_or(refuse(AnswerRefusal::NotFound))?;
    let invitation = read(row)?;
    if !viewer.reaches(invitation.site) {
        return Err(refuse(AnswerRefusal::NotFound));
    }
    Ok(invitation)
}

fn read(row: InvitationColumns) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: NodeId(row.id),
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

/// Answers an invitation of the viewer's company and judges the site's open days again.
///
/// No version is asked for: only the first answer finds the invitation waiting, whatever the page it came from.
///
/// # Errors
/// [`AnswerRefusal`].
pub async fn answer(app: &App, tx: &Tx, viewer: &Viewer, node: &NodeId, answer: &Answer) -> UseCase<Answered, AnswerRefusal> {
    let refuse = UseCaseError::Refused;
    let found = invitation(tx, viewer, &node.0).await?;
    let already = |found: &Invitation| {
        refuse(AnswerRefusal::AlreadyAnswered {
            site: found.site,
            status: found.status,
        })
    };
    if !allowed(found.status, answer.what()) {
        return Err(already(&found));
    }
    let (work_name, work_content) = match answer {
        Answer::Decline => (found.work_name, found.work_content),
        Answer::Approve { work_name, work_content } => {
            let mut errors = FieldErrors::new();
            let name = line(&mut errors, "work_name", work_name, 100, true);
            let content = line(&mut errors, "work_content", work_content, 200, false);
            if !errors.is_empty() {
                return Err(refuse(AnswerRefusal::Fields(errors)));
            }
            (name, content)
        }
    };
    let own = viewer.company_id().ok_or(refuse(AnswerRefusal::Forbidden))?;
    let now = app.clock().now().as_millisecond();
    let values = values![
        node.0.as_str(),
        own.to_string(),
        answer.status().word(),
        work_name.as_str(),
        work_content.as_str(),
        now
    ];
    if tx.run(&queries::ANSWER, values).await? == 0 {
        return Err(already(&invitation(tx, viewer, &node.0).await?));
    }
    let what = match answer {
        Answer::Approve { .. } => serde_json::json!({ "approved": { "work_name": work_name, "work_content": work_content } }),
        Answer::Decline => serde_json::json!("declined"),
    };
    note(app, tx, viewer, found.site, Subject::Node, &node.0, &what).await?;
    let rejudged = history::rejudge(
        tx,
        app.clock(),
        app.masters().policies(),
        found.site,
        None,
        history::Cause::Approval,
    )
    .await?;
    Ok(Answered {
        site: found.site,
        rejudged,
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
pub async fn decline_open(app: &App, tx: &Tx, by: &Viewer, company: CompanyId) -> Result<(), StoreError> {
    let open: Vec<OpenColumns> = tx.all(&queries::OPEN_INVITATIONS, values![company.to_string()]).await?;
    for row in open {
        let now = app.clock().now().as_millisecond();
        tx.run(&queries::DECLINE, values![row.id.as_str(), now]).await?;
        let site = id(&row.site_id, "node.site_id")?;
        let what = serde_json::json!("declined_with_withdrawal");
        note(app, tx, by, site, Subject::Node, &row.id, &what).await?;
        let (masters, cause) = (app.masters(), history::Cause::Approval);
        history::rejudge(tx, app.clock(), masters.policies(), site, None, cause).await?;
    }
    Ok(())
}
