//! Pages to take out: a company's administrator all that the company holds, a worker all that is his.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Act;
use domain::{CompanyId, WorkerId, YearMonth};
use serde::Deserialize;
use web::{Encoding, FieldErrors, FormState, Frame, Page, PageError, page};

use super::format::{Kind, Table};
use super::take_out::{self, Period, only, rows_by_table, workers_in};
use super::write::{json, table_csv, zip_of_csv};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rooms::site::percent;

/// What a company takes out.
const OF_COMPANY: [Kind; 5] = [Kind::Companies, Kind::Workers, Kind::Ties, Kind::Sites, Kind::Histories];
/// What a worker takes out.
const OF_WORKER: [Kind; 6] = [
    Kind::Workers,
    Kind::Ties,
    Kind::Cards,
    Kind::Histories,
    Kind::Notices,
    Kind::Looks,
];

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Asked {
    /// Months of histories, `2026-10`.
    from: String,
    to: String,
    /// `json`, `zip` (of CSV files) or the name of one table.
    what: String,
    encoding: Encoding,
}

#[derive(Template)]
#[template(path = "exchange/templates/export.html")]
struct ExportPage {
    frame: Frame,
    /// Where the files are.
    files: &'static str,
    /// Text that says what is in them.
    lead: &'static str,
    tables: &'static [Kind],
    /// Months to choose, for a company.
    form: Option<FormState<(String, String)>>,
}

fn company_of(viewer: &Viewer) -> Result<CompanyId, PageError> {
    let company = viewer.company_id().filter(|_| viewer.may(Act::ChangeCompany));
    company.ok_or(PageError::Forbidden)
}

fn worker_of(viewer: &Viewer) -> Result<WorkerId, PageError> {
    let own = viewer.worker.as_ref().filter(|_| viewer.may(Act::SeeOwnHistory));
    own.map(|(worker, _)| *worker).ok_or(PageError::Forbidden)
}

/// The months asked for; last month and this one if none are.
fn period(app: &App, asked: &Asked, errors: &mut FieldErrors) -> (Period, (String, String)) {
    let this = app.clock().today().month();
    let mut month = |field: &'static str, text: &str, otherwise: YearMonth| {
        if text.is_empty() {
            return otherwise;
        }
        errors
            .take(field, text.parse::<YearMonth>(), |_| "export-no-month".to_owned())
            .unwrap_or(otherwise)
    };
    let period = Period {
        from: month("from", &asked.from, this.previous()),
        to: month("to", &asked.to, this),
    };
    match period.months() {
        0 => errors.add("to", "export-turned-round"),
        months if months > Period::MOST_MONTHS => {
            errors.add_with("to", "export-too-long", vec![("most", Period::MOST_MONTHS.into())]);
        }
        _ => {}
    }
    let shown = |typed: &str, month: YearMonth| {
        if typed.is_empty() {
            month.to_string()
        } else {
            typed.to_owned()
        }
    };
    (period, (shown(&asked.from, period.from), shown(&asked.to, period.to)))
}

fn company_page(frame: Frame, form: FormState<(String, String)>) -> Page {
    let status: StatusCode = form.status();
    let home = frame.t.s("portal-home");
    let body = page(&ExportPage {
        frame: frame.crumb(home, "/").title("export-title"),
        files: "/export/file",
        lead: "export-lead-company",
        tables: &OF_COMPANY,
        form: Some(form),
    })?;
    Ok((status, body).into_response())
}

/// What a company can take out.
///
/// # Permissions
/// Administrators.
pub(super) async fn company(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    company_of(&viewer)?;
    let (_, typed) = period(&app, &asked, &mut FieldErrors::new());
    let form = FormState::new(&frame.t, typed);
    company_page(frame, form)
}

/// A file of all that a company holds. Who is in it is told who took it out.
///
/// # Permissions
/// Administrators.
pub(super) async fn company_file(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let company = company_of(&viewer)?;
    let mut errors = FieldErrors::new();
    let (period, typed) = period(&app, &asked, &mut errors);
    if !errors.is_empty() {
        let form = FormState::wrong(&frame.t, typed, errors);
        return company_page(frame, form);
    }
    let tx = app.db().read().await?;
    let tables = take_out::of_company(&app, &tx, &viewer, company, period).await?;
    drop(tx);
    let tables = chosen(tables, &asked)?;
    let file = file(&app, &frame, &tables, &asked)?;
    let people = workers_in(&tables)?;
    let details = serde_json::json!({
        "what": asked.what,
        "from": period.from.to_string(),
        "to": period.to.to_string(),
        "rows": rows_by_table(&tables),
    });
    let tx = app.db().write().await?;
    audit::looked_many(&app, &tx, &viewer, &people, "export").await?;
    audit::changed(&app, &tx, &viewer, &company.to_string(), "taken_out", &details).await?;
    tx.commit().await?;
    Ok(file)
}

/// What a worker can take out.
///
/// # Permissions
/// Workers.
pub(super) async fn own(viewer: Viewer, frame: Frame) -> Page {
    worker_of(&viewer)?;
    let home = frame.t.s("portal-home");
    page(&ExportPage {
        frame: frame.crumb(home, "/").title("export-own-title"),
        files: "/my/export/file",
        lead: "export-lead-own",
        tables: &OF_WORKER,
        form: None,
    })
}

/// A file of all that is a worker's.
///
/// # Permissions
/// Workers.
pub(super) async fn own_file(State(app): State<App>, viewer: Viewer, frame: Frame, Query(asked): Query<Asked>) -> Page {
    let worker = worker_of(&viewer)?;
    let tx = app.db().read().await?;
    let tables = take_out::of_worker(&tx, &frame.t, worker).await?;
    drop(tx);
    let tables = chosen(tables, &asked)?;
    let file = file(&app, &frame, &tables, &asked)?;
    let details = serde_json::json!({ "what": asked.what, "rows": rows_by_table(&tables) });
    let tx = app.db().write().await?;
    audit::changed(&app, &tx, &viewer, &worker.to_string(), "taken_out", &details).await?;
    tx.commit().await?;
    Ok(file)
}

/// All tables, or the one that was asked for.
fn chosen(tables: Vec<Table>, asked: &Asked) -> Result<Vec<Table>, PageError> {
    if matches!(asked.what.as_str(), "json" | "zip" | "") {
        return Ok(tables);
    }
    let kind = Kind::from_word(&asked.what).ok_or(PageError::NotFound)?;
    let table = only(tables, kind).ok_or(PageError::NotFound)?;
    Ok(vec![table])
}

fn file(app: &App, frame: &Frame, tables: &[Table], asked: &Asked) -> Result<Response, PageError> {
    let (bytes, kind, ending) = match asked.what.as_str() {
        "json" | "" => (json(tables, app.clock().now())?, "application/json", "json"),
        "zip" => (zip_of_csv(tables, asked.encoding)?, "application/zip", "zip"),
        _ => match tables {
            [table] => (table_csv(table, asked.encoding)?, csv_type(asked.encoding), "csv"),
            _ => return Err(PageError::NotFound),
        },
    };
    let what = match tables {
        [table] => frame.t.s(format!("export-table-{}", table.kind.word())),
        _ => frame.t.s("export-file"),
    };
    let name = percent(&format!("{what} {}.{ending}", app.clock().today()));
    let disposition = format!("attachment; filename=\"export.{ending}\"; filename*=UTF-8''{name}");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

fn csv_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8Bom => "text/csv; charset=utf-8",
        Encoding::Cp932 => "text/csv; charset=Shift_JIS",
    }
}
