//! Page: where somebody is signed in, and the end of it (one's own account).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use web::{Form, Frame, NoFields, Page, PageError, page, redirect_with, redirect_with_numbers};

use super::password::signed_out;
use crate::App;
use crate::access::{self, Viewer};
use crate::rows::millisecond;

/// A session as the page shows it.
struct Shown {
    id: String,
    device: String,
    address: String,
    since: Timestamp,
    last_seen: Timestamp,
    this: bool,
}

#[derive(Template)]
#[template(path = "accounts/templates/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<Shown>,
}

/// The list.
///
/// # Permissions
/// Anybody signed in, for himself.
pub(super) async fn list(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    let tx = app.db().read().await?;
    let mut sessions = Vec::new();
    for row in access::sessions(&tx, app.clock(), &viewer.account).await? {
        sessions.push(Shown {
            since: millisecond(row.created_at, "session.created_at")?,
            last_seen: millisecond(row.last_seen_at, "session.last_seen_at")?,
            this: row.id == viewer.session,
            id: row.id,
            device: row.device,
            address: row.address,
        });
    }
    let frame = frame.title("sessions-title");
    let account = frame.t.s("account-title");
    page(&SessionsPage {
        frame: frame.crumb(account, "/account"),
        sessions,
    })
}

/// Ends one.
///
/// # Permissions
/// Anybody signed in, his own sessions.
pub(super) async fn end(
    State(app): State<App>,
    viewer: Viewer,
    Path(session): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    let key = crate::typed::key(&session).ok_or(PageError::NotFound)?;
    let tx = app.db().write().await?;
    if !access::end_session(&tx, &viewer.account, key).await? {
        return Err(PageError::NotFound);
    }
    tx.commit().await?;
    if key == viewer.session {
        return Ok(signed_out(&app, "session-ended"));
    }
    Ok(redirect_with("/account/sessions", "session-ended"))
}

/// Ends all but this one.
///
/// # Permissions
/// Anybody signed in, his own sessions.
pub(super) async fn end_others(
    State(app): State<App>,
    viewer: Viewer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, PageError> {
    let tx = app.db().write().await?;
    let ended = access::end_sessions(&tx, &viewer.account, Some(&viewer.session)).await?;
    tx.commit().await?;
    let ended = usize::try_from(ended).unwrap_or(usize::MAX);
    Ok(redirect_with_numbers(
        "/account/sessions",
        "sessions-ended",
        &[("count", ended)],
    ))
}
