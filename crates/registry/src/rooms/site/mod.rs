//! Sites (現場, menu 610): register one, change it, its card readers. The prime does this; members see it.
//!
//! Rules: registry rule book chapter 5 (R-SITE). Contracts and works data are not here yet.

mod open;
mod pages;
mod queries;
mod reader_pages;
mod readers;
mod register;

pub use open::{Closed, OpenSite, SiteHead, open};
pub(crate) use pages::percent;
pub use readers::{NewReader, add_reader, revoke_reader};
pub use register::{SiteForm, SiteRefusal, change, register};
use store::{Rows, Sql, Tx, values};
use web::{Language, Routes};

use crate::App;
use crate::access::Viewer;

/// Texts of the room.
pub(crate) const TEXTS: &[(Language, &str)] = web::texts!(Ja "ja", En "en");
/// SQL of the room.
pub(crate) const SQL: &[&Sql] = queries::ALL;

/// Routes of the room.
pub fn routes() -> Routes<App> {
    Routes::new()
        .get("/sites", pages::list)
        .get("/sites/new", pages::new)
        .post("/sites", pages::create)
        .get("/sites/{site}", pages::overview)
        .get("/sites/{site}/edit", pages::edit)
        .post("/sites/{site}/edit", pages::save)
        .get("/sites/{site}/readers", reader_pages::readers)
        .post("/sites/{site}/readers", reader_pages::add_reader)
        .post("/sites/{site}/readers/{reader}/revoke", reader_pages::revoke_reader)
}

/// What an event of a site is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// The site's own data.
    Site,
    /// A node of the organisation.
    Node,
    /// A row of the roster.
    Roster,
    /// A reader.
    Reader,
}

impl Subject {
    fn word(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Node => "node",
            Self::Roster => "roster",
            Self::Reader => "reader",
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
    site: domain::SiteId,
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
    site: domain::SiteId,
    subject: Subject,
    what: &[(String, serde_json::Value)],
) -> store::Result<()> {
    let rows = Rows::of(what.iter().map(|(id, what)| (app.new_key(), id, what.to_string())))?;
    let at = app.clock().now().as_millisecond();
    let values = values![rows, site.to_string(), subject.word(), at, viewer.account.as_str()];
    tx.run(&queries::INSERT_EVENTS, values).await.map(|_| ())
}
