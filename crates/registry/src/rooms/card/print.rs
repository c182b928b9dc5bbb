//! Use case: a card was printed.

use domain::WorkerId;
use domain::access::Act;
use store::{Tx, values};

use super::end::end_up_to;
use super::issue::cards_of;
use super::queries;
use super::rows::State;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::notices::{Whom, tell};
use crate::rows::id;

/// Why a card is not marked as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintRefusal {
    /// Not the viewer's to do.
    Forbidden,
    /// There is no such card waiting for print.
    NotWaiting,
}

/// Marks a card as printed: from now on nobody can read its 4-digit code here, and the worker's older cards are dead.
///
/// # Errors
/// [`PrintRefusal`].
pub async fn mark_printed(app: &App, tx: &Tx, viewer: &Viewer, card: &str) -> UseCase<(), PrintRefusal> {
    if !viewer.may(Act::PrintCards) {
        return Err(UseCaseError::Refused(PrintRefusal::Forbidden));
    }
    let worker: Option<String> = tx.value(&queries::WORKER_OF_CARD, values![card]).await?;
    if tx.run(&queries::PRINT, values![card]).await? == 0 {
        return Err(UseCaseError::Refused(PrintRefusal::NotWaiting));
    }
    let worker: WorkerId = id(&worker.unwrap_or_default(), "card.worker_id")?;
    let cards = cards_of(tx, worker).await?;
    let printed = cards.iter().find(|c| c.key == card);
    let older = cards
        .iter()
        .find(|c| printed.is_some_and(|p| c.number < p.number) && c.state != State::Dead);
    if let (Some(printed), Some(older)) = (printed, older) {
        end_up_to(app, tx, worker, older.number, printed.reason.word()).await?;
    }
    let details = serde_json::json!({ "number": printed.map(|card| card.number) });
    audit::changed(app, tx, viewer, &worker.to_string(), "card_printed", &details).await?;
    tell(app, tx, &Whom::Worker(worker), "notice-card-printed", &[], Some("/my/card")).await?;
    Ok(())
}
