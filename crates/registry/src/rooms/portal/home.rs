//! The first page, by role.

use axum::extract::State;
use domain::access::Role;
use web::{Frame, Page};

use crate::App;
use crate::access::Viewer;

/// The home page.
///
/// # Permissions
/// Anybody signed in; others are led to the sign-in page.
pub(super) async fn page(State(app): State<App>, viewer: Viewer, frame: Frame) -> Page {
    match viewer.role {
        Role::Worker => super::worker::home(&app, &viewer, frame).await,
        Role::Operator | Role::Reviewer | Role::Auditor | Role::Applicant | Role::Orderer => {
            super::operator::home(&app, &viewer, frame).await
        }
        Role::Administrator | Role::TierManager | Role::SiteManager | Role::ProxyClerk => {
            super::company::home(&app, &viewer, frame).await
        }
    }
}
