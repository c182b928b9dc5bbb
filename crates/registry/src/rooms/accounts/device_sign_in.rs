//! Use case: somebody signs in from a card reader that is being set up. Misses are counted and a second factor is asked for as on the
//! page. No session is opened, so none elsewhere has to end: what he gets is a ticket, good for sites and keys alone and for a short time.

use domain::WorkerId;
use domain::access::{Act, Role};
use store::{Tx, values};
use web::FieldErrors;
use wire::setup::SetupAsks;

use super::sign_in::{code_fault, rest_minutes, try_password};
use super::{passkeys, queries, two_factor};
use crate::App;
use crate::access::tickets::{self, TicketKind};
use crate::access::{Origin, SignInOutcome, UseCase, UseCaseError, Viewer, typed_id, viewer_of_account};

/// How long the ticket holds.
const MINUTES: i64 = 30;
/// The ticket's body while the second factor is still asked, and after.
const FACTOR: &str = "factor";
const OPEN: &str = "open";

/// Why somebody may not set up a reader.
#[derive(Debug)]
pub(crate) enum SetUpRefusal {
    /// A worker's ID.
    Worker,
    /// ID or password do not fit, or the ID rests: one answer, as on the page. After so many minutes it is taken again.
    Wrong(i64),
    /// Another account without the right.
    MayNot,
    /// The initial password is still in use.
    MustChange,
    /// What is wrong with the second factor.
    Code(FieldErrors),
    /// No ticket, one that ended, or one whose second factor is still asked.
    SignInFirst,
}

/// Somebody whose password was right.
pub(crate) struct SignedIn {
    /// The ticket.
    pub(crate) token: String,
    /// Who it is.
    pub(crate) viewer: Viewer,
    /// What is still asked.
    pub(crate) asks: SetupAsks,
}

/// Lets somebody in who may keep readers.
///
/// # Errors
/// [`SetUpRefusal`].
pub(crate) async fn sign_in_device(app: &App, name: &str, password: &str, origin: &Origin) -> UseCase<SignedIn, SetUpRefusal> {
    // The ID itself tells that it is a worker's, so nothing is given away by saying so before the password.
    if typed_id(name).parse::<WorkerId>().is_ok() {
        return Err(UseCaseError::Refused(SetUpRefusal::Worker));
    }
    let (tx, outcome) = try_password(app, name, password, origin)
        .await
        .map_err(UseCaseError::Broken)?;
    let SignInOutcome::Welcome(account) = outcome else {
        tx.commit().await?;
        return Err(UseCaseError::Refused(SetUpRefusal::Wrong(rest_minutes(app))));
    };
    let begun = begin(app, &tx, &account).await;
    // What the right password cleared holds, whatever is refused now.
    tx.commit().await?;
    begun
}

async fn begin(app: &App, tx: &Tx, account: &str) -> UseCase<SignedIn, SetUpRefusal> {
    let viewer = keeper(tx, account).await?;
    let asks = if two_factor::is_on(tx, account).await? {
        SetupAsks::Code
    } else if passkeys::of_account(tx, account).await?.is_empty() {
        SetupAsks::Nothing
    } else {
        SetupAsks::RecoveryCode
    };
    let body = if asks == SetupAsks::Nothing { OPEN } else { FACTOR };
    let token = tickets::write(app, tx, TicketKind::DeviceSetup, Some(account), body, MINUTES).await?;
    Ok(SignedIn { token, viewer, asks })
}

/// The account as somebody who may keep readers.
async fn keeper(tx: &Tx, account: &str) -> UseCase<Viewer, SetUpRefusal> {
    let viewer = viewer_of_account(tx, account)
        .await?
        .ok_or(UseCaseError::Refused(SetUpRefusal::SignInFirst))?;
    let refusal = if viewer.role == Role::Worker {
        SetUpRefusal::Worker
    } else if !viewer.may(Act::KeepSite) {
        SetUpRefusal::MayNot
    } else if viewer.must_change {
        SetUpRefusal::MustChange
    } else {
        return Ok(viewer);
    };
    Err(UseCaseError::Refused(refusal))
}

/// Takes the second factor. A ticket that asks for none any more stays as it is.
///
/// # Errors
/// [`SetUpRefusal`].
pub(crate) async fn prove(app: &App, token: &str, code: &str) -> UseCase<(), SetUpRefusal> {
    let tx = app.db().write().await?;
    let ticket = tickets::open(app, &tx, TicketKind::DeviceSetup, token).await?;
    let Some((account, body)) = ticket.and_then(|t| Some((t.account_id?, t.body))) else {
        return Err(UseCaseError::Refused(SetUpRefusal::SignInFirst));
    };
    if body == OPEN {
        return Ok(());
    }
    // One guess of an account after the other.
    tx.run(&queries::HOLD, values![account.as_str()]).await?;
    let errors = code_fault(app, &tx, &account, code).await.map_err(UseCaseError::Broken)?;
    if errors.is_empty() {
        tickets::change(&tx, token, OPEN).await?;
    }
    tx.commit().await?;
    if errors.is_empty() {
        Ok(())
    } else {
        Err(UseCaseError::Refused(SetUpRefusal::Code(errors)))
    }
}

/// Whose ticket it is, if it holds and nothing is asked any more.
///
/// # Errors
/// [`SetUpRefusal`].
pub(crate) async fn set_up_by(app: &App, tx: &Tx, token: &str) -> UseCase<Viewer, SetUpRefusal> {
    let ticket = tickets::open(app, tx, TicketKind::DeviceSetup, token).await?;
    let account = ticket.filter(|t| t.body == OPEN).and_then(|t| t.account_id);
    keeper(tx, &account.ok_or(UseCaseError::Refused(SetUpRefusal::SignInFirst))?).await
}
