//! Visible construction capability (専門工事企業の施工能力等の見える化評価): a company sees its figures, points and stars in a field, states what
//! the registry cannot know, and publishes them if it wishes; everybody reads what is published.
//!
//! Rules: skill evaluation rule book, chapter 9; `domain::capability`. The real rating is given by the body of the trade; what is shown here
//! is reckoned from records and statements, and says so.

mod figures;
mod own;
mod public;
mod publish;
mod queries;
#[cfg(test)]
mod tests;
mod view;

pub use publish::{CapabilityRefusal, StatementForm, publish, state, withdraw};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/capability", own::page)
        .post("/capability/{field}", own::state_one)
        .post("/capability/{field}/publish", own::publish_one)
        .post("/capability/{field}/withdraw", own::withdraw_one)
        .get("/published", public::list)
        .get("/published/{company}/{field}", public::page)
}
