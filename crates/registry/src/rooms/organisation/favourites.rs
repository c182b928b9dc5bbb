//! Use cases: companies that one's company often invites (主に要請する事業者) are kept on a list of its own.

use domain::CompanyId;
use domain::access::Act;
use store::{Tx, values};

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};

/// Why the list is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FavouriteRefusal {
    /// The viewer's role may not, or it is his own company.
    Forbidden,
    /// No such company.
    NotFound,
}

/// Puts a company on the list, or takes it off. Twice is as once.
///
/// # Errors
/// [`FavouriteRefusal`].
pub async fn keep_favourite(app: &App, tx: &Tx, viewer: &Viewer, lower: CompanyId, keep: bool) -> UseCase<(), FavouriteRefusal> {
    let refuse = UseCaseError::Refused;
    let own = viewer
        .company_id()
        .filter(|own| viewer.may(Act::Invite) && *own != lower)
        .ok_or(refuse(FavouriteRefusal::Forbidden))?;
    if !keep {
        tx.run(&queries::DROP_FAVOURITE, values![own.to_string(), lower.to_string()])
            .await?;
        return Ok(());
    }
    if tx
        .value::<String>(&queries::COMPANY, values![lower.to_string()])
        .await?
        .is_none()
    {
        return Err(refuse(FavouriteRefusal::NotFound));
    }
    let values = values![
        own.to_string(),
        lower.to_string(),
        app.clock().now().as_millisecond(),
        viewer.account.as_str()
    ];
    tx.run(&queries::ADD_FAVOURITE, values).await?;
    Ok(())
}
