//! Who belongs to us (720 所属技能者確認): a company confirms its workers, and ends the tie of one who has left; a worker moves to
//! another company (所属の変更).
//!
//! Rules: registry rule book 2.7; which days may be given is `domain::tie`. With the tie end the worker's rows on rosters. He is told,
//! and on the same day the end can be taken back. What every end brings with it is in `leave.rs`, how a tie begins in `moves.rs`.

mod company_moves;
mod end;
mod leave;
mod list;
mod move_queries;
mod moves;
mod own_move;
mod pages;
mod queries;

pub use end::{EndForm, TieRefusal, end, take_back};
pub use leave::{close_company, leave_all, leave_unnamed};
pub use moves::{MoveAnswer, MoveForm, MoveRefusal, MoveState, answer, ask, join_named, waiting_moves, withdraw};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;
/// SQL of moves.
pub(crate) const SQL_OF_MOVES: &[&Sql] = move_queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/ties", list::page)
        .post("/ties", list::search)
        .post("/ties/confirm", list::confirm)
        .get("/ties/{worker}/end", pages::form)
        .post("/ties/{worker}/end", pages::send)
        .post("/ties/{worker}/take-back", pages::take_back)
        .get("/moves", company_moves::list)
        .get("/moves/{move}", company_moves::show)
        .post("/moves/{move}", company_moves::send)
        .get("/my/move", own_move::page_of_own)
        .post("/my/move", own_move::send)
        .post("/my/move/{move}/withdraw", own_move::take_back)
}
