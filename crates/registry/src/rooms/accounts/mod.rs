//! Accounts (アカウント): signing in and out, one's own password and sessions, and issuing accounts to others.
//!
//! Rules: registry rule book 1.3 (security code), 1.4 (password and session), 3.5 (administrator kinds). Lock-outs are
//! `domain::lockout`, passwords `domain::password`.

mod company;
mod company_pages;
mod create;
mod device_sign_in;
mod forgotten;
mod issue;
mod kept;
mod letters;
mod managers;
mod operators;
mod pages;
mod passkey_pages;
mod passkeys;
mod password;
mod queries;
mod reach;
mod sessions;
mod sign_in;
mod sign_up;
mod tiers;
mod two_factor;

pub use company::{AccountForm, AccountRefusal, change, close, close_of_company, close_of_worker, make, renew_of_company};
pub use create::{NewAccount, create};
pub(crate) use device_sign_in::{SetUpRefusal, SignedIn, prove, set_up_by, sign_in_device};
use domain::access::Act;
pub use issue::{Issue, Letters, issue, renew};
pub use managers::{Colleague, colleagues, give, managers_of, tier_names};
pub use reach::{Reach, administrators};
use store::Sql;
use web::{Language, Routes};

use crate::App;
use crate::access::Viewer;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&[&Sql]] = &[
    queries::ALL,
    reach::SQL,
    two_factor::SQL,
    passkeys::SQL,
    company::SQL,
    company_pages::SQL,
    managers::SQL,
    tiers::SQL,
    operators::SQL,
];

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/healthz", pages::health)
        .get("/sign-in", sign_in::show)
        .post("/sign-in", sign_in::let_in)
        .post("/sign-in/go-on", sign_in::go_on)
        .post("/sign-in/passkey", passkey_pages::ask)
        .post("/sign-in/passkey/answer", passkey_pages::answer)
        .post("/sign-out", sign_in::sign_out)
        .get("/forgotten", forgotten::show)
        .post("/forgotten", forgotten::send)
        .get("/reset/{token}", forgotten::reset)
        .post("/reset/{token}", forgotten::save)
        .get("/sign-up", sign_up::show)
        .post("/sign-up", sign_up::send)
        .get("/sign-up/{token}", sign_up::name)
        .post("/sign-up/{token}", sign_up::make)
        .get("/account", pages::account)
        .get("/account/password", password::show)
        .post("/account/password", password::save)
        .get("/account/sessions", sessions::list)
        .post("/account/sessions/end", sessions::end_others)
        .post("/account/sessions/{session}/end", sessions::end)
        .get("/account/two-factor", two_factor::state)
        .post("/account/two-factor/begin", two_factor::begin)
        .post("/account/two-factor/confirm", two_factor::confirm)
        .post("/account/two-factor/off", two_factor::off)
        .get("/account/passkeys", passkey_pages::list)
        .post("/account/passkeys", passkey_pages::create)
        .post("/account/passkeys/begin", passkey_pages::begin)
        .post("/account/passkeys/{passkey}", passkey_pages::rename)
        .post("/account/passkeys/{passkey}/remove", passkey_pages::remove)
        .get("/account/company", company_pages::list)
        .post("/account/company", company_pages::create)
        .get("/account/company/new", company_pages::new)
        .get("/account/company/tiers", tiers::list)
        .post("/account/company/tiers", tiers::create)
        .post("/account/company/tiers/{tier}", tiers::save)
        .get("/account/company/{account}", company_pages::show)
        .post("/account/company/{account}", company_pages::save)
        .post("/account/company/{account}/close", company_pages::close)
        .post("/account/company/{account}/renew", company_pages::renew)
        .get("/sites/{site}/managers", managers::list)
        .post("/sites/{site}/managers", managers::save)
        .get("/account/all", operators::list)
        .post("/account/all", operators::create)
        .post("/account/all/search", operators::search)
        .get("/account/all/new", operators::new)
        .get("/account/all/{account}", operators::show)
        .post("/account/all/{account}/unlock", operators::open_locks)
        .post("/account/all/{account}/close", operators::close)
        .get("/account/letters/{account}", letters::show)
        .post("/account/letters/{account}", letters::open)
        .post("/account/letters/{account}/renew", letters::make_new)
}

/// The ways from one's own account: key of the text, address.
fn ways(viewer: &Viewer) -> Vec<(&'static str, &'static str)> {
    let mut ways = vec![
        ("password-title", "/account/password"),
        ("sessions-title", "/account/sessions"),
    ];
    if viewer.role.one_at_a_time() {
        ways.push(("passkeys-title", "/account/passkeys"));
        ways.push(("two-factor-title", "/account/two-factor"));
    }
    if viewer.may(Act::KeepAccounts) {
        ways.push(("company-accounts-title", "/account/company"));
        ways.push(("tiers-title", "/account/company/tiers"));
    }
    if viewer.may(Act::KeepAllAccounts) {
        ways.push(("all-accounts-title", "/account/all"));
    }
    ways
}
