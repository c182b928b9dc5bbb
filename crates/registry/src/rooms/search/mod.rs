//! Search (510 閲覧): companies for everybody who acts for one; workers for the operator's people among all, for companies among
//! their own.
//!
//! Who may see what: registry rule book chapters 9 and 10. Words "begin with": a company's name is found from any of its letters,
//! a person's from the whole name or from the given name. Both databases walk an index for that (`migrations/0011_search.sql`), so
//! two million workers cost no more than two hundred.

mod companies;
mod find;
mod queries;
mod words;
mod workers;

pub use find::{FoundCompany, FoundWorker, companies, workers};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Most that one search finds; with more, another word is asked for.
pub const MOST: i64 = 1_000;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/search/companies", companies::page)
        .get("/search/workers", workers::form)
        .post("/search/workers", workers::page)
}
