//! The morning's notice (朝のお知らせ): prime and employer hear what was recorded since the morning before and does not count, by reason;
//! a worker who wishes hears of his own days.
//!
//! Rules: `domain::morning`. A morning is told in one transaction with the row that says so: once, or not at all.

mod keep;
mod queries;
#[cfg(test)]
mod tests;
mod wish;

pub use keep::{Told, keep};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new().get("/my/morning", wish::show).post("/my/morning", wish::set)
}
