//! Levels of everybody: the run that judges all workers and keeps what it found, and what is shown of it.
//!
//! Rules: skill evaluation rule book; one worker and all are judged by the same code (`domain::levels`), the summary is
//! `domain::levels::Summary`. What is kept is a guide, and says as of when.
//!
//! Marks (`level_stale`) and not `history.updated_at`: histories are many and lie by month, so finding the changed ones by their time
//! would read all months every night. Facts of levels are written in three places only (`history::days`, `application::record`,
//! `application::take_over`), and a day marks its worker once, when it begins to count, not with every touch.

mod apply;
mod company;
mod detail;
mod figure_queries;
mod figures;
mod gather;
mod judge;
mod lines;
mod marks;
mod preview;
mod queries;
mod run;

pub(crate) use marks::{CHANGED, CHANGED_AT_SITE};
pub use preview::{Moves, preview};
pub(crate) use run::keep;
pub use run::{Ended, Progress, Want, judge_workers};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;
/// SQL of its figures.
pub(crate) const SQL_OF_FIGURES: &[&Sql] = figure_queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/levels", company::page)
        .post("/levels", company::search)
        .get("/levels.csv", company::csv)
        .post("/levels/apply", apply::all)
        .get("/levels/{worker}", detail::page)
        .get("/figures/levels", figures::page)
        .get("/figures/levels.csv", figures::csv)
}
