//! The construction organisation (施工体制, menu 620 > 10, 11 and 40): a company invites its direct lower companies, each approves
//! or declines, and the chart shows who stands where, today and on any past day. Companies without an ID stand in it by name, until
//! a registered one takes their place; nodes are moved, ended and taken out; parts of trees are kept as patterns.
//!
//! Rules: registry rule book chapter 6 (R-STR); what may be done to a node by whom is `domain::organisation::obstacle`, where
//! something may stand `domain::organisation::Tree::misplaced`. Every change is an event (`domain::organisation::Change`).

mod answer;
mod approvals;
mod chart;
mod favourites;
mod invite;
mod invite_pages;
mod link;
mod move_under;
mod node;
mod node_pages;
mod past;
mod pattern;
mod pattern_pages;
mod queries;
mod remind;
mod replace;
mod shape;
mod tell;

pub use answer::{Answer, AnswerRefusal, Answered, answer, decline_open};
use domain::CompanyId;
pub use favourites::{FavouriteRefusal, keep_favourite};
pub use invite::{InviteForm, InviteRefusal, invite};
pub use move_under::move_under;
pub use node::{MoveForm, describe, end, remove, reopen};
pub use pattern::{apply_pattern, drop_pattern, store_pattern};
pub use remind::remind;
pub use replace::ask_to_replace;
pub(crate) use replace::{REPLACE, work_replace};
pub(crate) use shape::answerable_by_proxy;
pub use shape::{Meanwhile, MoveRefusal};
use store::{Sql, Tx, values};
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites/{site}/organisation", chart::chart)
        .post("/sites/{site}/organisation", invite_pages::send)
        .get("/sites/{site}/organisation/invite", invite_pages::form)
        .get("/sites/{site}/organisation/companies", invite_pages::companies)
        .post("/sites/{site}/organisation/favourites", invite_pages::favourite)
        .get("/sites/{site}/organisation/patterns", pattern_pages::list)
        .post("/sites/{site}/organisation/patterns", pattern_pages::send)
        .get("/sites/{site}/organisation/nodes/{node}", node_pages::show)
        .get("/sites/{site}/organisation/nodes/{node}/{move}", node_pages::show_move)
        .post("/sites/{site}/organisation/nodes/{node}/{move}", node_pages::make_move)
        .get("/approvals", approvals::list)
        .get("/approvals/{node}", approvals::show)
        .post("/approvals/{node}", approvals::send_answer)
        .get("/invitations/{token}", link::follow)
}

/// How many invitations wait for this company's answer.
///
/// # Errors
/// If the database fails.
pub async fn open_approvals(tx: &Tx, company: CompanyId) -> store::Result<usize> {
    let open = tx
        .value::<i64>(&queries::OPEN_APPROVALS, values![company.to_string()])
        .await?;
    Ok(open.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests;
