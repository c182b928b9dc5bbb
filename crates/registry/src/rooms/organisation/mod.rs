//! The construction organisation (施工体制, menu 620 > 10 and 40): a company invites its direct lower companies, each approves
//! or declines, and the chart shows who stands where.
//!
//! Rules: registry rule book chapter 6 (R-STR-1, 2, 7 to 9); the table of allowed moves is `domain::organisation::allowed`.
//! Unregistered companies, patterns, agreements, replacement and deletion are not here yet.

mod answer;
mod approvals;
mod invite;
mod pages;
mod queries;

pub use answer::{Answer, AnswerRefusal, Answered, answer, decline_open};
use domain::CompanyId;
pub use invite::{InviteForm, InviteRefusal, invite};
use store::{Sql, Tx, values};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites/{site}/organisation", pages::chart)
        .post("/sites/{site}/organisation", pages::send_invitation)
        .get("/sites/{site}/organisation/companies", pages::companies)
        .get("/approvals", approvals::list)
        .get("/approvals/{node}", approvals::show)
        .post("/approvals/{node}", approvals::send_answer)
}

/// How many invitations wait for this company's answer.
///
/// # Errors
/// If the database fails.
pub async fn open_approvals(tx: &Tx, company: CompanyId) -> store::Result<usize> {
    let open = tx
        .value::<i64>(&queries::OPEN_APPROVALS, values![company.to_string()])
        .await?;
    Ok(open.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests;
