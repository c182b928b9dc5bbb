//! The simulator of a payment provider: its page stands where a provider's would, takes no money, and comes back as one does.

use askama::Template;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use serde::Deserialize;
use store::Tx;
use web::{Form, Frame, NoFields, Page, PageError, page, redirect, redirect_with};

use super::bill::FeeRefusal;
use super::confirm::{Payment, Provider, Told, confirm, fail, payment, start};
use super::invoice::{Invoice, find};
use super::pages::{confirmed_key, refusal_key};
use super::yen;
use crate::App;
use crate::access::{UseCaseError, Viewer};

#[derive(Template)]
#[template(path = "fees/templates/simulator.html")]
struct SimulatorPage {
    frame: Frame,
    number: String,
    total: String,
    reference: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Outcome {
    outcome: String,
}

fn refused(refusal: &FeeRefusal) -> PageError {
    match refusal {
        FeeRefusal::Forbidden => PageError::Forbidden,
        FeeRefusal::Unknown => PageError::NotFound,
        other => PageError::refused(StatusCode::CONFLICT, refusal_key(other)),
    }
}

/// Begins a payment and leads to the provider's page.
///
/// # Permissions
/// The payer (of a company: administrators), where the simulator is switched on.
pub(super) async fn begin(
    Extract(app): Extract<App>,
    viewer: Viewer,
    Path(invoice): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Page {
    let tx = app.db().write().await?;
    let invoice = super::invoice::open(&tx, &viewer, &invoice).await?;
    match start(&app, &tx, &viewer, &invoice.id).await {
        Ok(payment) => {
            tx.commit().await?;
            Ok(redirect(&format!("/payments/{payment}")))
        }
        Err(UseCaseError::Refused(refusal)) => Err(refused(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// A payment of the simulator and its invoice, for the one who pays; to others it does not exist.
async fn own(app: &App, tx: &Tx, viewer: &Viewer, id: &str) -> Result<(Payment, Invoice), PageError> {
    let payment = payment(tx, id)
        .await?
        .filter(|p| p.provider == Provider::Simulator && app.settings().simulate_payments)
        .ok_or(PageError::NotFound)?;
    let invoice = find(tx, &payment.invoice)
        .await?
        .filter(|invoice| invoice.payer.id.is(viewer))
        .ok_or(PageError::NotFound)?;
    Ok((payment, invoice))
}

/// The provider's page.
///
/// # Permissions
/// The payer.
pub(super) async fn show(Extract(app): Extract<App>, viewer: Viewer, frame: Frame, Path(id): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let (payment, invoice) = own(&app, &tx, &viewer, &id).await?;
    if payment.state != "started" {
        return Ok(redirect(&format!("/invoices/{}", invoice.id)));
    }
    page(&SimulatorPage {
        total: yen(&frame.t, payment.yen),
        frame: frame.title("simulator-title"),
        number: invoice.number_text(),
        reference: payment.reference,
    })
}

/// What the provider says in the end; then back to the invoice. Sent twice, it is said once.
///
/// # Permissions
/// The payer.
pub(super) async fn end(Extract(app): Extract<App>, viewer: Viewer, Path(id): Path<String>, Form(form): Form<Outcome>) -> Page {
    let tx = app.db().write().await?;
    let (payment, invoice) = own(&app, &tx, &viewer, &id).await?;
    let back = format!("/invoices/{}", invoice.id);
    // One that failed stays so; the payer begins another.
    if payment.state == "failed" || form.outcome != "pay" {
        fail(&app, &tx, &payment).await?;
        tx.commit().await?;
        return Ok(redirect_with(&back, "invoice-not-paid"));
    }
    let told = Told {
        provider: payment.provider,
        reference: &payment.reference,
        yen: payment.yen,
        account: &viewer.account,
    };
    match confirm(&app, &tx, &invoice.id, &told).await {
        Ok(confirmed) => {
            tx.commit().await?;
            Ok(redirect_with(&back, confirmed_key(confirmed)))
        }
        Err(UseCaseError::Refused(refusal)) => Err(refused(&refusal)),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}
