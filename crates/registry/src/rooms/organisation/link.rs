//! The link in the mail of an invitation: it leads to the approval, past nothing. Whoever is not signed in signs in first, with
//! everything that is asked for there.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use web::{Page, PageError, redirect};

use crate::App;
use crate::access::Viewer;
use crate::access::tickets::{self, TicketKind};

/// Leads on to the invitation.
///
/// # Permissions
/// Everybody who holds the link; what it leads to asks for the company's administrator. A link that has ended or was never written
/// says so.
pub(super) async fn follow(State(app): State<App>, viewer: Result<Viewer, PageError>, Path(token): Path<String>) -> Page {
    let tx = app.db().read().await?;
    let ticket = tickets::open(&app, &tx, TicketKind::Invitation, &token).await?;
    let ticket = ticket.ok_or_else(|| PageError::refused(StatusCode::GONE, "invitation-link-gone"))?;
    let approval = format!("/approvals/{}", ticket.body);
    match viewer {
        // Somebody else sits here: his session stays as it is, and the invitation closed.
        Ok(viewer) if Some(&viewer.account) != ticket.account_id.as_ref() => {
            Err(PageError::refused(StatusCode::FORBIDDEN, "invitation-link-other"))
        }
        Ok(_) => Ok(redirect(&approval)),
        Err(_) => Err(PageError::SignInNeeded { return_to: approval }),
    }
}
