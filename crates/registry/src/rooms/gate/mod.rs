//! At the gate without a card. By number (番号入力): a worker sets a code of his own, and the readers of his sites check it by their roster
//! copy. By QR: his page shows one that the registry has signed a moment before, or he prints one with his ID alone.
//!
//! Our rule, since how the real systems do it is not known. The code is not the one on the card's back (本人確認番号): that one signs him
//! in, and is not to be typed where others look on.

mod checks;
mod code;
mod pages;
mod qr;
#[cfg(test)]
mod qr_tests;
mod queries;
#[cfg(test)]
mod tests;

pub(crate) use checks::{checks, entries};
pub use code::{GateCodeRefusal, remove_code, set_code};
pub(crate) use qr::key as qr_key;
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
        .get("/my/code", pages::show)
        .post("/my/code", pages::set)
        .post("/my/code/remove", pages::remove)
        .get("/my/qr", qr::show)
        .get("/my/qr/print", qr::print)
}
