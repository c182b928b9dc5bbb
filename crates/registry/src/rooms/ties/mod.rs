//! Who belongs to us (720 所属技能者確認): a company confirms its workers, and ends the tie of one who has left.
//!
//! Rules: registry rule book 2.7; which days may be given is `domain::tie`. With the tie end the worker's rows on rosters. He is told,
//! and on the same day the end can be taken back.

mod end;
mod list;
mod pages;
mod queries;

pub use end::{EndForm, TieRefusal, end, take_back};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/ties", list::page)
        .post("/ties", list::search)
        .post("/ties/confirm", list::confirm)
        .get("/ties/{worker}/end", pages::form)
        .post("/ties/{worker}/end", pages::send)
        .post("/ties/{worker}/take-back", pages::take_back)
}
