//! Use case: an invoice is written, with the next number of the operator's year.

use std::collections::HashMap;

use domain::fees::operator_year;
use domain::{CompanyId, Policy, WorkDay};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::about::{About, DatedLine, Line, Payer, PayerId};
use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError};

/// Why money matters do not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeeRefusal {
    /// The viewer may not.
    Forbidden,
    /// The sum is zero or less: there is nothing to pay, and no invoice is needed.
    NothingToPay,
    /// There is another invoice over another sum for this already (its key).
    AlreadyBilled(String),
    /// Site use and administrators' IDs are billed by this room itself.
    BilledByItself,
    /// The payment is over another sum than the invoice.
    OtherSum {
        /// What the invoice is over.
        wanted: i64,
    },
    /// The invoice was paid with another payment.
    AlreadyPaid,
    /// The invoice was cancelled.
    Cancelled,
    /// The reference belongs to the payment of another invoice.
    ReferenceUsed,
    /// No such payment, or no such invoice.
    Unknown,
    /// No reason was given, or it is too long.
    Reason,
    /// No reference was given, or it is too long.
    Reference,
}

/// An invoice to be written.
pub(super) struct Draft {
    pub(super) payer: Payer,
    pub(super) about: About,
    pub(super) lines: Vec<DatedLine>,
}

#[derive(FromQueryResult)]
struct Billed {
    id: String,
    total_yen: i64,
}

/// Writes an invoice and gives its key. Asked again for the same thing and the same sum, it gives the one there is.
///
/// # Errors
/// [`FeeRefusal::NothingToPay`] (go on as if it were paid), [`FeeRefusal::AlreadyBilled`], [`FeeRefusal::BilledByItself`].
pub async fn bill(app: &App, tx: &Tx, payer: &Payer, about: &About, lines: &[Line]) -> UseCase<String, FeeRefusal> {
    let refuse = UseCaseError::Refused;
    if matches!(about, About::AdministratorIds(..) | About::SiteUse(..)) {
        return Err(refuse(FeeRefusal::BilledByItself));
    }
    let total: i64 = lines.iter().map(Line::yen).sum();
    if total <= 0 {
        return Err(refuse(FeeRefusal::NothingToPay));
    }
    hold_counter(app, tx).await?;
    let (about_id, about_day) = about.columns();
    let billed: Option<Billed> = tx
        .one(&queries::BILLED, values![about.charge().word(), about_id, about_day])
        .await?;
    match billed {
        Some(billed) if billed.total_yen == total => Ok(billed.id),
        Some(billed) => Err(refuse(FeeRefusal::AlreadyBilled(billed.id))),
        None => {
            let lines = lines
                .iter()
                .map(|line| DatedLine {
                    line: *line,
                    period: None,
                    correction: false,
                })
                .collect();
            let draft = Draft {
                payer: payer.clone(),
                about: about.clone(),
                lines,
            };
            let mut keys = write(app, tx, &[draft]).await?;
            keys.pop()
                .ok_or_else(|| UseCaseError::broken(anyhow::anyhow!("an invoice was not written")))
        }
    }
}

/// The invoice for something, unless it was cancelled.
///
/// # Errors
/// If the database fails.
pub async fn invoice_of(tx: &Tx, about: &About) -> Result<Option<String>, StoreError> {
    let (about_id, about_day) = about.columns();
    let billed: Option<Billed> = tx
        .one(&queries::BILLED, values![about.charge().word(), about_id, about_day])
        .await?;
    Ok(billed.map(|billed| billed.id))
}

/// Holds the counter of the operator's year until the end of the transaction. Taken before looking whether something was billed: so
/// the one who comes second sees what the first wrote. Gives the last number.
pub(super) async fn hold_counter(app: &App, tx: &Tx) -> Result<i32, StoreError> {
    let last: Option<i32> = tx.value(&queries::HOLD_COUNTER, values![year(app)]).await?;
    Ok(last.unwrap_or(0))
}

fn year(app: &App) -> i32 {
    let today = app.clock().today();
    operator_year(today, app.masters().policies().at(Policy::OperatorYearFirstMonth, today))
}

/// Writes invoices with the next numbers, all at once, and gives their keys in order.
pub(super) async fn write(app: &App, tx: &Tx, drafts: &[Draft]) -> Result<Vec<String>, StoreError> {
    let today = app.clock().today();
    let masters = app.masters();
    let at = |policy| masters.policies().at(policy, today);
    let due = today.plus(i32::try_from(at(Policy::InvoiceDueDays)).unwrap_or(0));
    let percent = at(Policy::ConsumptionTaxPercent);
    let last = hold_counter(app, tx).await?;
    let (mut invoices, mut lines, mut keys) = (Rows::new(), Rows::new(), Vec::new());
    for (draft, number) in drafts.iter().zip(last + 1..) {
        let key = app.new_key();
        let (payer_kind, payer_id) = draft.payer.id.columns();
        let (about_id, about_day) = draft.about.columns();
        let total: i64 = draft.lines.iter().map(|l| l.line.yen()).sum();
        let payer = &draft.payer;
        invoices.push((
            &key,
            number,
            payer_kind,
            payer_id,
            &payer.name,
            &payer.postal,
            &payer.address,
            draft.about.charge().word(),
            about_id,
            about_day,
            total,
        ))?;
        for (ordinal, dated) in draft.lines.iter().enumerate() {
            lines.push((
                &key,
                ordinal,
                dated.line.item.word(),
                dated.period.map(WorkDay::to_number),
                i32::from(dated.correction),
                dated.line.quantity,
                dated.line.unit_price_yen,
                percent,
                dated.line.yen(),
            ))?;
        }
        keys.push(key);
    }
    let issuer = app.settings().issuer.clone().unwrap_or_default();
    let values = values![
        invoices,
        year(app),
        today.to_number(),
        due.to_number(),
        issuer.name,
        issuer.address,
        issuer.number
    ];
    tx.run(&queries::INSERT_INVOICES, values).await?;
    tx.run(&queries::INSERT_LINES, values![lines]).await?;
    tx.run(
        &queries::COUNT_ON,
        values![year(app), i32::try_from(keys.len()).unwrap_or(i32::MAX)],
    )
    .await?;
    Ok(keys)
}

#[derive(FromQueryResult)]
struct PayerRow {
    id: String,
    name: String,
    body: Option<String>,
}

/// Companies as payers, with the address they are registered with.
///
/// # Errors
/// If the database fails.
pub(super) async fn payers(app: &App, tx: &Tx, companies: &[CompanyId]) -> Result<HashMap<CompanyId, Payer>, StoreError> {
    let rows = Rows::of(companies.iter().map(|c| [c.to_string()]))?;
    let rows: Vec<PayerRow> = tx.all(&queries::PAYERS, values![rows]).await?;
    let masters = app.masters();
    let mut payers = HashMap::new();
    for row in rows {
        let company: CompanyId = crate::rows::id(&row.id, "company.id")?;
        let body: serde_json::Value = row.body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
        let field = |name: &str| body.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        // Registered by its code.
        let prefecture = field("prefecture");
        let known = masters.prefectures().iter().find(|p| p.code == prefecture);
        let prefecture = known.map_or(prefecture, |p| p.name_ja.clone());
        let payer = Payer {
            id: PayerId::Company(company),
            name: row.name,
            postal: field("postal"),
            address: prefecture + &field("city") + &field("street"),
        };
        payers.insert(company, payer);
    }
    Ok(payers)
}

/// A company as payer: its name and the address it is registered with. `None`: no such company.
///
/// # Errors
/// If the database fails.
pub async fn payer_of(app: &App, tx: &Tx, company: CompanyId) -> Result<Option<Payer>, StoreError> {
    Ok(payers(app, tx, &[company]).await?.remove(&company))
}
