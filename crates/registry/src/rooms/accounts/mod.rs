//! Accounts (アカウント): signing in and out, one's own password and sessions, and issuing accounts to others.
//!
//! Rules: registry rule book 1.3 (security code), 1.4 (password and session), 3.5 (administrator kinds). Lock-outs are
//! `domain::lockout`, passwords `domain::password`.

mod create;
mod issue;
mod kept;
mod letters;
mod pages;
mod password;
mod queries;
mod sign_in;

pub use create::{NewAccount, create};
pub use issue::{Issue, Letters, issue, renew};
use store::Sql;
use web::{Language, Routes};

use crate::App;
use crate::access::Viewer;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&[&Sql]] = &[queries::ALL];

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/healthz", pages::health)
        .get("/sign-in", sign_in::show)
        .post("/sign-in", sign_in::let_in)
        .post("/sign-out", sign_in::sign_out)
        .get("/account", pages::account)
        .get("/account/password", password::show)
        .post("/account/password", password::save)
        .get("/account/letters/{account}", letters::show)
        .post("/account/letters/{account}", letters::open)
        .post("/account/letters/{account}/renew", letters::make_new)
}

/// The ways from one's own account: key of the text, address.
fn ways(_viewer: &Viewer) -> Vec<(&'static str, &'static str)> {
    vec![("password-title", "/account/password")]
}
