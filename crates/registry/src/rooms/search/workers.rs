//! The page that searches workers. The words travel in the form, never in an address: they are about people.

use askama::Template;
use axum::extract::State;
use domain::WorkerId;
use domain::access::Act;
use serde::Deserialize;
use store::{Page as PageNumber, Paged};
use web::{Form, Frame, Page, PageError};

use super::MOST;
use super::find::{FoundWorker, workers};
use super::words::Words;
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "search/templates/workers.html")]
struct WorkersPage {
    frame: Frame,
    q: String,
    /// A company searches among its own, and may open their histories.
    own: bool,
    /// One of the operator's people who files for workers.
    files: bool,
    found: Option<Paged<FoundWorker>>,
}

fn may(viewer: &Viewer) -> Result<(), PageError> {
    viewer.may(Act::FindWorkers).then_some(()).ok_or(PageError::Forbidden)
}

/// The empty form.
///
/// # Permissions
/// The operator's people; administrators and tier managers of companies.
pub(super) async fn form(viewer: Viewer, frame: Frame) -> Page {
    may(&viewer)?;
    web::page(&WorkersPage {
        frame: frame.title("search-workers-title"),
        q: String::new(),
        own: viewer.company_id().is_some(),
        files: viewer.may(Act::Review),
        found: None,
    })
}

/// Workers by name, kana, name in capitals, ID or telephone.
///
/// # Permissions
/// As the form; companies find only workers tied to them today.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame, Form(asked): Form<Asked>) -> Page {
    may(&viewer)?;
    let q: String = asked.q.trim().chars().take(100).collect();
    let number = PageNumber::new(asked.page.unwrap_or(1), ROWS);
    let found = match Words::new(&q) {
        Words::Nothing => None,
        _ => {
            let tx = app.db().read().await?;
            let found = workers(&tx, &viewer, app.clock().today(), &q, number).await?;
            drop(tx);
            let people: Vec<WorkerId> = found.rows.iter().map(|w| w.id).collect();
            audit::seen(&app, &viewer, &people, "search").await?;
            Some(found)
        }
    };
    web::page(&WorkersPage {
        frame: frame.title("search-workers-title"),
        q,
        own: viewer.company_id().is_some(),
        files: viewer.may(Act::Review),
        found,
    })
}

/// More were found than are counted.
fn many(total: u64) -> bool {
    total >= MOST.unsigned_abs()
}
