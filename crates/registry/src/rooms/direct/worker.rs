//! A worker's pages (320 > 10): his days that wait or are decided, and the form: day, site, send.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::{WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Form, FormState, Frame, Page, PageError, page as render};

use super::ask::{AskErrors, AskForm, AskRefusal, ask};
use super::company::{SiteColumns, begun, fault_lines, said, since};
use super::queries;
use super::request::Request;
use super::rows::{Columns, paged};
use super::words::explain;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::day;

/// Rows of the list.
const ROWS: u32 = 20;

/// Days offered at once; others are typed.
const DAYS: i32 = 7;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "direct/templates/mine.html")]
struct MinePage {
    frame: Frame,
    requests: Paged<Request>,
    today: WorkDay,
}

fn own(viewer: &Viewer) -> Result<WorkerId, PageError> {
    let worker = viewer.worker.as_ref().filter(|_| viewer.may(Act::EnterHistory));
    worker.map(|(worker, _)| *worker).ok_or(PageError::Forbidden)
}

/// One's own days that were entered, by oneself or by the company.
///
/// # Permissions
/// Workers, their own.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let worker = own(&viewer)?;
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let values = values![worker.to_string(), number.limit(), number.offset()];
    let mut requests = paged(tx.all::<Columns>(&queries::OF_WORKER, values).await?, number)?;
    explain(&app.masters(), &frame.t, &mut requests.rows);
    let home = frame.t.s("portal-home");
    render(&MinePage {
        frame: frame.crumb(home, "/").title("direct-own-title"),
        today: app.clock().today(),
        requests,
    })
}

#[derive(FromQueryResult)]
struct DayColumns {
    work_day: i32,
}

#[derive(Template)]
#[template(path = "direct/templates/mine_new.html")]
struct FormPage {
    frame: Frame,
    /// The last days, whether each is ticked, and whether it has a history or waits already.
    days: Vec<(WorkDay, bool, bool)>,
    /// Typed as another day.
    other: String,
    since: WorkDay,
    today: WorkDay,
    sites: Vec<SiteColumns>,
    form: FormState<AskForm>,
    faults: Vec<String>,
}

impl FormPage {
    fn site_is(&self, site: &str) -> bool {
        self.form.values.site == site
    }

    /// Something is typed beside the list of sites, or there is no list.
    fn elsewhere(&self) -> bool {
        let form = &self.form.values;
        let typed = [&form.site_id, &form.site_name, &form.prime_name]
            .iter()
            .any(|text| !text.is_empty());
        typed || self.sites.is_empty()
    }
}

/// The sites a worker chooses from, the last one first.
pub(super) async fn sites_of_worker(tx: &Tx, worker: WorkerId, since: WorkDay) -> Result<Vec<SiteColumns>, StoreError> {
    tx.all(&queries::SITES_OF_WORKER, values![worker.to_string(), since.to_number()])
        .await
}

async fn form_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    sent: Option<(AskForm, AskErrors)>,
) -> Result<FormPage, PageError> {
    let worker = own(viewer)?;
    let (first, today) = (since(app), app.clock().today());
    let sites = sites_of_worker(tx, worker, first).await?;
    let from = today.plus(1 - DAYS).max(first);
    let known: Vec<DayColumns> = tx
        .all(&queries::DAYS_OF_WORKER, values![worker.to_string(), from.to_number()])
        .await?;
    let known = known
        .into_iter()
        .map(|row| day(row.work_day, "history.work_day"))
        .collect::<Result<BTreeSet<WorkDay>, _>>()?;
    let (values, errors) = sent.unwrap_or_else(|| {
        let site = sites.first().map(|site| site.id.clone()).unwrap_or_default();
        (AskForm { site, ..begun() }, AskErrors::default())
    });
    let ticked: BTreeSet<WorkDay> = values.day.iter().filter_map(|day| day.parse().ok()).collect();
    let days: Vec<(WorkDay, bool, bool)> = std::iter::successors(Some(today), |day| Some(day.plus(-1)))
        .take_while(|day| *day >= from)
        .map(|day| (day, ticked.contains(&day), known.contains(&day)))
        .collect();
    let list = frame.t.s("direct-own-title");
    Ok(FormPage {
        days,
        other: ticked
            .iter()
            .find(|day| **day < from)
            .map(ToString::to_string)
            .unwrap_or_default(),
        since: first,
        today,
        faults: fault_lines(&frame.t, &errors),
        form: FormState::wrong(&frame.t, values, errors.fields),
        sites,
        frame: frame.crumb(list, "/my/direct").title("direct-own-new-title"),
    })
}

/// The form.
///
/// # Permissions
/// Workers, for themselves.
pub(super) async fn form(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let tx = app.db().read().await?;
    render(&form_page(&app, &tx, &viewer, frame, None).await?)
}

/// Enters days of one's own.
///
/// # Permissions
/// Workers, for themselves.
pub(super) async fn send(State(app): State<App>, viewer: Viewer, frame: Frame, Form(sent): Form<Vec<(String, String)>>) -> Page {
    own(&viewer)?;
    let form = AskForm::read(&sent);
    let tx = app.db().write().await?;
    match ask(&app, &tx, &viewer, &form).await {
        Ok(asked) => {
            tx.commit().await?;
            Ok(said("/my/direct", asked))
        }
        Err(UseCaseError::Refused(AskRefusal::Wrong(errors))) => {
            let page = form_page(&app, &tx, &viewer, frame, Some((form, errors))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(UseCaseError::Refused(AskRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
