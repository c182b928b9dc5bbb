//! One's own registration (登録内容): what the registry has of a company or a worker, as lists and rules use it.

use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::registration::Purpose;
use domain::{Masters, TradeCode, WorkDay};
use sea_orm::FromQueryResult;
use store::values;
use web::{Frame, Language, Page, PageError, T};

use super::queries;
use super::worker::{EmployerColumns, WorkerColumns};
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::{GroupView, registered_view};
use crate::rooms::roster::trade_name;
use crate::rows::{id, opt_day};

#[derive(FromQueryResult)]
struct CompanyColumns {
    name: String,
    name_kana: String,
    kind: String,
    phone: String,
    licence: String,
    corporate_number: String,
    prefecture: String,
    email: String,
    valid_until: Option<i32>,
    state: String,
}

#[derive(FromQueryResult)]
struct TradeColumns {
    trade: String,
}

#[derive(Template)]
#[template(path = "portal/templates/registration.html")]
struct RegistrationPage {
    frame: Frame,
    /// Terms and texts; an empty text is shown as a dash.
    lines: Vec<(String, String)>,
    /// Everything that was filled in, in the steps of the form; empty for who was registered before there were forms.
    groups: Vec<GroupView>,
}

fn show(frame: Frame, title: &str, lines: Vec<(&str, String)>, groups: Vec<GroupView>) -> Page {
    let home = frame.t.s("portal-home");
    let lines = lines
        .into_iter()
        .map(|(key, text)| (frame.t.s(key), if text.is_empty() { "–".to_owned() } else { text }))
        .collect();
    web::page(&RegistrationPage {
        frame: frame.crumb(home, "/").title(title),
        lines,
        groups,
    })
}

/// The name of a prefecture; empty for an unknown code.
pub(crate) fn prefecture(masters: &Masters, t: &T, code: &str) -> String {
    let found = masters.prefectures().iter().find(|p| p.code == code);
    found.map_or_else(String::new, |p| match t.language() {
        Language::Ja => p.name_ja.clone(),
        _ => p.name_en.clone(),
    })
}

fn day_text(t: &T, day: Option<WorkDay>) -> String {
    day.map(|d| t.day(d)).unwrap_or_default()
}

/// The company's own registration.
///
/// # Permissions
/// Administrators.
pub(super) async fn company(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let company = viewer
        .company_id()
        .filter(|_| viewer.may(Act::ChangeCompany))
        .ok_or(PageError::Forbidden)?;
    let tx = app.db().read().await?;
    let row: Option<CompanyColumns> = tx.one(&queries::COMPANY, values![company.to_string()]).await?;
    let row = row.ok_or(PageError::NotFound)?;
    let t = frame.t.clone();
    let lines = vec![
        ("registration-company-id", company.grouped()),
        ("registration-name", row.name),
        ("registration-kana", row.name_kana),
        (
            "registration-kind",
            t.s(format!("company-kind-{}", row.kind.replace('_', "-"))),
        ),
        ("registration-prefecture", prefecture(&app.masters(), &t, &row.prefecture)),
        ("registration-phone", row.phone),
        ("registration-email", row.email),
        ("registration-licence", row.licence),
        ("registration-corporate-number", row.corporate_number),
        (
            "registration-valid-until",
            day_text(&t, opt_day(row.valid_until, "company.valid_until")?),
        ),
        ("registration-state", t.s(format!("company-state-{}", row.state))),
    ];
    let groups = registered_view(&app, &tx, &t, Purpose::CompanyChange, &company.to_string()).await?;
    show(frame, "registration-title", lines, groups)
}

/// The worker's own registration.
///
/// # Permissions
/// Workers.
pub(super) async fn worker(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let worker = viewer
        .worker
        .as_ref()
        .filter(|_| viewer.may(Act::SeeOwnHistory))
        .map(|(id, _)| *id)
        .ok_or(PageError::Forbidden)?;
    let key = worker.to_string();
    let tx = app.db().read().await?;
    let row: Option<WorkerColumns> = tx.one(&queries::WORKER, values![key.as_str()]).await?;
    let row = row.ok_or(PageError::NotFound)?;
    let today = app.clock().today();
    let employers: Vec<EmployerColumns> = tx.all(&queries::EMPLOYERS, values![key.as_str(), today.to_number()]).await?;
    let t = frame.t.clone();
    let masters = app.masters();
    let mut trades = Vec::new();
    for row in tx.all::<TradeColumns>(&queries::TRADES, values![key.as_str()]).await? {
        let code: TradeCode = id(&row.trade, "worker_trade.trade")?;
        trades.push(trade_name(&masters, &t, code));
    }
    let employers = employers.into_iter().map(|e| match e.main {
        1 => e.name,
        _ => t.with("registration-side-employer", &[("company", e.name)]),
    });
    let comma = if t.language() == Language::Ja { "、" } else { ", " };
    let registration = match row.registration.as_str() {
        "detailed" => "registration-detailed",
        _ => "registration-simplified",
    };
    let lines = vec![
        ("registration-worker-id", worker.grouped()),
        ("registration-person", row.name),
        ("registration-kana", row.name_kana),
        ("registration-alphabet", row.name_alphabet),
        (
            "registration-birth-day",
            day_text(&t, opt_day(row.birth_day, "worker.birth_day")?),
        ),
        ("registration-form", t.s(registration)),
        ("registration-level", t.n("portal-level-number", "level", row.level)),
        ("registration-employer", employers.collect::<Vec<_>>().join(comma)),
        ("registration-trades", trades.join(comma)),
        ("registration-phone", row.phone),
        ("registration-email", row.email),
        (
            "registration-ended-on",
            day_text(&t, opt_day(row.ended_on, "worker.ended_on")?),
        ),
    ];
    let groups = registered_view(&app, &tx, &t, Purpose::WorkerChange, &key).await?;
    show(frame, "registration-title", lines, groups)
}
