//! The one place where other rooms hear of money: what goes on after a payment, and who is told of a suspension.

use domain::CompanyId;
use store::{StoreError, Tx};

use super::about::About;
use crate::App;
use crate::rooms::application;
use crate::rooms::card;
use crate::rooms::notices::{self, Whom};

/// Called once for each invoice, in the transaction in which it is paid.
///
/// # Errors
/// Whatever another room says is broken; then the payment is not written either, and is told again.
pub(super) async fn after_payment(app: &App, tx: &Tx, about: &About) -> anyhow::Result<()> {
    tracing::info!(charge = about.charge().word(), "an invoice was paid");
    match about {
        About::Application(application) => application::paid(app, tx, application).await,
        About::Reissue(card) => card::release(app, tx, card).await,
        // IDs and site use need nothing: the suspension they may have brought has ended already.
        About::AdministratorIds(..) | About::SiteUse(..) => Ok(()),
    }
}

/// Called in the transaction in which a company is suspended, with the invoice that led to it, or is in use again (`None`): it is
/// told so on its home page.
///
/// # Errors
/// If the database fails.
pub(super) async fn suspended(app: &App, tx: &Tx, company: CompanyId, invoice: Option<&str>) -> Result<(), StoreError> {
    let (key, link) = match invoice {
        Some(invoice) => ("notice-suspended", Some(format!("/invoices/{invoice}"))),
        None => ("notice-in-use-again", None),
    };
    notices::tell(app, tx, &Whom::Company(company), key, &[], link.as_deref()).await
}
