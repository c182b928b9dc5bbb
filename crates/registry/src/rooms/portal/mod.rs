//! The portal (ポータル): what somebody sees first after signing in. A company: the menu with the numbers people know, notices, the
//! sites where its people work today, its own sites. A worker: his state, his last days, notices. The operator: figures and ways on.
//!
//! The home page of registry rule book chapter 10. What does not exist yet is not shown.

mod company;
mod home;
mod operator;
mod queries;
mod registration;
mod worker;

pub(crate) use registration::prefecture;
use store::Sql;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Notices on a home page.
const NOTICES: u32 = 5;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/", home::page)
        .get("/registration", registration::company)
        .get("/my/registration", registration::worker)
}
