//! Master data: which tables are in force, from where, how sure; replaced by command, without a rebuild.

mod load;
mod pages;

pub use load::{LoadError, in_force, load};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = load::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new().get("/masters", pages::list)
}
