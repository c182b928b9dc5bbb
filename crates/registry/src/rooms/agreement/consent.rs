//! Use case: a worker says whether a proxy of his company may handle him, and changes his mind at any time.

use domain::access::Act;
use jiff::Timestamp;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::audit;
use crate::rows::millisecond;

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentRefusal {
    /// Only workers answer, each for himself.
    Forbidden,
    /// No such agreement holds for a company of his.
    NotFound,
}

#[derive(FromQueryResult)]
struct Columns {
    id: String,
    proxy_id: String,
    proxy_name: String,
    principal_name: String,
    answered_at: Option<i64>,
    consents: Option<i32>,
    at: Option<i64>,
}

/// An agreement of a company of the worker's, and what he says to it.
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) proxy: String,
    pub(super) proxy_id: String,
    pub(super) company: String,
    pub(super) since: Option<Timestamp>,
    /// His answer and when he gave it; none yet.
    pub(super) answer: Option<(bool, Timestamp)>,
}

/// What there is for the viewer to answer: all, or the one with this key.
pub(super) async fn asked(app: &App, tx: &Tx, viewer: &Viewer, agreement: &str) -> Result<Vec<Asked>, StoreError> {
    let Some((worker, _)) = &viewer.worker else {
        return Ok(Vec::new());
    };
    let values = values![worker.to_string(), app.clock().today().to_number(), agreement];
    let rows: Vec<Columns> = tx.all(&queries::MINE, values).await?;
    let moment = |at: Option<i64>, column| at.map(|at| millisecond(at, column)).transpose();
    rows.into_iter()
        .map(|row| {
            let at = moment(row.at, "proxy_consent.at")?;
            Ok(Asked {
                answer: row.consents.map(|yes| yes == 1).zip(at),
                since: moment(row.answered_at, "agreement.answered_at")?,
                id: row.id,
                proxy: row.proxy_name,
                proxy_id: row.proxy_id,
                company: row.principal_name,
            })
        })
        .collect()
}

/// Takes a worker's answer. What a proxy may see and do of him begins or ends with it. The same answer again changes nothing.
///
/// # Errors
/// [`ConsentRefusal`].
pub async fn consent(app: &App, tx: &Tx, viewer: &Viewer, agreement: &str, yes: bool) -> UseCase<(), ConsentRefusal> {
    let worker = viewer
        .worker
        .as_ref()
        .filter(|_| viewer.may(Act::ConsentToProxies))
        .map(|(id, _)| id.to_string())
        .ok_or(UseCaseError::Refused(ConsentRefusal::Forbidden))?;
    let found = asked(app, tx, viewer, agreement)
        .await?
        .into_iter()
        .find(|a| a.id == agreement);
    let found = found.ok_or(UseCaseError::Refused(ConsentRefusal::NotFound))?;
    let now = app.clock().now().as_millisecond();
    let values = values![found.id.as_str(), worker.as_str(), i32::from(yes), now];
    if tx.run(&queries::CONSENT, values).await? > 0 {
        let details = serde_json::json!({ "agreement": found.id, "proxy": found.proxy_id, "consents": yes });
        audit::changed(app, tx, viewer, &worker, "proxy_consent", &details).await?;
    }
    Ok(())
}
