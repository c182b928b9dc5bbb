//! Proxy applications in bulk (710 代行申請の一括): an Excel file with up to some hundred workers and a zip with their photos and papers.
//!
//! A company downloads the template, fills it in and sends it. It is looked at in the background (a dry run: nothing is applied for
//! yet), and everything that is wrong is told by row and column. If nothing is wrong, one button applies for all of them, in one
//! transaction: all or none. Columns are the fields of `domain::registration::worker::FORM`; each worker becomes an application like any
//! other, by the same use cases, with a consent of his own.

mod apply;
mod bundle;
mod check;
mod jobs;
mod pages;
mod queries;
mod stored;
mod template;
#[cfg(test)]
mod tests;
mod upload;
mod view;

use axum::http::Method;
use axum::routing::{MethodRouter, post};
pub(crate) use jobs::keep_working;
pub use jobs::work;
use store::Sql;
use tower::limit::GlobalConcurrencyLimitLayer;
use web::{Language, Routes};

use crate::App;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Largest pair of files, in bytes. They are held in memory while they travel.
const LARGEST_FORM: usize = 200_000_000;
/// Pairs of files that travel at once; further ones wait.
const FORMS_AT_ONCE: usize = 3;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    let send: MethodRouter<App> = post(upload::send).layer(web::body_limit(LARGEST_FORM));
    let send = send.layer(GlobalConcurrencyLimitLayer::new(FORMS_AT_ONCE));
    Routes::new()
        .get("/bulk", pages::list)
        .add(Method::POST, "/bulk", send)
        .get("/bulk/template.xlsx", template::download)
        .get("/bulk/{bulk}", view::page)
        .get("/bulk/{bulk}/progress", view::progress)
        .get("/bulk/{bulk}/faults.csv", view::faults_csv)
        .post("/bulk/{bulk}/apply", pages::apply)
        .post("/bulk/{bulk}/discard", pages::discard)
}
