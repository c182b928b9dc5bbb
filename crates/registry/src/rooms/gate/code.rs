//! Use cases: a worker sets his code for number entry, or takes it away.

use domain::WorkerId;
use domain::access::Role;
use domain::gate_code::{CodeFault, check};
use rand::Rng;
use store::{Tx, values};
use wire::code::{Cost, KeptCode};

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer, typed_code};
use crate::rooms::audit::changed;

/// Why a code is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateCodeRefusal {
    /// Only the worker himself sets his.
    Forbidden,
    /// The code is not taken.
    Fault(CodeFault),
}

impl GateCodeRefusal {
    /// Key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Forbidden => "error-forbidden",
            Self::Fault(CodeFault::Shape) => "gate-code-shape",
            Self::Fault(CodeFault::Easy) => "gate-code-easy",
            Self::Fault(CodeFault::InId) => "gate-code-in-id",
        }
    }
}

/// The worker whose own account this is.
pub(super) fn own(viewer: &Viewer) -> Option<WorkerId> {
    let own = viewer.worker.as_ref().filter(|_| viewer.role == Role::Worker);
    own.map(|(worker, _)| *worker)
}

/// Sets the worker's code, in place of an earlier one. In a transaction of its own: the slow hash comes before it.
///
/// # Errors
/// [`GateCodeRefusal`].
pub async fn set_code(app: &App, viewer: &Viewer, typed: &str) -> UseCase<(), GateCodeRefusal> {
    let worker = own(viewer)
        .ok_or(UseCaseError::Refused(GateCodeRefusal::Forbidden))?
        .to_string();
    let code = typed_code(typed);
    check(&code, &worker).map_err(|fault| UseCaseError::Refused(GateCodeRefusal::Fault(fault)))?;
    let kept = hashed(app, code).await.map_err(UseCaseError::Broken)?;
    let tx = app.db().write().await?;
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let row = values![
        worker.as_str(),
        kept.salt,
        number(kept.cost.memory_kib),
        number(kept.cost.passes),
        kept.hash,
        app.clock().now().as_millisecond()
    ];
    tx.run(&queries::SET, row).await?;
    changed(app, &tx, viewer, &worker, "gate_code_set", &serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the worker's code away: from the next roster copy on no reader takes one of his. Doing it twice does nothing.
///
/// # Errors
/// [`GateCodeRefusal::Forbidden`].
pub async fn remove_code(app: &App, tx: &Tx, viewer: &Viewer) -> UseCase<(), GateCodeRefusal> {
    let worker = own(viewer)
        .ok_or(UseCaseError::Refused(GateCodeRefusal::Forbidden))?
        .to_string();
    if tx.run(&queries::REMOVE, values![worker.as_str()]).await? > 0 {
        changed(app, tx, viewer, &worker, "gate_code_removed", &serde_json::json!({})).await?;
    }
    Ok(())
}

/// The slow hash, beside the async threads, a few at a time as with passwords.
async fn hashed(app: &App, code: String) -> anyhow::Result<KeptCode> {
    let mut salt = [0u8; 16];
    app.with_random(|r| r.fill_bytes(&mut salt));
    let turn = app.turn_to_hash().await;
    let kept = tokio::task::spawn_blocking(move || KeptCode::of(&code, salt, Cost::REAL)).await?;
    drop(turn);
    kept.ok_or_else(|| anyhow::anyhow!("no memory to hash a code"))
}
