//! Orderers (発注者): whoever ordered the works sees the figures of the sites for which the prime has agreed (発注者支援), and nobody's name.
//!
//! Rules: registry rule book 11.1. The operator makes the account; the prime says for which of its sites, and takes it back at any time.
//! What of the other screens an orderer may see was not read in enough detail; so far he sees the figures of levels.

mod agree;
mod pages;
mod queries;
#[cfg(test)]
mod tests;

pub use agree::{AgreeForm, OrdererRefusal, agree, end};
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
        .get("/sites/{site}/orderers", pages::show)
        .post("/sites/{site}/orderers", pages::add)
        .post("/sites/{site}/orderers/{account}/end", pages::remove)
}
