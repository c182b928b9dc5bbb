//! Lists of invoices: a company's own, and all of them for the operator; as pages and as files.

use askama::Template;
use axum::extract::{Query, State as Extract};
use domain::WorkDay;
use domain::access::Act;
use sea_orm::Value;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, StoreError, Tx, values};
use unicode_normalization::UnicodeNormalization;
use web::{Encoding, Frame, Mood, Page, PageError, csv_response, page};

use super::about::PayerId;
use super::invoice::{Columns, Figures, Invoice, figures};
use super::{queries, yen};
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::percent;
use crate::typed::Search;

/// Rows of a list page.
const ROWS: u32 = 20;
/// Most rows of a file.
const MOST: i64 = 100_000;
/// What can be chosen, in the order shown.
const STATES: [&str; 4] = ["open", "overdue", "paid", "cancelled"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    state: String,
    page: Option<u32>,
    encoding: Encoding,
}

struct Row {
    invoice: Invoice,
    state: &'static str,
    mood: Mood,
    charge: &'static str,
    yen: String,
}

#[derive(Template)]
#[template(path = "fees/templates/list.html")]
struct ListPage {
    frame: Frame,
    here: &'static str,
    q: String,
    state: String,
    states: Vec<(String, String)>,
    base: String,
    csv: String,
    invoices: Paged<Row>,
    /// What the company has to pay; `None` on the operator's list.
    figures: Option<Figures>,
    open_yen: String,
}

pub(super) fn mood(state: &str) -> Mood {
    match state {
        "paid" => Mood::Good,
        "overdue" => Mood::Bad,
        "open" => Mood::Pending,
        _ => Mood::Info,
    }
}

/// Year and number as typed: `2026-123`, `000123`, also in full-width digits. Zeros: none was typed.
fn number(typed: &str) -> (i32, i32) {
    let typed: String = typed.nfkc().collect();
    let typed = typed.trim();
    let (year, number) = typed.split_once('-').unwrap_or(("0", typed));
    match (year.parse(), number.parse()) {
        (Ok(year), Ok(number)) if number > 0 => (year, number),
        _ => (0, 0),
    }
}

fn wanted(query: &ListQuery) -> (Search, String) {
    let state = STATES.into_iter().find(|s| *s == query.state).unwrap_or_default();
    (Search::new(&query.q), state.to_owned())
}

/// The invoices asked for, and how many there are in all.
async fn find(
    tx: &Tx,
    payer: Option<&PayerId>,
    query: &ListQuery,
    today: WorkDay,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Invoice>, u64), StoreError> {
    let (search, state) = wanted(query);
    let (year, number) = number(&search.typed);
    let id = search.kana_or_id.trim_matches('%').to_owned();
    let mut values: Vec<Value> = values![state, today.to_number(), search.name, year, number, id, limit, offset];
    let sql = match payer {
        None => &queries::INVOICES,
        Some(payer) => {
            let (kind, id) = payer.columns();
            values.extend(values![kind, id]);
            &queries::INVOICES_OF
        }
    };
    let rows: Vec<Columns> = tx.all(sql, values).await?;
    let total = rows.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let invoices = rows.into_iter().map(Invoice::try_from).collect::<Result<_, _>>()?;
    Ok((invoices, total))
}

async fn list(app: &App, frame: Frame, payer: Option<PayerId>, here: &'static str, query: &ListQuery) -> Page {
    let today = app.clock().today();
    let number = PageNumber::new(query.page.unwrap_or(1), ROWS);
    let tx = app.db().read().await?;
    let (invoices, total) = find(&tx, payer.as_ref(), query, today, (number.limit(), number.offset())).await?;
    let figures = match &payer {
        Some(PayerId::Company(company)) => Some(figures(&tx, *company, today).await?),
        _ => None,
    };
    let t = frame.t.clone();
    let rows = invoices
        .into_iter()
        .map(|invoice| {
            let state = invoice.state_word(today);
            Row {
                state,
                mood: mood(state),
                charge: invoice.about.charge().word(),
                yen: yen(&t, invoice.total_yen),
                invoice,
            }
        })
        .collect();
    let (search, state) = wanted(query);
    let asked = format!("q={}&state={state}&", percent(&search.typed));
    page(&ListPage {
        states: STATES.map(|s| (s.to_owned(), t.s(format!("invoice-state-{s}")))).into(),
        open_yen: figures.map(|f| yen(&t, f.open_yen)).unwrap_or_default(),
        frame,
        here,
        q: search.typed,
        state,
        base: format!("{here}?{asked}"),
        csv: format!("{here}.csv?{asked}"),
        invoices: Paged {
            rows,
            total,
            page: number,
        },
        figures,
    })
}

async fn file(app: &App, frame: &Frame, payer: Option<PayerId>, query: &ListQuery) -> Page {
    let t = &frame.t;
    let today = app.clock().today();
    let tx = app.db().read().await?;
    let (invoices, _) = find(&tx, payer.as_ref(), query, today, (MOST, 0)).await?;
    let head = [
        "invoice-number",
        "invoice-issued",
        "invoice-due",
        "invoice-payer",
        "invoice-company-id",
        "invoice-charge",
        "invoice-sum",
        "invoice-state",
        "invoice-settled",
    ];
    let mut rows = vec![head.map(|key| t.s(key)).to_vec()];
    for invoice in invoices {
        // Of people only the name: their ID is theirs.
        let company = match &invoice.payer.id {
            PayerId::Company(company) => company.to_string(),
            _ => String::new(),
        };
        rows.push(vec![
            invoice.number_text(),
            invoice.issued.to_string(),
            invoice.due.to_string(),
            invoice.payer.name.clone(),
            company,
            t.s(format!("invoice-charge-{}", invoice.about.charge().word())),
            invoice.total_yen.to_string(),
            t.s(format!("invoice-state-{}", invoice.state_word(today))),
            invoice.settled.map(|at| WorkDay::of(at, 0).to_string()).unwrap_or_default(),
        ]);
    }
    let name = format!("{} {today}.csv", t.s("invoices-title"));
    Ok(csv_response(&name, rows, query.encoding)?)
}

fn own_payer(viewer: &Viewer) -> Result<PayerId, PageError> {
    let company = viewer.company_id().filter(|_| viewer.may(Act::SeeFees));
    company.map(PayerId::Company).ok_or(PageError::Forbidden)
}

fn all_of_them(viewer: &Viewer) -> Result<(), PageError> {
    if viewer.may(Act::KeepFees) {
        Ok(())
    } else {
        Err(PageError::Forbidden)
    }
}

/// The company's invoices.
///
/// # Permissions
/// Administrators.
pub(super) async fn own(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let payer = own_payer(&viewer)?;
    list(&app, frame.title("invoices-title"), Some(payer), "/invoices", &query).await
}

/// The same as a file.
///
/// # Permissions
/// Administrators.
pub(super) async fn own_csv(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    let payer = own_payer(&viewer)?;
    file(&app, &frame, Some(payer), &query).await
}

/// All invoices.
///
/// # Permissions
/// The operator.
pub(super) async fn all(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    all_of_them(&viewer)?;
    list(&app, frame.title("fees-title"), None, "/fees", &query).await
}

/// The same as a file.
///
/// # Permissions
/// The operator.
pub(super) async fn all_csv(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Query(query): Query<ListQuery>) -> Page {
    all_of_them(&viewer)?;
    file(&app, &frame, None, &query).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_as_typed() {
        let cases = [
            ("2026-000123", (2026, 123)),
            ("２０２６－１２３", (2026, 123)),
            (" 123 ", (0, 123)),
            ("000123", (0, 123)),
            ("", (0, 0)),
            ("架空", (0, 0)),
            ("12345678901222", (0, 0)),
            ("2026-", (0, 0)),
            ("-5", (0, 0)),
        ];
        for (typed, expected) in cases {
            assert_eq!(super::number(typed), expected, "{typed}");
        }
    }
}
