//! An invoice as it is stored: read, and opened for whoever may see it.

use domain::access::Act;
use domain::fees::{FeeItem, TaxSum, tax_sums};
use domain::{CompanyId, WorkDay};
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::PageError;

use super::about::{About, DatedLine, Line, Payer, PayerId};
use super::queries;
use crate::access::Viewer;
use crate::rows::{day, millisecond, opt_day, unreadable};

/// State of an invoice. Overdue is no state: it follows from the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be paid.
    Open,
    /// Paid.
    Paid,
    /// Cancelled by the operator.
    Cancelled,
}

/// An invoice without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Key.
    pub id: String,
    /// Year of the operator, and number in it.
    pub number: (i32, i32),
    /// Day it was made.
    pub issued: WorkDay,
    /// Day by which it is to be paid.
    pub due: WorkDay,
    /// Who pays.
    pub payer: Payer,
    /// What for.
    pub about: About,
    /// Name, address and number of the issuer, as they were then.
    pub issuer: (String, String, String),
    /// Yen, tax included.
    pub total_yen: i64,
    /// State.
    pub state: State,
    /// When it was paid or cancelled.
    pub settled: Option<Timestamp>,
    /// Why it was cancelled.
    pub reason: String,
}

impl Invoice {
    /// As people write it: `2026-000123`.
    #[must_use]
    pub fn number_text(&self) -> String {
        format!("{}-{:06}", self.number.0, self.number.1)
    }

    /// Unpaid after its day.
    #[must_use]
    pub fn overdue(&self, today: WorkDay) -> bool {
        self.state == State::Open && self.due < today
    }

    /// Word of the state as people see it, part of translation keys.
    #[must_use]
    pub fn state_word(&self, today: WorkDay) -> &'static str {
        match self.state {
            State::Open if self.overdue(today) => "overdue",
            State::Open => "open",
            State::Paid => "paid",
            State::Cancelled => "cancelled",
        }
    }
}

/// A line as it is stored, with its tax rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredLine {
    pub(super) dated: DatedLine,
    pub(super) percent: i64,
    pub(super) yen: i64,
}

/// Sums by tax rate.
pub(super) fn sums(lines: &[StoredLine]) -> Vec<TaxSum> {
    tax_sums(lines.iter().map(|line| (line.percent, line.yen)))
}

#[derive(FromQueryResult)]
pub(super) struct Columns {
    id: String,
    operator_year: i32,
    number: i32,
    issued_on: i32,
    due_on: i32,
    payer_kind: String,
    payer_id: String,
    payer_name: String,
    payer_postal: String,
    payer_address: String,
    charge: String,
    about_id: String,
    about_day: i32,
    issuer_name: String,
    issuer_address: String,
    issuer_number: String,
    total_yen: i64,
    state: String,
    settled_at: Option<i64>,
    reason: String,
    pub(super) total: i64,
}

impl TryFrom<Columns> for Invoice {
    type Error = StoreError;
    fn try_from(row: Columns) -> Result<Self, StoreError> {
        Ok(Self {
            about: About::read(&row.charge, &row.about_id, row.about_day)?,
            payer: Payer {
                id: PayerId::read(&row.payer_kind, &row.payer_id)?,
                name: row.payer_name,
                postal: row.payer_postal,
                address: row.payer_address,
            },
            id: row.id,
            number: (row.operator_year, row.number),
            issued: day(row.issued_on, "invoice.issued_on")?,
            due: day(row.due_on, "invoice.due_on")?,
            issuer: (row.issuer_name, row.issuer_address, row.issuer_number),
            total_yen: row.total_yen,
            state: match row.state.as_str() {
                "open" => State::Open,
                "paid" => State::Paid,
                "cancelled" => State::Cancelled,
                _ => return Err(unreadable("invoice.state")),
            },
            settled: row.settled_at.map(|at| millisecond(at, "invoice.settled_at")).transpose()?,
            reason: row.reason,
        })
    }
}

#[derive(FromQueryResult)]
struct LineColumns {
    item: String,
    period_day: Option<i32>,
    correction: i32,
    quantity: i64,
    unit_yen: i64,
    tax_percent: i32,
    amount_yen: i64,
}

/// An invoice by its key, whoever asks: the caller has looked whether he may.
///
/// # Errors
/// If the database fails.
pub(super) async fn find(tx: &Tx, id: &str) -> Result<Option<Invoice>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::INVOICE, values![id]).await?;
    row.map(Invoice::try_from).transpose()
}

/// Its lines.
pub(super) async fn lines(tx: &Tx, id: &str) -> Result<Vec<StoredLine>, StoreError> {
    let rows: Vec<LineColumns> = tx.all(&queries::LINES, values![id]).await?;
    rows.into_iter()
        .map(|row| {
            let line = Line {
                item: FeeItem::from_word(&row.item).ok_or_else(|| unreadable("invoice_line.item"))?,
                quantity: row.quantity,
                unit_price_yen: row.unit_yen,
            };
            let dated = DatedLine {
                line,
                period: opt_day(row.period_day, "invoice_line.period_day")?,
                correction: row.correction == 1,
            };
            Ok(StoredLine {
                dated,
                percent: row.tax_percent.into(),
                yen: row.amount_yen,
            })
        })
        .collect()
}

/// Opens an invoice: to its payer and to the operator. To others it does not exist.
///
/// # Errors
/// `NotFound` for everybody else.
pub(super) async fn open(tx: &Tx, viewer: &Viewer, id: &str) -> Result<Invoice, PageError> {
    let invoice = find(tx, id).await?.ok_or(PageError::NotFound)?;
    if invoice.payer.id.is(viewer) || viewer.may(Act::KeepFees) {
        Ok(invoice)
    } else {
        Err(PageError::NotFound)
    }
}

/// What a payer has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Figures {
    /// Unpaid invoices.
    pub open: i64,
    /// Yen in them.
    pub open_yen: i64,
    /// Of these, after their day.
    pub overdue: i64,
}

/// What a company has to pay.
///
/// # Errors
/// If the database fails.
pub async fn figures(tx: &Tx, company: CompanyId, today: WorkDay) -> Result<Figures, StoreError> {
    let values = values!["company", company.to_string(), today.to_number()];
    let figures: Option<Figures> = tx.one(&queries::FIGURES_OF, values).await?;
    Ok(figures.unwrap_or(Figures {
        open: 0,
        open_yen: 0,
        overdue: 0,
    }))
}
