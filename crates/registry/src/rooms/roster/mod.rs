//! The roster of a site (施工体制技能者・作業員名簿, menu 620 > 20): each company puts its own workers on it, with trade, position
//! and work content; prime and upper companies read what is beneath them.
//!
//! Rules: registry rule book chapter 7 (R-ROS) and 4.2 (proxies), `domain::roster`, `domain::agreement`. A row is never deleted: a
//! last day ends it. However workers come onto a roster (one by one, many at once, by pattern, from another site, by a sheet), it
//! is `put`; what is taken over in bulk is shown first (`draft`).

mod add;
mod check;
mod draft;
mod draft_pages;
mod edit;
mod end_rows;
mod expiries;
mod facts;
mod keep;
mod list;
mod pages;
mod pattern;
mod pattern_pages;
mod put;
mod queries;
mod rows;
mod sent;
mod sheet_in;

use axum::http::Method;
use axum::routing::post;
pub use check::MoreForm;
pub(crate) use check::{position as position_of, trade as trade_of};
use domain::master::Hazard;
use domain::{Masters, PositionId, TradeCode};
pub use edit::{RowForm, RowRefusal, edit};
pub use end_rows::{EndedRow, end_rows, reopen_rows};
pub use expiries::tell_due;
pub use facts::take_facts;
pub(crate) use facts::{fund_words, insurance_words};
pub(crate) use keep::{consenting, kept_by_proxy};
pub(crate) use pages::{position_choices, trade_choices};
pub use pattern::{PatternRefusal, create as create_pattern};
pub use put::{Put, PutErrors, PutForm, PutRefusal, PutWorker, put};
use store::Sql;
use web::{Language, Routes, T};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    let stage = post(draft_pages::stage).layer(web::body_limit(draft_pages::LARGEST));
    Routes::new()
        .get("/patterns", pattern_pages::list)
        .post("/patterns", pattern_pages::make)
        .get("/patterns/{pattern}", pattern_pages::show)
        .post("/patterns/{pattern}", pattern_pages::save)
        .get("/expiries", expiries::page)
        .get("/sites/{site}/roster", list::page)
        .get("/sites/{site}/roster/many", draft_pages::many)
        .get("/sites/{site}/roster/sheet.xlsx", sheet_in::download)
        .add(Method::POST, "/sites/{site}/roster/drafts", stage)
        .get("/sites/{site}/roster/drafts/{draft}", draft_pages::show)
        .post("/sites/{site}/roster/drafts/{draft}", draft_pages::send)
        .get("/sites/{site}/roster/print", list::print)
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

/// A hazardous substance as people read it.
pub(crate) fn hazard_name(t: &T, hazard: &Hazard) -> String {
    if t.language() == Language::Ja {
        hazard.hazard_ja.clone()
    } else {
        hazard.name_en.clone()
    }
}

/// A special check-up as people read it.
pub(crate) fn checkup_name(t: &T, hazard: &Hazard) -> String {
    match &hazard.checkup_ja {
        Some(name) if t.language() == Language::Ja => name.clone(),
        _ => hazard.name_en.clone(),
    }
}

/// The hazardous substance of a row in words; empty if it names none.
pub(crate) fn hazard_words(masters: &Masters, t: &T, hazard: Option<&str>, other: &str) -> String {
    match hazard {
        None => String::new(),
        Some(Hazard::OTHER) => other.to_owned(),
        Some(id) => masters.hazard(id).map_or_else(|| id.to_owned(), |h| hazard_name(t, h)),
    }
}

/// The special check-ups of a row in words.
pub(crate) fn checkup_words(masters: &Masters, t: &T, checkups: &[String], other: &str) -> Vec<String> {
    let name = |id: &String| masters.hazard(id).map_or_else(|| id.clone(), |h| checkup_name(t, h));
    let mut words: Vec<String> = checkups.iter().map(name).collect();
    if !other.is_empty() {
        words.push(other.to_owned());
    }
    words
}

#[cfg(test)]
mod tests;
