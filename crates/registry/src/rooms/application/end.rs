//! What follows when the end of a registration is approved: log-ins, ties, places at sites, cards. Histories, organisations and what was
//! registered stay; the ID is never given to anybody else.

use domain::registration::Purpose;
use domain::{CompanyId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Sql, StoreError, Tx, values};

use super::moves::MoveRefusal;
use super::queries;
use super::stored::Application;
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::{accounts, agreement, audit, card, organisation, ties};
use crate::rows::id;

/// Texts of this file, prepared on both databases in a test.
pub(super) const ALL: &[&Sql] = &[&END_WORKER, &END_COMPANY];

const END_WORKER: Sql = Sql::new(
    "application.end_worker",
    "update worker set ended_on = $2, end_reason = $3 where id = $1 and ended_on is null",
);
const END_COMPANY: Sql = Sql::new(
    "application.end_company",
    "update company set state = 'withdrawn', ended_on = $2 where id = $1 and state <> 'withdrawn'",
);

/// Ends what was approved to end, today; of somebody who has died, with the day of death.
pub(super) async fn end(
    app: &App,
    tx: &Tx,
    actor: &Viewer,
    application: &Application,
    subject: &str,
) -> UseCase<(), MoveRefusal> {
    let today = app.clock().today();
    match application.purpose {
        Purpose::CompanyWithdrawal => company(app, tx, actor, id(subject, "application.subject_id")?, today).await?,
        Purpose::WorkerDeath => {
            let died = application.fields.get("died_on").parse().unwrap_or(today);
            worker(app, tx, actor, id(subject, "application.subject_id")?, (died, "deceased")).await?;
        }
        _ => worker(app, tx, actor, id(subject, "application.subject_id")?, (today, "withdrawn")).await?,
    }
    Ok(())
}

async fn worker(app: &App, tx: &Tx, actor: &Viewer, worker: WorkerId, (last, reason): (WorkDay, &str)) -> Result<(), StoreError> {
    ties::leave_all(app, tx, actor, worker, last).await?;
    let key = worker.to_string();
    tx.run(&END_WORKER, values![key.as_str(), last.to_number(), reason]).await?;
    card::end_all(app, tx, worker).await?;
    accounts::close_of_worker(app, tx, worker).await?;
    let details = serde_json::json!({ "last": last, "reason": reason });
    audit::changed(app, tx, actor, &key, "worker_ended", &details).await
}

async fn company(app: &App, tx: &Tx, actor: &Viewer, company: CompanyId, last: WorkDay) -> UseCase<(), MoveRefusal> {
    let key = company.to_string();
    let people = ties::close_company(app, tx, actor, company, last).await?;
    organisation::decline_open(app, tx, actor, company)
        .await
        .map_err(UseCaseError::Broken)?;
    agreement::end_all(app, tx, actor, company).await?;
    tx.run(&END_COMPANY, values![key.as_str(), last.to_number()]).await?;
    accounts::close_of_company(app, tx, company).await?;
    let details = serde_json::json!({ "last": last, "workers": people });
    audit::changed(app, tx, actor, &key, "company_withdrawn", &details).await?;
    Ok(())
}

/// What a withdrawal touches: shown before it is sent, and to the reviewer.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub(crate) struct Stakes {
    /// Ties that end.
    pub(crate) people: i64,
    /// Places at running sites that no longer get anybody.
    pub(crate) places: i64,
    /// Log-ins that close.
    pub(crate) log_ins: i64,
    /// Yen of invoices not paid yet.
    pub(crate) unpaid: i64,
}

/// Of an application that ends a registration; `None` for any other.
pub(crate) async fn stakes(app: &App, tx: &Tx, application: &Application) -> Result<Option<Stakes>, StoreError> {
    let Some(subject) = application.subject.as_deref().filter(|_| application.purpose.ends()) else {
        return Ok(None);
    };
    let sql = if application.purpose.of_company() {
        &queries::STAKES_OF_COMPANY
    } else {
        &queries::STAKES_OF_WORKER
    };
    tx.one(sql, values![subject, app.clock().today().to_number()]).await
}
