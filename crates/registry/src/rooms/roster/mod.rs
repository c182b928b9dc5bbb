//! The roster of a site (施工体制技能者・作業員名簿, menu 620 > 20): each company puts its own workers on it, with trade, position
//! and work content; prime and upper companies read what is beneath them.
//!
//! Rules: registry rule book chapter 7 (R-ROS). A row is never deleted: a last day ends it. Patterns, proxies, hazardous
//! substances, health checks and qualifications are not here yet.

mod add;
mod check;
mod edit;
mod end_rows;
mod list;
mod pages;
mod put;
mod queries;
mod rows;

use domain::{Masters, PositionId, TradeCode};
pub use edit::{RowForm, RowRefusal, edit};
pub use end_rows::{EndedRow, end_rows, reopen_rows};
pub use put::{Put, PutErrors, PutForm, PutRefusal, PutWorker, put};
use store::Sql;
use web::{Language, Routes, T};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites/{site}/roster", list::page)
        .get("/sites/{site}/roster/add", add::page)
        .post("/sites/{site}/roster", add::send)
        .get("/sites/{site}/roster/{row}", pages::show)
        .post("/sites/{site}/roster/{row}", pages::save)
}

/// A trade as people read it; its code if the master data no longer have it.
pub(crate) fn trade_name(masters: &Masters, t: &T, code: TradeCode) -> String {
    match masters.trade(code) {
        None => code.to_string(),
        Some(trade) => match &trade.name_en {
            Some(name) if t.language() != Language::Ja => name.clone(),
            _ => trade.name_ja.clone(),
        },
    }
}

/// A position as people read it.
pub(crate) fn position_name(masters: &Masters, t: &T, id: &PositionId) -> String {
    match masters.position(id) {
        None => id.to_string(),
        Some(position) if t.language() == Language::Ja => position.name_ja.clone(),
        Some(position) => position.name_en.clone(),
    }
}

#[cfg(test)]
mod tests;
