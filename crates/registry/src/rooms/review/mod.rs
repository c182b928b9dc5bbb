//! Review (審査): the operator's reviewers take applications from the queue, hold data and papers side by side, correct what the papers
//! show otherwise, and approve, return or refuse.
//!
//! Which buttons there are is told by the table of moves in `domain::registration::moves`, the same that guards the use cases.

mod decide;
mod doubles;
mod pages;
mod queries;
mod queue;

pub use decide::{Correct, DecideRefusal, Decision, correct, decide};
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
        .get("/review", queue::page)
        .post("/review", queue::search)
        .get("/review/{application}", pages::case)
        .post("/review/{application}/decide", pages::decide)
        .post("/review/{application}/correct", pages::correct)
}
