//! Histories added up (就業履歴の閲覧): month totals (月別計, view 2-1), month list (月別集約, view 2-2), of a site and of a company's own
//! workers; and a worker's whole history. The calendars (2-3, 2-4) are in room `history`.
//!
//! Rules: registry rule book chapters 9 and 10 (role matrix), `domain::tally`. Every row is held against the viewer's
//! `domain::organisation::Scope`, as in the calendars.

mod filter;
mod gather;
mod list;
mod own;
mod place;
mod queries;
mod totals;

pub(crate) use filter::{Choices, Filter};
pub(crate) use gather::{Asked, Key, Line, gather};
pub(crate) use place::Place;
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
        .get("/sites/{site}/totals", totals::of_site)
        .get("/sites/{site}/totals.csv", totals::of_site_csv)
        .get("/sites/{site}/month-list", list::of_site)
        .get("/sites/{site}/month-list.csv", list::of_site_csv)
        .get("/totals", totals::of_company)
        .get("/totals.csv", totals::of_company_csv)
        .get("/month-list", list::of_company)
        .get("/month-list.csv", list::of_company_csv)
        .get("/my/history", own::page)
        .get("/my/history.csv", own::csv)
}
