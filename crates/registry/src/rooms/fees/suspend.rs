//! Job: use is suspended (利用停止) while fees of IDs or sites stay unpaid long after they were due, and comes back with the payment
//! (registry rule book 3.3). What is suspended is decided by `domain::access::while_suspended`.

use domain::fees::{Charge, Due, due};
use domain::{CompanyId, Policy};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::{queries, wire};
use crate::App;
use crate::rows::{day, id, unreadable};

#[derive(FromQueryResult)]
struct OverdueRow {
    id: String,
    due_on: i32,
    payer_id: String,
    charge: String,
}

/// Suspends companies whose invoices have been due for too long. Safe to repeat and to run on several servers. Gives how many
/// invoices led to it.
///
/// # Errors
/// If the database fails; what was done stays.
pub async fn suspend_unpaid(app: &App) -> Result<usize, StoreError> {
    let today = app.clock().today();
    let after = app.masters().policies().at(Policy::SuspendAfterDueDays, today);
    let tx = app.db().read().await?;
    let overdue: Vec<OverdueRow> = tx.all(&queries::OVERDUE, values![today.to_number()]).await?;
    drop(tx);
    let mut suspended = 0;
    for row in overdue {
        let charge = Charge::from_word(&row.charge).ok_or_else(|| unreadable("invoice.charge"))?;
        let due_on = day(row.due_on, "invoice.due_on")?;
        if charge.suspends() && due(due_on, today, after) == Due::Suspends {
            let company = id(&row.payer_id, "invoice.payer_id")?;
            let tx = app.db().write().await?;
            suspended += usize::from(suspend(app, &tx, company, &row.id).await?);
            tx.commit().await?;
        }
    }
    Ok(suspended)
}

/// The invoice first, the company then: the order in which a payment takes them too. A payment that came meanwhile is seen.
async fn suspend(app: &App, tx: &Tx, company: CompanyId, invoice: &str) -> Result<bool, StoreError> {
    tx.run(&queries::HOLD_INVOICE, values![invoice]).await?;
    tx.run(&queries::HOLD_COMPANY, values![company.to_string()]).await?;
    let now = app.clock().now().as_millisecond();
    if tx.run(&queries::INSERT_SUSPENSION, values![invoice, now]).await? == 0 {
        return Ok(false);
    }
    if tx.run(&queries::SUSPEND, values![company.to_string()]).await? > 0 {
        wire::suspended(app, tx, company, Some(invoice)).await?;
    }
    Ok(true)
}

/// An invoice was paid or cancelled: what it suspended is in use again, unless another one still holds it.
pub(super) async fn settled(app: &App, tx: &Tx, company: CompanyId, invoice: &str) -> Result<(), StoreError> {
    tx.run(&queries::HOLD_COMPANY, values![company.to_string()]).await?;
    let now = app.clock().now().as_millisecond();
    if tx.run(&queries::END_SUSPENSION, values![invoice, now]).await? > 0
        && tx.run(&queries::LIFT, values![company.to_string()]).await? > 0
    {
        wire::suspended(app, tx, company, None).await?;
    }
    Ok(())
}
