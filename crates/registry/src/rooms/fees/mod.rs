//! Fees (料金): invoices, payments, the yearly fee of administrators' IDs, the monthly closing of the site use fee, suspension.
//!
//! A company sees and pays its invoices; the operator sees all, enters bank transfers, cancels, and looks at the closings. Other
//! rooms ask for a price ([`quote`]), have an invoice written ([`bill`]), and are told of its payment (`wire.rs`).
//!
//! Rules: registry rule book 2.2, 3.2 and 3.3; pure parts in `domain::fees`, prices and limits in the tables `fees` and `policies`.

mod about;
mod bill;
mod close;
mod closings;
mod confirm;
mod ids;
mod invoice;
mod list;
mod pages;
mod queries;
mod quote;
mod simulator;
mod suspend;
mod wire;

pub use about::{About, Line, Payer, PayerId};
pub use bill::{FeeRefusal, bill, invoice_of, payer_of};
pub use close::{CloseRefusal, Report, close, dry_run, next};
pub use confirm::{Confirmed, Provider, Told, cancel, confirm, confirm_transfer, start, take_back};
pub use ids::{bill_administrator_ids, bill_all_administrator_ids};
pub use invoice::{Figures, figures};
pub use quote::{Wanted, quote};
use store::Sql;
pub use suspend::suspend_unpaid;
use web::{Language, Routes, T};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/invoices", list::own)
        .get("/invoices.csv", list::own_csv)
        .get("/invoices/{invoice}", pages::show)
        .post("/invoices/{invoice}/pay", simulator::begin)
        .post("/invoices/{invoice}/transfer", pages::transfer)
        .post("/invoices/{invoice}/cancel", pages::cancel)
        .get("/payments/{payment}", simulator::show)
        .post("/payments/{payment}", simulator::end)
        .get("/fees", list::all)
        .get("/fees.csv", list::all_csv)
        .get("/fees/closings", closings::show)
}

/// What is to be done without being asked: IDs whose year has begun are billed, months that are over are closed, companies that do not
/// pay are suspended. Safe to repeat at any time, and on several servers.
///
/// # Errors
/// If something is broken; what was done stays, and the rest is done next time.
pub async fn keep(app: &App) -> anyhow::Result<()> {
    let invoices = bill_all_administrator_ids(app).await?;
    let months = close::close_due(app).await?;
    let suspended = suspend_unpaid(app).await?;
    if invoices + months + suspended > 0 {
        tracing::info!(
            invoices,
            months,
            suspended,
            "fees: IDs billed, months closed, invoices that suspended use"
        );
    }
    Ok(())
}

/// Yen as people read them: 11,400円.
fn yen(t: &T, yen: i64) -> String {
    t.with("yen", &[("yen", t.number(yen))])
}
