//! A company's pages (520): what it entered for its people and what they entered themselves, and the form for many workers and days.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use domain::access::Act;
use domain::direct::clock;
use domain::judge::open_since;
use domain::{CompanyId, Policy, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use web::{Form, FormState, Frame, Page, PageError, T, page as render, redirect_with_numbers};

use super::ask::{AskErrors, AskForm, AskRefusal, Asked, ask, one};
use super::queries;
use super::request::Request;
use super::rows::{Columns, paged};
use super::words::explain;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::site::percent;
use crate::rows::id;
use crate::typed::Search;

/// Rows of the list and of the form.
const ROWS: u32 = 50;

/// Hours that the forms begin with; what people usually change is one of them.
pub(super) const USUAL: (u16, u16) = (8 * 60, 17 * 60);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    /// `over`: those that are decided.
    state: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "direct/templates/company.html")]
struct ListPage {
    frame: Frame,
    requests: Paged<Request>,
    over: bool,
    today: WorkDay,
    base: &'static str,
}

fn own(viewer: &Viewer) -> Result<CompanyId, PageError> {
    let company = viewer.company_id().filter(|_| viewer.may(Act::EnterHistory));
    company.ok_or(PageError::Forbidden)
}

/// What was entered for the company's people.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let company = own(&viewer)?;
    let over = query.state == "over";
    let (state, base) = if over {
        ("over", "/direct?state=over&")
    } else {
        ("open", "/direct?")
    };
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let values = values![company.to_string(), state, number.limit(), number.offset()];
    let mut requests = paged(tx.all::<Columns>(&queries::OF_COMPANY, values).await?, number)?;
    explain(&app.masters(), &frame.t, &mut requests.rows);
    drop(tx);
    let workers: Vec<WorkerId> = requests.rows.iter().map(|r| r.worker).collect();
    audit::seen(&app, &viewer, &workers, "direct").await?;
    render(&ListPage {
        frame: frame.title("direct-title"),
        today: app.clock().today(),
        requests,
        over,
        base,
    })
}

#[derive(FromQueryResult)]
struct PersonColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    total: i64,
}

/// One of the company's people.
struct Candidate {
    handle: String,
    name: String,
    kana: String,
    id: String,
    ticked: bool,
}

#[derive(FromQueryResult)]
pub(super) struct SiteColumns {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) prime_name: String,
}

impl SiteColumns {
    /// Value and label of a choice.
    pub(super) fn choice(self) -> (String, String) {
        (self.id, format!("{}（{}）", self.name, self.prime_name))
    }
}

/// The sites a company chooses from.
pub(super) async fn sites_of_company(tx: &Tx, company: CompanyId, since: WorkDay) -> Result<Vec<(String, String)>, StoreError> {
    let values = values![company.to_string(), since.to_number()];
    let sites: Vec<SiteColumns> = tx.all(&queries::SITES_OF_COMPANY, values).await?;
    Ok(sites.into_iter().map(SiteColumns::choice).collect())
}

/// First day that can be entered today.
pub(super) fn since(app: &App) -> WorkDay {
    let today = app.clock().today();
    open_since(today, app.masters().policies().at(Policy::MendingMonths, today))
}

/// What a form says of what is wrong with single days: the first ones, and how many more.
pub(super) fn fault_lines(t: &T, errors: &AskErrors) -> Vec<String> {
    const MOST: usize = 10;
    let mut lines: Vec<String> = errors.days.iter().take(MOST).map(|fault| fault.sentence(t)).collect();
    if let Some(more @ 1..) = errors.days.len().checked_sub(MOST) {
        lines.push(t.n("direct-more-faults", "count", more));
    }
    lines
}

/// What is said after entering.
pub(super) fn said(to: &str, asked: Asked) -> axum::response::Response {
    let numbers = [
        ("asked", asked.asked),
        ("recorded", asked.recorded),
        ("already", asked.already),
    ];
    let key = match (asked.asked, asked.recorded + asked.already) {
        (0, _) => "direct-all-there",
        (_, 0) => "direct-asked",
        _ => "direct-asked-some",
    };
    redirect_with_numbers(to, key, &numbers)
}

/// A form that begins.
pub(super) fn begun() -> AskForm {
    AskForm {
        from: clock(USUAL.0),
        to: clock(USUAL.1),
        ..AskForm::default()
    }
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct FormQuery {
    q: String,
    page: Option<u32>,
}

/// A month that is open, whether it is shown at once, and its days: which are ticked.
type MonthOfDays = (YearMonth, bool, Vec<(WorkDay, bool)>);

#[derive(Template)]
#[template(path = "direct/templates/new.html")]
struct FormPage {
    frame: Frame,
    q: String,
    base: String,
    candidates: Paged<Candidate>,
    months: Vec<MonthOfDays>,
    sites: Vec<(String, String)>,
    form: FormState<AskForm>,
    faults: Vec<String>,
}

async fn form_page(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    query: FormQuery,
    (values, errors): (AskForm, AskErrors),
) -> Result<(FormPage, Vec<WorkerId>), PageError> {
    let company = own(viewer)?;
    let (first, today) = (since(app), app.clock().today());
    let search = Search::new(&query.q);
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let people = values![
        company.to_string(),
        first.to_number(),
        today.to_number(),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        number.limit(),
        number.offset()
    ];
    let rows: Vec<PersonColumns> = tx.all(&queries::PEOPLE, people).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let ticked: BTreeSet<&String> = values.worker.iter().collect();
    let mut workers = Vec::with_capacity(rows.len());
    let mut candidates = Vec::with_capacity(rows.len());
    for row in rows {
        let worker: WorkerId = id(&row.id, "worker.id")?;
        workers.push(worker);
        candidates.push(Candidate {
            ticked: ticked.contains(&row.handle),
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            id: worker.grouped(),
        });
    }
    let typed: BTreeSet<WorkDay> = values.day.iter().filter_map(|day| day.parse().ok()).collect();
    let mut months: Vec<MonthOfDays> = Vec::new();
    let days = std::iter::successors(Some(today), |day| Some(day.plus(-1))).take_while(|day| *day >= first);
    for day in days {
        let ticked = typed.contains(&day);
        match months.last_mut().filter(|(month, ..)| *month == day.month()) {
            Some((_, open, days)) => {
                days.push((day, ticked));
                *open |= ticked;
            }
            None => months.push((day.month(), ticked || day == today, vec![(day, ticked)])),
        }
    }
    // In the order of the calendar, the present month first.
    months.iter_mut().for_each(|(_, _, days)| days.reverse());
    let list = frame.t.s("direct-title");
    let faults = fault_lines(&frame.t, &errors);
    let page = FormPage {
        base: format!("/direct/new?q={}&", percent(&search.typed)),
        q: search.typed,
        candidates: Paged {
            rows: candidates,
            total,
            page: number,
        },
        months,
        sites: sites_of_company(tx, company, first).await?,
        form: FormState::wrong(&frame.t, values, errors.fields),
        faults,
        frame: frame.crumb(list, "/direct").title("direct-new-title"),
    };
    Ok((page, workers))
}

/// The form.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn form(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<FormQuery>) -> Page {
    let tx = app.db().read().await?;
    let start = (begun(), AskErrors::default());
    let (page, workers) = form_page(&app, &tx, &viewer, frame, query, start).await?;
    drop(tx);
    audit::seen(&app, &viewer, &workers, "direct").await?;
    render(&page)
}

/// Enters days of the ticked workers.
///
/// # Permissions
/// Administrators and tier managers, for workers tied to their own company on each of the days.
pub(super) async fn send(State(app): State<App>, viewer: Viewer, frame: Frame, Form(sent): Form<Vec<(String, String)>>) -> Page {
    own(&viewer)?;
    let form = AskForm::read(&sent);
    let tx = app.db().write().await?;
    match ask(&app, &tx, &viewer, &form).await {
        Ok(asked) => {
            tx.commit().await?;
            Ok(said("/direct", asked))
        }
        Err(UseCaseError::Refused(AskRefusal::Wrong(errors))) => {
            let query = FormQuery {
                q: one(&sent, "q").to_owned(),
                page: one(&sent, "page").parse().ok(),
            };
            let (page, workers) = form_page(&app, &tx, &viewer, frame, query, (form, errors)).await?;
            drop(tx);
            audit::seen(&app, &viewer, &workers, "direct").await?;
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
        Err(UseCaseError::Refused(AskRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
