//! Devices (端末): the machines behind the keys of a site's readers. What is heard of them with their touches is noted here: last contact,
//! clock, version, what waits, which running numbers are missing; the prime is told what somebody has to mend. The page on which
//! this is shown, and on which keys are issued and revoked, is the room `site`'s; here a device's file comes in by stick, and a device
//! that is being set up gets its keys (`setup_api`).
//!
//! Rules: `domain::device`; the site-systems rule book chapter 5 ("our rules for every device").

mod heard;
mod pages;
mod queries;
mod rows;
pub(crate) mod setup_api;
mod shown;
mod stick;
mod tell;

use axum::http::Method;
use axum::routing::{MethodRouter, post};
pub use heard::{Contact, Noted};
pub(crate) use heard::{Contacts, id_of, note, report_of};
pub(crate) use shown::{DeviceLine, of_site};
use store::Sql;
pub(crate) use tell::tell;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    let send: MethodRouter<App> = post(pages::send).layer(web::body_limit(pages::LARGEST));
    Routes::new()
        .get("/sites/{site}/readers/file", pages::show)
        .add(Method::POST, "/sites/{site}/readers/file", send)
        .get("/sites/{site}/readers/{reader}/receipt", pages::receipt)
        .post(wire::setup::SIGN_IN, setup_api::sign_in)
        .post(wire::setup::CODE, setup_api::code)
        .get(wire::setup::SITES, setup_api::sites)
        .post(wire::setup::READERS, setup_api::readers)
        .post(wire::setup::UNDO, setup_api::undo)
}
