//! What can be filed for a worker who is registered: a level or a change by his employer, the news of his death.

use askama::Template;
use axum::extract::{Path, State as AppState};
use domain::WorkerId;
use domain::access::Act;
use domain::registration::Purpose;
use web::{Frame, Page, PageError, page};

use super::begin::{Subject, worker_to_file_for};
use crate::App;
use crate::access::Viewer;
use crate::rooms::audit;
use crate::rows::id;

#[derive(Template)]
#[template(path = "application/templates/for_worker.html")]
struct ForWorkerPage {
    frame: Frame,
    worker: WorkerId,
    subject: Subject,
    purposes: Vec<Purpose>,
}

/// # Permissions
/// Employers who may file by proxy; the operator's reviewers and administrator.
pub(super) async fn show(AppState(app): AppState<App>, viewer: Viewer, frame: Frame, Path(handle): Path<String>) -> Page {
    if !viewer.may(Act::ApplyByProxy) && !viewer.may(Act::Review) {
        return Err(PageError::Forbidden);
    }
    let tx = app.db().read().await?;
    let subject = worker_to_file_for(&app, &tx, &viewer, &handle)
        .await?
        .ok_or(PageError::NotFound)?;
    drop(tx);
    let worker: WorkerId = id(&subject.id, "worker.id")?;
    audit::seen(&app, &viewer, &[worker], "tie").await?;
    let mut purposes = vec![Purpose::WorkerDeath];
    if viewer.may(Act::ApplyByProxy) {
        purposes.splice(0..0, [Purpose::LevelEvaluation, Purpose::WorkerChange]);
    }
    page(&ForWorkerPage {
        frame: frame.title("application-for-title"),
        worker,
        subject,
        purposes,
    })
}

/// Key of the button that begins an application for somebody.
fn begin_key(purpose: &Purpose) -> String {
    format!("application-for-{}", purpose.word().replace('_', "-"))
}
