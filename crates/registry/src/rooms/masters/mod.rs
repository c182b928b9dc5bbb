//! Master data: which tables are in force, from where, how sure; replaced by command, without a rebuild; the criteria of levels
//! on a page too, as a draft that tells whom it would move.

mod criteria;
mod criteria_pages;
mod load;
mod pages;

pub use criteria::{CriteriaForm, CriteriaRefusal, Draft, draft, put_into_force};
pub(crate) use criteria::{PREVIEW, work_preview};
pub use load::{LoadError, in_force, load};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = load::ALL;
/// SQL of the drafts of criteria.
pub(crate) const SQL_OF_CRITERIA: &[&Sql] = criteria::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/masters", pages::list)
        .get("/masters/skill-levels", criteria_pages::edit)
        .post("/masters/skill-levels", criteria_pages::keep)
        .get("/masters/skill-levels/{draft}", criteria_pages::draft)
        .post("/masters/skill-levels/{draft}", criteria_pages::put_into_force)
}
