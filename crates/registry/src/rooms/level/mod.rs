//! Levels (能力評価): the worker's own way up, and the simple check (簡易レベル判定) that anybody may try without signing in.
//!
//! Rules: skill evaluation rule book; `domain::levels`, [docs/levels.md]. What is shown is a guide: a level is given by the evaluation
//! body of the field. The simple check stores nothing and is asked by POST, so that nothing of it stands in an address either.
//!
//! Applications for a level are applications like others (`rooms/application`, `rooms/review`); here is what is asked of them beside the
//! form, what the judge says of them, and the register of what was given.

mod check;
mod explain;
mod facts;
mod grant;
mod own;
mod queries;
mod register;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use explain::{Explained, check, explain};
pub(crate) use facts::{CertifiedRow, by_field, held, hint, known, month_days};
pub(crate) use grant::grant;
pub use grant::{CancelRefusal, cancel};
use store::Sql;
pub(crate) use view::{FieldView, field_name, field_view, wage_range};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/level-check", check::fields)
        .get("/level-check/{field}", check::form)
        .post("/level-check/{field}", check::answer)
        .get("/my/level", own::page)
        .get("/level-register", register::list)
        .post("/level-register", register::search)
        .get("/level-register.csv", register::csv)
        .post("/level-register/{worker}/{field}/cancel", register::cancel_one)
}
