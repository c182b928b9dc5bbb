//! Use cases: a payment is begun, and its end is told by whoever took the money.

use domain::access::Act;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::about::{About, PayerId};
use super::bill::{FeeRefusal, invoice_of};
use super::invoice::{Invoice, State, find};
use super::{queries, suspend, wire};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rows::unreadable;

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Nobody: for trying out. It pays, or fails on request, and comes back as a real one does.
    Simulator,
    /// A bank transfer that the operator saw on its account.
    BankTransfer,
}

impl Provider {
    /// Stored form, also part of translation keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::BankTransfer => "bank_transfer",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Simulator, Self::BankTransfer].into_iter().find(|p| p.word() == word)
    }
}

/// What a provider tells.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Who tells it.
    pub provider: Provider,
    /// The provider's name for the payment. The same one twice is one payment.
    pub reference: &'a str,
    /// Yen that were paid.
    pub yen: i64,
    /// Account that began it or entered it.
    pub account: &'a str,
}

/// What came of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The invoice is paid by it.
    Now,
    /// It was, before.
    Before,
    /// The money came although the invoice was settled already: kept for the operator to give back.
    Surplus,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) invoice: String,
    pub(super) provider: Provider,
    pub(super) reference: String,
    pub(super) yen: i64,
    pub(super) state: String,
    pub(super) started_at: i64,
    pub(super) ended_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    invoice_id: String,
    provider: String,
    reference: String,
    yen: i64,
    state: String,
    started_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<Columns> for Payment {
    type Error = StoreError;
    fn try_from(row: Columns) -> Result<Self, StoreError> {
        Ok(Self {
            provider: Provider::from_word(&row.provider).ok_or_else(|| unreadable("payment.provider"))?,
            id: row.id,
            invoice: row.invoice_id,
            reference: row.reference,
            yen: row.yen,
            state: row.state,
            started_at: row.started_at,
            ended_at: row.ended_at,
        })
    }
}

/// All payments of an invoice, in the order they were begun.
pub(super) async fn payments(tx: &Tx, invoice: &str) -> Result<Vec<Payment>, StoreError> {
    let rows: Vec<Columns> = tx.all(&queries::PAYMENTS, values![invoice]).await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// One payment.
pub(super) async fn payment(tx: &Tx, id: &str) -> Result<Option<Payment>, StoreError> {
    let row: Option<Columns> = tx.one(&queries::PAYMENT, values![id]).await?;
    row.map(Payment::try_from).transpose()
}

/// Begins a payment with the simulator and gives its key; the payer is sent to the simulator's page next.
///
/// # Errors
/// [`FeeRefusal`]: somebody else's invoice, settled already, or there is no simulator here.
pub async fn start(app: &App, tx: &Tx, viewer: &Viewer, invoice: &str) -> UseCase<String, FeeRefusal> {
    let refuse = UseCaseError::Refused;
    let invoice = find(tx, invoice).await?.ok_or(refuse(FeeRefusal::Unknown))?;
    if !invoice.payer.id.is(viewer) || !app.settings().simulate_payments {
        return Err(refuse(FeeRefusal::Forbidden));
    }
    match invoice.state {
        State::Open => {}
        State::Paid => return Err(refuse(FeeRefusal::AlreadyPaid)),
        State::Cancelled => return Err(refuse(FeeRefusal::Cancelled)),
    }
    let (key, reference) = (app.new_key(), format!("SIM-{}", app.new_key()));
    let told = Told {
        provider: Provider::Simulator,
        reference: &reference,
        yen: invoice.total_yen,
        account: &viewer.account,
    };
    insert(app, tx, &key, &invoice.id, &told).await?;
    Ok(key)
}

async fn insert(app: &App, tx: &Tx, key: &str, invoice: &str, told: &Told<'_>) -> Result<u64, StoreError> {
    let now = app.clock().now().as_millisecond();
    let values = values![
        key,
        invoice,
        told.provider.word(),
        told.reference,
        told.yen,
        now,
        told.account
    ];
    tx.run(&queries::INSERT_PAYMENT, values).await
}

/// A provider says that the money for an invoice has come. The same reference twice is one payment, however close together. The first
/// payment settles the invoice, ends a suspension, and lets go on what waited for it.
///
/// # Errors
/// [`FeeRefusal`].
pub async fn confirm(app: &App, tx: &Tx, invoice: &str, told: &Told<'_>) -> UseCase<Confirmed, FeeRefusal> {
    let refuse = UseCaseError::Refused;
    // Held first, read then: of two confirmations at once, the second finds what the first did.
    tx.run(&queries::HOLD_INVOICE, values![invoice]).await?;
    let invoice = find(tx, invoice).await?.ok_or(refuse(FeeRefusal::Unknown))?;
    let known: Option<Columns> = tx
        .one(&queries::PAYMENT_BY_REFERENCE, values![told.provider.word(), told.reference])
        .await?;
    let known = known.map(Payment::try_from).transpose()?;
    match &known {
        Some(payment) if payment.invoice != invoice.id => return Err(refuse(FeeRefusal::ReferenceUsed)),
        Some(payment) if payment.state == "confirmed" => return Ok(Confirmed::Before),
        Some(payment) if payment.state == "surplus" => return Ok(Confirmed::Surplus),
        _ => {}
    }
    if told.yen != invoice.total_yen {
        return Err(refuse(FeeRefusal::OtherSum {
            wanted: invoice.total_yen,
        }));
    }
    // A clerk who enters a transfer for a settled invoice is told so; money that a provider has taken is a fact.
    if told.provider == Provider::BankTransfer {
        match invoice.state {
            State::Open => {}
            State::Paid => return Err(refuse(FeeRefusal::AlreadyPaid)),
            State::Cancelled => return Err(refuse(FeeRefusal::Cancelled)),
        }
    }
    let key = if let Some(payment) = known {
        payment.id
    } else {
        let key = app.new_key();
        if insert(app, tx, &key, &invoice.id, told).await? == 0 {
            return Err(refuse(FeeRefusal::ReferenceUsed));
        }
        key
    };
    let now = app.clock().now().as_millisecond();
    if invoice.state != State::Open {
        tx.run(&queries::END_PAYMENT, values![key, "surplus", now]).await?;
        return Ok(Confirmed::Surplus);
    }
    tx.run(&queries::END_PAYMENT, values![key, "confirmed", now]).await?;
    tx.run(&queries::SETTLE, values![invoice.id.as_str(), "paid", now, ""])
        .await?;
    settled(app, tx, &invoice).await?;
    wire::after_payment(app, tx, &invoice.about)
        .await
        .map_err(UseCaseError::Broken)?;
    Ok(Confirmed::Now)
}

/// The operator saw a transfer for this invoice on its account.
///
/// # Errors
/// [`FeeRefusal`].
pub async fn confirm_transfer(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    invoice: &str,
    reference: &str,
    yen: i64,
) -> UseCase<Confirmed, FeeRefusal> {
    let refuse = UseCaseError::Refused;
    if !viewer.may(Act::KeepFees) {
        return Err(refuse(FeeRefusal::Forbidden));
    }
    let reference = reference.trim();
    if reference.is_empty() || reference.chars().count() > 100 || reference.chars().any(char::is_control) {
        return Err(refuse(FeeRefusal::Reference));
    }
    let told = Told {
        provider: Provider::BankTransfer,
        reference,
        yen,
        account: &viewer.account,
    };
    let confirmed = confirm(app, tx, invoice, &told).await?;
    if confirmed == Confirmed::Now {
        note(app, tx, viewer, invoice, "invoice_paid").await?;
    }
    Ok(confirmed)
}

/// The operator's hand in somebody's money is written down. (Payers without an ID have no record yet.)
async fn note(app: &App, tx: &Tx, viewer: &Viewer, invoice: &str, what: &str) -> Result<(), StoreError> {
    let invoice = find(tx, invoice).await?;
    let subject = invoice.as_ref().and_then(|invoice| match &invoice.payer.id {
        PayerId::Company(company) => Some((company.to_string(), invoice)),
        PayerId::Worker(worker) => Some((worker.to_string(), invoice)),
        PayerId::Account(_) => None,
    });
    let Some((subject, invoice)) = subject else { return Ok(()) };
    let details = serde_json::json!({ "invoice": invoice.number_text(), "yen": invoice.total_yen, "reason": invoice.reason });
    audit::changed(app, tx, viewer, &subject, what, &details).await
}

/// A provider says that nothing was paid. The invoice stays open and can be paid anew.
///
/// # Errors
/// If the database fails.
pub(super) async fn fail(app: &App, tx: &Tx, payment: &Payment) -> Result<(), StoreError> {
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::END_PAYMENT, values![payment.id.as_str(), "failed", now])
        .await
        .map(|_| ())
}

/// The operator cancels an open invoice. Site use in it waits for the next closing again; IDs in it stay charged with nothing.
///
/// # Errors
/// [`FeeRefusal`].
pub async fn cancel(app: &App, tx: &Tx, viewer: &Viewer, invoice: &str, reason: &str) -> UseCase<(), FeeRefusal> {
    let refuse = UseCaseError::Refused;
    if !viewer.may(Act::KeepFees) {
        return Err(refuse(FeeRefusal::Forbidden));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control) {
        return Err(refuse(FeeRefusal::Reason));
    }
    tx.run(&queries::HOLD_INVOICE, values![invoice]).await?;
    let invoice = find(tx, invoice).await?.ok_or(refuse(FeeRefusal::Unknown))?;
    match invoice.state {
        State::Open => {}
        State::Paid => return Err(refuse(FeeRefusal::AlreadyPaid)),
        State::Cancelled => return Ok(()),
    }
    let now = app.clock().now().as_millisecond();
    tx.run(&queries::SETTLE, values![invoice.id.as_str(), "cancelled", now, reason])
        .await?;
    tx.run(&queries::RELEASE, values![invoice.id.as_str()]).await?;
    settled(app, tx, &invoice).await?;
    note(app, tx, viewer, &invoice.id, "invoice_cancelled").await?;
    Ok(())
}

/// Cancels the open invoice for something that is not wanted any more; one that was paid stays.
///
/// # Errors
/// If the database fails.
pub async fn take_back(app: &App, tx: &Tx, about: &About, reason: &str) -> Result<(), StoreError> {
    let Some(key) = invoice_of(tx, about).await? else {
        return Ok(());
    };
    tx.run(&queries::HOLD_INVOICE, values![key.as_str()]).await?;
    let now = app.clock().now().as_millisecond();
    match find(tx, &key).await? {
        Some(invoice) if matches!(invoice.state, State::Open) => {
            tx.run(&queries::SETTLE, values![key, "cancelled", now, reason]).await?;
            settled(app, tx, &invoice).await
        }
        _ => Ok(()),
    }
}

/// Ends the suspension that an invoice brought, if it did.
async fn settled(app: &App, tx: &Tx, invoice: &Invoice) -> Result<(), StoreError> {
    if let PayerId::Company(company) = invoice.payer.id {
        suspend::settled(app, tx, company, &invoice.id).await?;
    }
    Ok(())
}
