//! Use case: a worker asks for another card (再発行).

use domain::WorkerId;
use store::{Tx, values};

use super::issue::{CardReason, cards_of, make, release};
use super::queries;
use super::rows::{State, WorkerColumns};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rooms::fees::{self, About, FeeRefusal, Payer, PayerId, Wanted};

/// Why no other card is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReissueRefusal {
    /// Not a worker, or another reason than those of a reissue.
    Forbidden,
    /// He has no card yet.
    NoCard,
    /// Another card is on its way already.
    UnderWay,
    /// His registration has ended.
    Ended,
}

impl ReissueRefusal {
    /// Key of the sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Forbidden => "error-forbidden",
            Self::NoCard => "card-refused-none",
            Self::UnderWay => "card-refused-under-way",
            Self::Ended => "card-refused-ended",
        }
    }
}

/// A worker asks for another card in place of his own. The own one is dead from now on; the new one has a new 4-digit code and waits
/// for its fee ([`super::release`]). Gives its key.
///
/// # Errors
/// [`ReissueRefusal`].
pub async fn reissue(app: &App, tx: &Tx, viewer: &Viewer, reason: CardReason) -> UseCase<String, ReissueRefusal> {
    let refuse = |refusal| Err(UseCaseError::Refused(refusal));
    let Some(worker) = own(viewer).filter(|_| reason.is_reissue()) else {
        return refuse(ReissueRefusal::Forbidden);
    };
    let today = app.clock().today();
    let person: Option<WorkerColumns> = tx.one(&queries::WORKER, values![worker.to_string()]).await?;
    if person.is_some_and(|w| w.ended_on.is_some_and(|on| on < today.to_number())) {
        return refuse(ReissueRefusal::Ended);
    }
    match cards_of(tx, worker).await?.first() {
        None => refuse(ReissueRefusal::NoCard),
        Some(card) if matches!(card.state, State::Asked | State::Ordered) => refuse(ReissueRefusal::UnderWay),
        Some(_) => {
            let key = make(app, tx, worker, None, reason, today, State::Asked)
                .await
                .map_err(UseCaseError::Broken)?;
            let details = serde_json::json!({ "reason": reason.word() });
            audit::changed(app, tx, viewer, &worker.to_string(), "card_reissue", &details).await?;
            charge(app, tx, viewer, worker, &key).await?;
            Ok(key)
        }
    }
}

/// Bills the new card. Where there is nothing to pay, it goes to print at once.
async fn charge(app: &App, tx: &Tx, viewer: &Viewer, worker: WorkerId, card: &str) -> UseCase<(), ReissueRefusal> {
    let lines = fees::quote(app, &Wanted::Reissue).unwrap_or_default();
    let payer = Payer {
        id: PayerId::Worker(worker),
        name: viewer.name.clone(),
        postal: String::new(),
        address: String::new(),
    };
    match fees::bill(app, tx, &payer, &About::Reissue(card.to_owned()), &lines).await {
        Ok(_) => Ok(()),
        Err(UseCaseError::Refused(FeeRefusal::NothingToPay)) => release(app, tx, card).await.map_err(UseCaseError::Broken),
        Err(UseCaseError::Refused(refusal)) => {
            Err(UseCaseError::broken(anyhow::anyhow!("a reissue was not billed: {refusal:?}")))
        }
        Err(UseCaseError::Broken(error)) => Err(UseCaseError::Broken(error)),
    }
}

/// The worker whose own account this is.
pub(super) fn own(viewer: &Viewer) -> Option<WorkerId> {
    viewer
        .worker
        .as_ref()
        .filter(|_| viewer.role == domain::access::Role::Worker)
        .map(|(worker, _)| *worker)
}
