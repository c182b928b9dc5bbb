//! Cards (技能者カード): ordered, printed, dead. The worker sees his own and asks for another; the operator prints what waits.
//!
//! Rules: registry rule book 2.6, `domain::card`. A new card has a new number of issue and a new 4-digit code (本人確認番号). Where the
//! older one was lost, broken, unreadable or kept by somebody else, it is dead from that moment; where the worker rises a level or
//! renews, it lives until the new one is printed, so that nobody stands at the gate without a card.

mod end;
mod faces;
mod issue;
mod own;
mod print;
mod queries;
mod queue;
mod reissue;
mod rows;
#[cfg(test)]
mod tests;

pub use end::{code_fits, dead_since, end_all};
pub use issue::{CardReason, held_until, issue, issue_applied, release};
pub use print::{PrintRefusal, mark_printed};
pub use reissue::{ReissueRefusal, reissue};
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
        .get("/my/card", own::page_of_own)
        .post("/my/card", own::ask)
        .get("/cards", queue::list)
        .get("/cards/print.pdf", queue::all_as_pdf)
        .get("/cards/{card}/front.svg", queue::front)
        .get("/cards/{card}/back.svg", queue::back)
        .get("/cards/{card}/card.pdf", queue::as_pdf)
        .post("/cards/{card}/release", queue::release_card)
        .post("/cards/{card}/printed", queue::printed)
}
