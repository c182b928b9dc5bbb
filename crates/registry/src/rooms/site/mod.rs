//! Sites (現場, menu 610): register one, by hand, from another one or many by Excel; its contracts, works and kentaikyo; what of it
//! others may see; how it stands and what is done with it then; its readers; where work was done at a bundled site; what happened to
//! it. The prime does this; members and workers see what is open to them.
//!
//! Rules: registry rule book chapter 5 (R-SITE); they live in `domain::site`.

mod change;
mod course;
mod course_pages;
mod data;
mod events;
mod list;
mod many;
mod many_file;
mod many_pages;
mod open;
mod pages;
mod places;
mod publication;
mod queries;
mod reader_pages;
mod readers;
mod register;
#[cfg(test)]
mod tests;

use axum::http::Method;
use axum::routing::{MethodRouter, post};
pub use change::{Entry, StepForm, change, publish};
pub use course::{MoveForm, make_move};
use domain::SiteId;
pub(crate) use list::percent;
pub use open::{Closed, NodeWords, OpenSite, SiteHead, open};
pub use places::{Place, PlaceForm, PlaceRefusal, add_place, places, remove_place};
pub use readers::{NewReader, ReaderRefusal, add_reader, revoke_reader, set_number_entry, set_qr};
pub(crate) use readers::{add_reader_with, sites_to_equip, undo_reader};
pub use register::{SiteRefusal, copied, register};
use store::{Rows, Sql, Tx, values};
use web::{Language, Routes};

use crate::App;
use crate::access::Viewer;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en", Vi "vi", Id "id");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    let send: MethodRouter<App> = post(many_pages::stage).layer(web::body_limit(many_pages::LARGEST));
    Routes::new()
        .get("/sites", list::page_of)
        .get("/sites/new", pages::new)
        .get("/sites/many", many_pages::ways)
        .add(Method::POST, "/sites/many", send)
        .get("/sites/many/template.xlsx", many_file::download)
        .get("/sites/many/{draft}", many_pages::show)
        .post("/sites/many/{draft}", many_pages::carry_out)
        .get("/sites/many/{draft}/faults.csv", many_pages::faults_csv)
        .post("/sites", pages::create)
        .get("/sites/{site}", pages::overview)
        .get("/sites/{site}/data", data::show)
        .get("/sites/{site}/edit", pages::edit)
        .post("/sites/{site}/edit", pages::save)
        .get("/sites/{site}/edit/{step}", pages::edit_step)
        .post("/sites/{site}/edit/{step}", pages::save_step)
        .get("/sites/{site}/publication", publication::show)
        .post("/sites/{site}/publication", publication::save)
        .get("/sites/{site}/state", course_pages::show)
        .post("/sites/{site}/state", course_pages::save)
        .get("/sites/{site}/events", events::list)
        .get("/sites/{site}/places", places::show)
        .post("/sites/{site}/places", places::add)
        .post("/sites/{site}/places/{place}/remove", places::remove)
        .get("/sites/{site}/readers", reader_pages::readers)
        .post("/sites/{site}/readers", reader_pages::add_reader)
        .post("/sites/{site}/readers/{reader}/revoke", reader_pages::revoke_reader)
        .post("/sites/{site}/readers/{reader}/number", reader_pages::set_number_entry)
        .post("/sites/{site}/readers/{reader}/qr", reader_pages::set_qr)
        .get("/my/sites", data::own_sites)
        .get("/my/sites/{site}", data::own_site)
}

/// What an event of a site is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// The site's own data.
    Site,
    /// A row of the roster.
    Roster,
    /// A reader.
    Reader,
    /// A site manager.
    Manager,
    /// A place memo.
    Place,
}

impl Subject {
    fn word(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Roster => "roster",
            Self::Reader => "reader",
            Self::Manager => "manager",
            Self::Place => "place",
        }
    }
}

/// Appends to the story of a site: who did what when. `what` is kept as JSON and never changed.
///
/// # Errors
/// If the database fails.
pub async fn note(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: SiteId,
    subject: Subject,
    subject_id: &str,
    what: &serde_json::Value,
) -> store::Result<()> {
    let at = app.clock().now().as_millisecond();
    let values = values![
        app.new_key(),
        site.to_string(),
        subject.word(),
        subject_id,
        at,
        viewer.account.as_str(),
        what.to_string()
    ];
    tx.run(&queries::INSERT_EVENT, values).await.map(|_| ())
}

/// The same of many things at once: one statement.
///
/// # Errors
/// If the database fails.
pub async fn note_many(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: SiteId,
    subject: Subject,
    what: &[(String, serde_json::Value)],
) -> store::Result<()> {
    note_all(
        app,
        tx,
        viewer,
        subject,
        what.iter().map(|(id, what)| (site, id.clone(), what)),
    )
    .await
}

/// The same at several sites.
async fn note_all<'a>(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    subject: Subject,
    what: impl Iterator<Item = (SiteId, String, &'a serde_json::Value)>,
) -> store::Result<()> {
    let rows = Rows::of(what.map(|(site, id, what)| (app.new_key(), site.to_string(), id, what.to_string())))?;
    let at = app.clock().now().as_millisecond();
    let values = values![rows, subject.word(), at, viewer.account.as_str()];
    tx.run(&queries::INSERT_EVENTS, values).await.map(|_| ())
}
