//! The prime's page (520): what waits at its sites, by site and company; one day, many, or all of a company are approved at once, or
//! refused with a reason.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Tx, values};
use web::{FieldErrors, Form, FormState, Frame, Page, PageError, page as render, redirect_with_numbers};

use super::ask::one;
use super::decide::{DecideRefusal, Decided, approve, refuse};
use super::queries;
use super::request::Request;
use super::rows::{Columns, hold, paged};
use super::words::explain;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;

/// Days on a page: a hundred people for a few days.
const ROWS: u32 = 200;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

/// What waits of one company at one site.
struct Group {
    site: Option<SiteId>,
    /// Name of the site, where it is another one than that of the group before.
    site_name: Option<String>,
    company: Option<CompanyId>,
    /// What stands for it in the form.
    key: String,
    company_name: String,
    requests: Vec<Request>,
}

#[derive(Template)]
#[template(path = "direct/templates/waiting.html")]
struct ListPage {
    frame: Frame,
    groups: Vec<Group>,
    /// Which part of how many; its rows are in the groups.
    part: Paged<Request>,
    today: WorkDay,
    /// What could not be decided just now.
    left: Vec<String>,
}

impl ListPage {
    fn total(&self) -> i64 {
        i64::try_from(self.part.total).unwrap_or(i64::MAX)
    }
}

fn group_key(request: &Request) -> String {
    let site = request.site.map(|site| site.to_string()).unwrap_or_default();
    let company = request.company.map(|company| company.to_string()).unwrap_or_default();
    format!("{site}.{company}")
}

fn own(viewer: &Viewer) -> Result<CompanyId, PageError> {
    let company = viewer.company_id().filter(|_| viewer.may(Act::ApproveHistory));
    company.ok_or(PageError::Forbidden)
}

async fn list_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    page: Option<u32>,
    left: Vec<String>,
) -> Result<(ListPage, Vec<WorkerId>), PageError> {
    let company = own(viewer)?;
    let number = PageNumber::new(page.unwrap_or(1), ROWS);
    let values = values![
        company.to_string(),
        i32::from(viewer.sites.is_some()),
        viewer.account.as_str(),
        number.limit(),
        number.offset()
    ];
    let mut part: Paged<Request> = paged(tx.all::<Columns>(&queries::WAITING, values).await?, number)?;
    explain(&app.masters(), &frame.t, &mut part.rows);
    let workers = part.rows.iter().map(|r| r.worker).collect();
    let mut groups: Vec<Group> = Vec::new();
    for request in std::mem::take(&mut part.rows) {
        let begins = groups.last().is_none_or(|group| group.site != request.site);
        // They come by site and company.
        match groups
            .last_mut()
            .filter(|g| g.site == request.site && g.company == request.company)
        {
            Some(group) => group.requests.push(request),
            None => groups.push(Group {
                site: request.site,
                site_name: begins.then(|| request.site_name.clone()),
                key: group_key(&request),
                company: request.company,
                company_name: request.company_name.clone(),
                requests: vec![request],
            }),
        }
    }
    let page = ListPage {
        frame: frame.title("direct-waiting-title"),
        groups,
        part,
        today: app.clock().today(),
        left,
    };
    Ok((page, workers))
}

/// What waits.
///
/// # Permissions
/// Administrators and tier managers of the prime; its site managers for the sites they were given.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let tx = app.db().read().await?;
    let (page, workers) = list_page(&app, &tx, &viewer, frame, query.page, Vec::new()).await?;
    drop(tx);
    audit::seen(&app, &viewer, &workers, "direct").await?;
    render(&page)
}

#[derive(Template)]
#[template(path = "direct/templates/refuse.html")]
struct RefusePage {
    frame: Frame,
    requests: Vec<Request>,
    form: FormState<String>,
}

/// Approves or refuses. To refuse many is two steps: the second asks for the reason.
///
/// # Permissions
/// As the list.
pub(super) async fn answer(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Form(sent): Form<Vec<(String, String)>>,
) -> Page {
    own(&viewer)?;
    let group = one(&sent, "all");
    let field = if group.is_empty() {
        "request".to_owned()
    } else {
        format!("listed.{group}")
    };
    let keys: BTreeSet<String> = sent
        .iter()
        .filter(|(name, _)| *name == field)
        .map(|(_, key)| key.clone())
        .collect();
    let tx = app.db().write().await?;
    let refuses = group.is_empty() && one(&sent, "move") == "refuse";
    if keys.is_empty() {
        let none = vec![frame.t.s("direct-none-chosen")];
        let (page, workers) = list_page(&app, &tx, &viewer, frame, None, none).await?;
        drop(tx);
        audit::seen(&app, &viewer, &workers, "direct").await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response());
    }
    let reason = one(&sent, "reason");
    let decided = match refuses {
        true if one(&sent, "step") != "reason" => Err(UseCaseError::Refused(DecideRefusal::Fields(FieldErrors::new()))),
        true => refuse(&app, &tx, &viewer, &keys, reason).await,
        false => approve(&app, &tx, &viewer, &keys).await,
    };
    match decided {
        Ok(decided) => {
            tx.commit().await?;
            told(&app, &viewer, frame, &decided, refuses).await
        }
        Err(UseCaseError::Refused(DecideRefusal::Fields(errors))) => {
            let mut requests = hold(&tx, &viewer, &keys).await?;
            explain(&app.masters(), &frame.t, &mut requests);
            drop(tx);
            let workers: Vec<WorkerId> = requests.iter().map(|r| r.worker).collect();
            audit::seen(&app, &viewer, &workers, "direct").await?;
            let back = frame.t.s("direct-waiting-title");
            let form = FormState::wrong(&frame.t, reason.to_owned(), errors);
            let page = RefusePage {
                frame: frame.crumb(back, "/direct/waiting").title("direct-refuse-title"),
                requests,
                form,
            };
            Ok((page.form.status(), render(&page)?).into_response())
        }
        // Nothing of it is this prime's: what is there is shown.
        Err(UseCaseError::Refused(DecideRefusal::NotFound)) => {
            Ok(redirect_with_numbers("/direct/waiting", "direct-none-left", &[]))
        }
        Err(UseCaseError::Refused(DecideRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// What came of it: a line above the list; what is left is told there day by day.
async fn told(app: &App, viewer: &Viewer, frame: Frame, decided: &Decided, refuses: bool) -> Page {
    let key = match (refuses, decided.done) {
        (_, 0) => "direct-nothing-decided",
        (true, _) => "direct-refused",
        (false, _) => "direct-approved",
    };
    let numbers = [("days", decided.done), ("counting", decided.counting)];
    if decided.left.is_empty() {
        return Ok(redirect_with_numbers("/direct/waiting", key, &numbers));
    }
    let left = decided.left.iter().map(|fault| fault.sentence(&frame.t)).collect();
    let mood = if decided.done == 0 { web::Mood::Warn } else { web::Mood::Good };
    let frame = frame.notice(mood, key, &numbers);
    let tx = app.db().read().await?;
    let (page, workers) = list_page(app, &tx, viewer, frame, None, left).await?;
    drop(tx);
    audit::seen(app, viewer, &workers, "direct").await?;
    let status = if decided.done == 0 {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok((status, render(&page)?).into_response())
}
