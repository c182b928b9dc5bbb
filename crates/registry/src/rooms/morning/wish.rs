//! The worker's page: whether he wishes to be told each morning.

use askama::Template;
use axum::extract::State;
use domain::WorkerId;
use domain::access::Role;
use serde::Deserialize;
use store::values;
use web::{Form, Frame, Page, PageError, page, redirect_with};

use super::queries;
use crate::App;
use crate::access::Viewer;

#[derive(Template)]
#[template(path = "morning/templates/wish.html")]
struct WishPage {
    frame: Frame,
    wished: bool,
    hour: i64,
}

fn own(viewer: &Viewer) -> Result<WorkerId, PageError> {
    let own = viewer.worker.as_ref().filter(|_| viewer.role == Role::Worker);
    own.map(|(worker, _)| *worker).ok_or(PageError::Forbidden)
}

/// What he has chosen.
///
/// # Permissions
/// The worker himself.
pub(super) async fn show(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let worker = own(&viewer)?;
    let tx = app.db().read().await?;
    let wishes = tx.value::<i64>(&queries::WISHES, values![worker.to_string()]).await?;
    let home = frame.t.s("portal-home");
    let masters = app.masters();
    page(&WishPage {
        frame: frame.crumb(home, "/").title("morning-title"),
        wished: wishes.unwrap_or(0) > 0,
        hour: masters.policies().at(domain::Policy::MorningHour, app.clock().today()),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct WishForm {
    wished: String,
}

/// Chooses; the same twice changes nothing.
///
/// # Permissions
/// The worker himself.
pub(super) async fn set(State(app): State<App>, viewer: Viewer, Form(form): Form<WishForm>) -> Page {
    let worker = own(&viewer)?;
    let tx = app.db().write().await?;
    let said = if form.wished == "yes" {
        let values = values![worker.to_string(), app.clock().now().as_millisecond()];
        tx.run(&queries::WISH, values).await?;
        "morning-wished"
    } else {
        tx.run(&queries::NO_WISH, values![worker.to_string()]).await?;
        "morning-not-wished"
    };
    tx.commit().await?;
    Ok(redirect_with("/my/morning", said))
}
