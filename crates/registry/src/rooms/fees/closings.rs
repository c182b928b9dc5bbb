//! The operator's page of the closings (締め) of the site use fee, with a look at what the next one would do.

use askama::Template;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::YearMonth;
use domain::access::Act;
use serde::Deserialize;
use web::{FieldErrors, FormState, Frame, Page, PageError, T, page};

use super::close::{CloseRefusal, ClosingRow, Report, closings, dry_run, month_of, next};
use super::yen;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::millisecond;

/// Closings shown: five years.
const MOST: i64 = 60;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct DryQuery {
    /// Month to be looked at, `2026-10`; empty: none.
    dry: String,
}

struct Row {
    month: YearMonth,
    done: bool,
    at: String,
    progress: String,
    histories: String,
    charged: String,
    invoices: String,
    invoiced: String,
}

/// What a closing would do, as figures.
struct Looked {
    month: YearMonth,
    histories: String,
    charged: String,
    companies: String,
    invoices: String,
    invoiced: String,
    carried: String,
}

#[derive(Template)]
#[template(path = "fees/templates/closings.html")]
struct ClosingsPage {
    frame: Frame,
    rows: Vec<Row>,
    form: FormState<String>,
    looked: Option<Looked>,
}

impl Row {
    fn new(t: &T, row: &ClosingRow) -> Result<Self, PageError> {
        let at = millisecond(row.finished_at.unwrap_or(row.started_at), "site_use_closing.started_at")?;
        Ok(Self {
            month: month_of(row.month, "site_use_closing.month")?,
            done: row.state == "done",
            at: t.date_time(at),
            progress: format!("{} / {}", t.number(row.companies_done), t.number(row.companies)),
            histories: t.number(row.histories),
            charged: yen(t, row.charged_yen),
            invoices: t.number(row.invoices),
            invoiced: yen(t, row.invoiced_yen),
        })
    }
}

impl Looked {
    fn new(t: &T, month: YearMonth, report: &Report) -> Self {
        Self {
            month,
            histories: t.number(report.histories),
            charged: yen(t, report.charged_yen),
            companies: t.number(report.companies),
            invoices: t.number(report.invoices),
            invoiced: yen(t, report.invoiced_yen),
            carried: yen(t, report.carried_yen),
        }
    }
}

/// The closings, and what one would do.
///
/// # Permissions
/// The operator.
pub(super) async fn show(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Query(query): Query<DryQuery>) -> Page {
    if !viewer.may(Act::KeepFees) {
        return Err(PageError::Forbidden);
    }
    let t = frame.t.clone();
    let tx = app.db().read().await?;
    let rows = closings(&tx, MOST).await?;
    let rows = rows.iter().map(|row| Row::new(&t, row)).collect::<Result<_, _>>()?;
    let next = next(&app, &tx).await?;
    let mut errors = FieldErrors::new();
    let mut looked = None;
    if !query.dry.is_empty() {
        let month = errors.take("dry", query.dry.parse::<YearMonth>(), |_| "closing-no-month".to_owned());
        if let Some(month) = month {
            match dry_run(&app, &tx, month).await {
                Ok(report) => looked = Some(Looked::new(&t, month, &report)),
                Err(UseCaseError::Refused(CloseRefusal::NotOver)) => errors.add("dry", "closing-not-over"),
                Err(UseCaseError::Refused(CloseRefusal::Next(next))) => {
                    errors.add_with("dry", "closing-next", vec![("month", next.into())]);
                }
                Err(UseCaseError::Broken(error)) => return Err(PageError::Broken(error)),
            }
        }
    }
    let typed = if query.dry.is_empty() { next.to_string() } else { query.dry };
    let form = if errors.is_empty() {
        FormState::new(&t, typed)
    } else {
        FormState::wrong(&t, typed, errors)
    };
    let status: StatusCode = form.status();
    let body = page(&ClosingsPage {
        frame: frame.title("closings-title").crumb(t.s("fees-title"), "/fees"),
        rows,
        form,
        looked,
    })?;
    Ok((status, body).into_response())
}
