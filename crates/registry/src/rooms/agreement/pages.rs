//! Pages of a company's agreements: the list, asking for one, one with its buttons.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::CompanyId;
use domain::access::Act;
use domain::agreement::{AgreementMove, AgreementState, Side};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Tx, values};
use web::{Form, Frame, Mood, Page, PageError, page as render, redirect_with};

use super::keep::{AgreementRefusal, ask, change, keeper, side_word};
use super::queries;
use super::rows::{Agreement, Columns, find};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::search::{FoundCompany, companies};
use crate::rooms::site::percent;
use crate::typed::{Search, key};

/// Rows of a page.
const ROWS: u32 = 50;

fn page_error(refusal: AgreementRefusal) -> PageError {
    match refusal {
        AgreementRefusal::NotFound => PageError::NotFound,
        _ => PageError::Forbidden,
    }
}

fn mood(state: AgreementState) -> Mood {
    match state {
        AgreementState::Agreed => Mood::Good,
        AgreementState::Asked => Mood::Pending,
        AgreementState::Refused => Mood::Bad,
        AgreementState::Withdrawn | AgreementState::Revoked => Mood::Info,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    /// `over`: those that have ended.
    state: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "agreement/templates/list.html")]
struct ListPage {
    frame: Frame,
    may_ask: bool,
    q: String,
    over: bool,
    base: String,
    agreements: Paged<Agreement>,
}

/// The company's agreements: those that hold or wait, or those that are over.
///
/// # Permissions
/// Administrators and tier managers, of their own company.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let (own, _) = keeper(&viewer, Act::EndAgreements).map_err(page_error)?;
    let search = Search::new(&query.q);
    let over = query.state == "over";
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let values = values![
        own.to_string(),
        i32::from(!over),
        search.name.as_str(),
        search.kana_or_id.as_str(),
        number.limit(),
        number.offset()
    ];
    let found: Vec<Columns> = tx.all(&queries::LIST, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let rows = found
        .into_iter()
        .map(|row| Agreement::read(row, own))
        .collect::<Result<_, _>>()?;
    let state = if over { "over" } else { "" };
    render(&ListPage {
        frame: frame.title("agreements-title"),
        may_ask: viewer.may(Act::KeepAgreements),
        base: format!("/agreements?q={}&state={state}&", percent(&search.typed)),
        q: search.typed,
        over,
        agreements: Paged {
            rows,
            total,
            page: number,
        },
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct NewQuery {
    q: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "agreement/templates/new.html")]
struct NewPage {
    frame: Frame,
    q: String,
    base: String,
    found: Option<Paged<FoundCompany>>,
    /// Why it was not asked.
    fault: String,
}

async fn new_page(app: &App, viewer: &Viewer, frame: Frame, query: NewQuery, fault: Option<AgreementRefusal>) -> Page {
    let number = PageNumber::new(query.page.unwrap_or(1), 20);
    let q: String = query.q.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let found = if q.is_empty() {
        None
    } else {
        let tx = app.db().read().await?;
        Some(companies(&tx, viewer, &q, "", number).await?)
    };
    let list = frame.t.s("agreements-title");
    let fault = fault.map_or_else(String::new, |refusal| frame.t.s(refusal.key()));
    let status = if fault.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = render(&NewPage {
        frame: frame.crumb(list, "/agreements").title("agreement-new-title"),
        base: format!("/agreements/new?q={}&", percent(&q)),
        q,
        found,
        fault,
    })?;
    Ok((status, page).into_response())
}

/// Looks for the company to ask.
///
/// # Permissions
/// As the list.
pub(super) async fn new(State(app): State<App>, viewer: Viewer, frame: Frame, Query(query): Query<NewQuery>) -> Page {
    keeper(&viewer, Act::KeepAgreements).map_err(page_error)?;
    new_page(&app, &viewer, frame, query, None).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct AskForm {
    company: String,
    q: String,
}

/// Asks.
///
/// # Permissions
/// As the list.
pub(super) async fn send(State(app): State<App>, viewer: Viewer, frame: Frame, Form(form): Form<AskForm>) -> Page {
    let tx = app.db().write().await?;
    match ask(&app, &tx, &viewer, &form.company).await {
        Ok(agreement) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/agreements/{agreement}"), "agreement-was-asked"))
        }
        Err(UseCaseError::Refused(AgreementRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(refusal)) => {
            drop(tx);
            let query = NewQuery { q: form.q, page: None };
            new_page(&app, &viewer, frame, query, Some(refusal)).await
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// How many belong to the company, and what they say.
#[derive(FromQueryResult)]
struct Figures {
    people: i64,
    yes: i64,
    no: i64,
}

#[derive(Template)]
#[template(path = "agreement/templates/show.html")]
struct ShowPage {
    frame: Frame,
    /// Its registration has not run out: it may enter into one.
    may_agree: bool,
    agreement: Agreement,
    figures: Figures,
}

/// One agreement.
///
/// # Permissions
/// Administrators and tier managers of its two companies.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame, Path(agreement): Path<String>) -> Page {
    let (own, _) = keeper(&viewer, Act::EndAgreements).map_err(page_error)?;
    let agreement = key(&agreement).ok_or(PageError::NotFound)?;
    show_page(&app, &app.db().read().await?, &viewer, frame, own, agreement).await
}

async fn show_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, own: CompanyId, agreement: &str) -> Page {
    let agreement = find(tx, own, agreement).await?.ok_or(PageError::NotFound)?;
    let values = values![
        agreement.id.as_str(),
        agreement.principal.0.to_string(),
        app.clock().today().to_number()
    ];
    let figures: Option<Figures> = tx.one(&queries::FIGURES, values).await?;
    let list = frame.t.s("agreements-title");
    render(&ShowPage {
        may_agree: viewer.may(Act::KeepAgreements),
        frame: frame.crumb(list, "/agreements").titled(agreement.other().1.clone()),
        figures: figures.unwrap_or(Figures {
            people: 0,
            yes: 0,
            no: 0,
        }),
        agreement,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct MoveForm {
    #[serde(rename = "move")]
    what: String,
}

/// Agrees, refuses, takes back, ends.
///
/// # Permissions
/// As the page of it; which move whose is, is `domain::agreement::leads_to`.
pub(super) async fn answer(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(agreement): Path<String>,
    Form(form): Form<MoveForm>,
) -> Page {
    let (own, _) = keeper(&viewer, Act::EndAgreements).map_err(page_error)?;
    let agreement = key(&agreement).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    if find(&tx, own, agreement).await?.is_none() {
        return Err(PageError::NotFound);
    }
    let Some(what) = AgreementMove::from_word(&form.what) else {
        return Err(PageError::refused(StatusCode::UNPROCESSABLE_ENTITY, "error-form"));
    };
    match change(&app, &tx, &viewer, agreement, what).await {
        Ok(state) => {
            tx.commit().await?;
            let key = format!("agreement-now-{}", state.word());
            Ok(redirect_with(&format!("/agreements/{agreement}"), &key))
        }
        // What is the case now is on the page itself.
        Err(UseCaseError::Refused(AgreementRefusal::NotNow)) => {
            let frame = frame.notice::<&str>(Mood::Warn, "agreement-not-now", &[]);
            let page = show_page(&app, &tx, &viewer, frame, own, agreement).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(UseCaseError::Refused(refusal)) => Err(page_error(refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

impl ShowPage {
    /// The buttons.
    fn moves(&self) -> Vec<AgreementMove> {
        let mut moves = self.agreement.moves();
        moves.retain(|what| self.may_agree || *what != AgreementMove::Agree);
        moves
    }
}

fn style(what: &AgreementMove) -> &'static str {
    match what {
        AgreementMove::Agree => "primary",
        AgreementMove::Refuse | AgreementMove::Withdraw => "secondary",
        AgreementMove::Revoke => "danger",
    }
}
