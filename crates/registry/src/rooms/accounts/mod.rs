//! Accounts: sign-in, sign-out, the way home. Registration of accounts is not here yet; the demo and the command line make them.

mod create;
mod pages;

pub use create::{NewAccount, create};
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = create::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/", pages::home)
        .get("/sign-in", pages::sign_in)
        .post("/sign-in", pages::let_in)
        .post("/sign-out", pages::sign_out)
        .get("/healthz", pages::health)
}
