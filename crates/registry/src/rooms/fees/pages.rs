//! The page of an invoice (請求書): on paper a qualified invoice (適格請求書), on screen also its payments and what can be done.

use askama::Template;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::access::Act;
use serde::{Deserialize, Serialize};
use store::Tx;
use unicode_normalization::UnicodeNormalization;
use web::{FieldErrors, Form, FormState, Frame, Mood, Page, PageError, T, page, redirect_with};

use super::about::PayerId;
use super::bill::FeeRefusal;
use super::confirm::{Confirmed, confirm_transfer, payments};
use super::invoice::{Invoice, State, StoredLine, lines, open, sums};
use super::list::mood;
use super::yen;
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rows::millisecond;

/// What the operator types about a transfer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TransferForm {
    reference: String,
    yen: String,
}

/// Why an invoice is cancelled.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CancelForm {
    reason: String,
}

/// A line as the page shows it.
struct LineShown {
    what: String,
    when: String,
    quantity: String,
    unit: String,
    percent: i64,
    yen: String,
}

/// A sum of one tax rate.
struct SumShown {
    percent: i64,
    gross: String,
    tax: String,
}

struct PaymentShown {
    at: String,
    provider: &'static str,
    reference: String,
    yen: String,
    state: String,
    mood: Mood,
}

#[derive(Template)]
#[template(path = "fees/templates/invoice.html")]
struct InvoicePage {
    frame: Frame,
    invoice: Invoice,
    person: bool,
    state: &'static str,
    mood: Mood,
    total: String,
    lines: Vec<LineShown>,
    sums: Vec<SumShown>,
    payments: Vec<PaymentShown>,
    bank: String,
    may_pay: bool,
    may_keep: bool,
    transfer: FormState<TransferForm>,
    cancel: FormState<CancelForm>,
}

fn line_shown(t: &T, line: &StoredLine, invoice: &Invoice) -> LineShown {
    let what = t.s(format!("fee-item-{}", line.dated.line.item.word()));
    let when = match (line.dated.period, line.dated.correction) {
        (Some(day), true) => t.with("invoice-month-corrected", &[("month", t.month(day.month()))]),
        (Some(day), false) if line.dated.line.item == domain::fees::FeeItem::SiteUse => t.month(day.month()),
        (Some(day), false) => t.with("invoice-year-from", &[("day", t.day(day))]),
        (None, _) => t.day(invoice.issued),
    };
    LineShown {
        what,
        when,
        quantity: t.number(line.dated.line.quantity),
        unit: yen(t, line.dated.line.unit_price_yen),
        percent: line.percent,
        yen: yen(t, line.yen),
    }
}

/// The page, with what was typed into its forms.
async fn render(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    frame: Frame,
    invoice: Invoice,
    transfer: FormState<TransferForm>,
    cancel: FormState<CancelForm>,
) -> Page {
    let t = frame.t.clone();
    let today = app.clock().today();
    let lines = lines(tx, &invoice.id).await?;
    let may_keep = viewer.may(Act::KeepFees);
    let mut shown = Vec::new();
    for payment in payments(tx, &invoice.id).await? {
        shown.push(PaymentShown {
            at: t.date_time(millisecond(
                payment.ended_at.unwrap_or(payment.started_at),
                "payment.started_at",
            )?),
            provider: payment.provider.word(),
            reference: payment.reference,
            yen: yen(&t, payment.yen),
            mood: match payment.state.as_str() {
                "confirmed" => Mood::Good,
                "started" => Mood::Pending,
                _ => Mood::Bad,
            },
            state: payment.state,
        });
    }
    let (list, list_href) = if may_keep {
        ("fees-title", "/fees")
    } else {
        ("invoices-title", "/invoices")
    };
    let state = invoice.state_word(today);
    let status = [transfer.status(), cancel.status()]
        .into_iter()
        .max()
        .unwrap_or(StatusCode::OK);
    let open = invoice.state == State::Open;
    let frame = frame.titled(t.with("invoice-title", &[("number", invoice.number_text())]));
    let frame = if may_keep || viewer.may(Act::SeeFees) {
        frame.crumb(t.s(list), list_href)
    } else {
        frame
    };
    let body = page(&InvoicePage {
        person: !matches!(invoice.payer.id, PayerId::Company(_)),
        state,
        mood: mood(state),
        total: yen(&t, invoice.total_yen),
        sums: sums(&lines)
            .into_iter()
            .map(|sum| SumShown {
                percent: sum.percent,
                gross: yen(&t, sum.gross),
                tax: yen(&t, sum.tax),
            })
            .collect(),
        lines: lines.iter().map(|line| line_shown(&t, line, &invoice)).collect(),
        payments: shown,
        bank: app.settings().issuer.as_ref().map(|i| i.bank.clone()).unwrap_or_default(),
        may_pay: open && app.settings().simulate_payments && invoice.payer.id.is(viewer),
        may_keep: open && may_keep,
        frame,
        invoice,
        transfer,
        cancel,
    })?;
    Ok((status, body).into_response())
}

fn fresh(t: &T, invoice: &Invoice) -> (FormState<TransferForm>, FormState<CancelForm>) {
    let transfer = TransferForm {
        reference: String::new(),
        yen: invoice.total_yen.to_string(),
    };
    (FormState::new(t, transfer), FormState::new(t, CancelForm::default()))
}

/// An invoice.
///
/// # Permissions
/// Its payer (of a company: administrators) and the operator.
pub(super) async fn show(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let invoice = open(&tx, &viewer, &id).await?;
    let (transfer, cancel) = fresh(&frame.t, &invoice);
    render(&app, &tx, &viewer, frame, invoice, transfer, cancel).await
}

/// The sentence for a refusal.
pub(super) fn refusal_key(refusal: &FeeRefusal) -> &'static str {
    match refusal {
        FeeRefusal::Forbidden => "error-forbidden",
        FeeRefusal::NothingToPay => "fee-nothing-to-pay",
        FeeRefusal::AlreadyBilled(_) => "fee-already-billed",
        FeeRefusal::BilledByItself => "fee-billed-by-itself",
        FeeRefusal::OtherSum { .. } => "fee-other-sum",
        FeeRefusal::AlreadyPaid => "fee-already-paid",
        FeeRefusal::Cancelled => "fee-cancelled",
        FeeRefusal::ReferenceUsed => "fee-reference-used",
        FeeRefusal::Unknown => "error-not-found",
        FeeRefusal::Reason => "fee-reason-needed",
        FeeRefusal::Reference => "fee-reference-needed",
    }
}

/// The operator enters a transfer.
///
/// # Permissions
/// The operator.
pub(super) async fn transfer(
    Extract(app): Extract<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<TransferForm>,
) -> Page {
    let tx = app.db().write().await?;
    let invoice = open(&tx, &viewer, &id).await?;
    if !viewer.may(Act::KeepFees) {
        return Err(PageError::Forbidden);
    }
    let typed: String = form.yen.nfkc().filter(|c| !matches!(c, ',' | ' ' | '円' | '¥')).collect();
    let mut errors = FieldErrors::new();
    let sum = errors.take("yen", typed.parse::<i64>(), |_| "fee-no-sum".to_owned());
    let done = match sum {
        Some(sum) => confirm_transfer(&app, &tx, &viewer, &id, &form.reference, sum).await,
        None => Err(UseCaseError::Refused(FeeRefusal::OtherSum {
            wanted: invoice.total_yen,
        })),
    };
    let here = format!("/invoices/{id}");
    match done {
        Ok(confirmed) => {
            tx.commit().await?;
            Ok(redirect_with(&here, confirmed_key(confirmed)))
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
        Err(UseCaseError::Refused(refusal)) => {
            let key = refusal_key(&refusal);
            match refusal {
                FeeRefusal::OtherSum { wanted } => {
                    errors.add_with("yen", key, vec![("wanted", yen(&frame.t, wanted).into())]);
                }
                _ => errors.add("reference", key),
            }
            let (_, cancel) = fresh(&frame.t, &invoice);
            let transfer = FormState::wrong(&frame.t, form, errors);
            render(&app, &tx, &viewer, frame, invoice, transfer, cancel).await
        }
    }
}

/// The notice after a payment.
pub(super) fn confirmed_key(confirmed: Confirmed) -> &'static str {
    match confirmed {
        Confirmed::Now | Confirmed::Before => "invoice-was-paid",
        Confirmed::Surplus => "invoice-surplus",
    }
}

/// The operator cancels an invoice.
///
/// # Permissions
/// The operator.
pub(super) async fn cancel(
    Extract(app): Extract<App>,
    viewer: Viewer,
    frame: Frame,
    Path(id): Path<String>,
    Form(form): Form<CancelForm>,
) -> Page {
    let tx = app.db().write().await?;
    let invoice = open(&tx, &viewer, &id).await?;
    match super::cancel(&app, &tx, &viewer, &id, &form.reason).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_with(&format!("/invoices/{id}"), "invoice-was-cancelled"))
        }
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
        Err(UseCaseError::Refused(FeeRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(refusal)) => {
            let mut errors = FieldErrors::new();
            errors.add("reason", refusal_key(&refusal));
            let (transfer, _) = fresh(&frame.t, &invoice);
            let cancel = FormState::wrong(&frame.t, form, errors);
            render(&app, &tx, &viewer, frame, invoice, transfer, cancel).await
        }
    }
}
