//! The invitations to the viewer's company (承認要請リスト).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::organisation::{NodeId, NodeStatus};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Page as PageNumber, Paged, StoreError, values};
use web::{Form, FormState, Frame, Mood, Page, PageError, page, redirect_with, redirect_with_numbers};

use super::answer::{Invitation, invitation};
use super::chart::mood;
use super::{Answer, AnswerRefusal, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::{millisecond, unreadable};

/// Rows of the list.
const ROWS: u32 = 20;

#[derive(FromQueryResult)]
struct ListColumns {
    id: String,
    tier: i32,
    status: String,
    work_name: String,
    invited_at: i64,
    answered_at: Option<i64>,
    site_name: String,
    prime_name: String,
    upper_name: String,
    total: i64,
}

struct ListRow {
    id: String,
    tier: i32,
    status: NodeStatus,
    mood: Mood,
    work_name: String,
    invited: Timestamp,
    answered: Option<Timestamp>,
    site_name: String,
    prime_name: String,
    upper_name: String,
}

impl TryFrom<ListColumns> for ListRow {
    type Error = StoreError;
    fn try_from(row: ListColumns) -> Result<Self, StoreError> {
        let status = NodeStatus::from_word(&row.status).ok_or_else(|| unreadable("node.status"))?;
        Ok(Self {
            id: row.id,
            tier: row.tier,
            status,
            mood: mood(status),
            work_name: row.work_name,
            invited: millisecond(row.invited_at, "node.invited_at")?,
            answered: row.answered_at.map(|at| millisecond(at, "node.answered_at")).transpose()?,
            site_name: row.site_name,
            prime_name: row.prime_name,
            upper_name: row.upper_name,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "organisation/templates/approvals.html")]
struct ListPage {
    frame: Frame,
    invitations: Paged<ListRow>,
}

/// What the company was invited to: waiting ones first, then those answered.
///
/// # Permissions
/// Administrators and tier managers.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::Decline))
        .ok_or(PageError::Forbidden)?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let values = values![company.to_string(), number.limit(), number.offset()];
    let rows: Vec<ListColumns> = tx.all(&queries::INVITATIONS, values).await?;
    let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
    let rows = rows.into_iter().map(ListRow::try_from).collect::<Result<_, _>>()?;
    page(&ListPage {
        frame: frame.title("approvals-title"),
        invitations: Paged {
            rows,
            total,
            page: number,
        },
    })
}

/// What is typed into the answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AnswerForm {
    answer: String,
    work_name: String,
    work_content: String,
    reason: String,
}

impl AnswerForm {
    fn read(self) -> Option<Answer> {
        match self.answer.as_str() {
            "approve" => Some(Answer::Approve {
                work_name: self.work_name,
                work_content: self.work_content,
            }),
            "decline" => Some(Answer::Decline { reason: self.reason }),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "organisation/templates/approval.html")]
struct ShowPage {
    frame: Frame,
    invitation: Invitation,
    mood: Mood,
    form: FormState<AnswerForm>,
}

impl ShowPage {
    /// Where the page was opened from.
    fn back(&self) -> String {
        match self.invitation.in_place_of {
            None => "/approvals".to_owned(),
            Some(_) => format!("/sites/{}/organisation", self.invitation.site),
        }
    }
}

fn show_page(frame: Frame, invitation: Invitation, form: FormState<AnswerForm>) -> Page {
    let frame = match &invitation.in_place_of {
        None => {
            let list = frame.t.s("approvals-title");
            frame.crumb(list, "/approvals").titled(invitation.site_name.clone())
        }
        Some(company) => {
            let chart = frame.t.s("organisation-title");
            let here = format!("/sites/{}/organisation", invitation.site);
            let title = frame.t.with("approval-for-title", &[("company", company.as_str())]);
            frame.crumb(chart, here).titled(title)
        }
    };
    let status = form.status();
    let mood = mood(invitation.status);
    Ok((
        status,
        page(&ShowPage {
            frame,
            invitation,
            mood,
            form,
        })?,
    )
        .into_response())
}

fn page_error(error: UseCaseError<AnswerRefusal>) -> PageError {
    match error {
        UseCaseError::Refused(AnswerRefusal::NotFound) => PageError::NotFound,
        UseCaseError::Refused(_) => PageError::Forbidden,
        UseCaseError::Broken(error) => PageError::Broken(error),
    }
}

/// One invitation: what for, from whom, and what approving means.
///
/// # Permissions
/// Administrators and tier managers of the invited company, and of the one right above that acts in its place by their agreement.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(node): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let invitation = invitation(&app, &tx, &viewer, &node).await.map_err(page_error)?;
    let form = AnswerForm {
        work_name: invitation.work_name.clone(),
        ..AnswerForm::default()
    };
    let form = FormState::new(&frame.t, form);
    show_page(frame, invitation, form)
}

/// Takes the answer. The same answer a second time leads on as the first did; another one is shown what holds.
///
/// # Permissions
/// As the page of it.
pub(super) async fn send_answer(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(node): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Page {
    let given = form
        .clone()
        .read()
        .ok_or_else(|| PageError::refused(StatusCode::BAD_REQUEST, "error-form"))?;
    let approves = given.status() == NodeStatus::Approved;
    let tx = app.db().write().await?;
    let by_proxy = invitation(&app, &tx, &viewer, &node)
        .await
        .map_err(page_error)?
        .in_place_of
        .is_some();
    match super::answer(&app, &tx, &viewer, &NodeId(node.clone()), &given).await {
        Ok(answered) => {
            tx.commit().await?;
            let chart = format!("/sites/{}/organisation", answered.site);
            let days = [("days", answered.rejudged.now_count)];
            Ok(if approves && by_proxy {
                redirect_with_numbers(&chart, "approval-approved-for", &days)
            } else if approves {
                redirect_with_numbers(&chart, "approval-approved", &days)
            } else if by_proxy {
                redirect_with(&chart, "approval-declined-for")
            } else {
                redirect_with("/approvals", "approval-declined")
            })
        }
        Err(UseCaseError::Refused(AnswerRefusal::AlreadyAnswered { site, status })) if status == given.status() => {
            let to = if approves || by_proxy {
                format!("/sites/{site}/organisation")
            } else {
                "/approvals".to_owned()
            };
            Ok(redirect_with(&to, "approval-same-answer"))
        }
        Err(UseCaseError::Refused(AnswerRefusal::Obstacle(why))) => {
            let key = format!("obstacle-{}", why.word());
            Err(PageError::refused(StatusCode::CONFLICT, key))
        }
        Err(UseCaseError::Refused(AnswerRefusal::AlreadyAnswered { status, .. })) => {
            let key = if status == NodeStatus::Removed {
                "approval-withdrawn"
            } else {
                "approval-other-answer"
            };
            let invitation = invitation(&app, &tx, &viewer, &node).await.map_err(page_error)?;
            let form = FormState::new(&frame.t, form);
            let frame = frame.notice::<&str>(Mood::Warn, key, &[]);
            Ok((StatusCode::CONFLICT, show_page(frame, invitation, form)?).into_response())
        }
        Err(UseCaseError::Refused(AnswerRefusal::Fields(errors))) => {
            let invitation = invitation(&app, &tx, &viewer, &node).await.map_err(page_error)?;
            let form = FormState::wrong(&frame.t, form, errors);
            show_page(frame, invitation, form)
        }
        Err(error) => Err(page_error(error)),
    }
}
