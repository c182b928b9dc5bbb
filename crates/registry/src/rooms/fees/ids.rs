//! Job and use case: the yearly fee of administrators' IDs (管理者ID利用料). A year runs from the day the ID was made (registry rule
//! book 3.3); site managers are free. Administrators and tier managers are charged.

use std::collections::BTreeMap;

use domain::fees::{CompanyKind, id_year};
use domain::{CompanyId, WorkDay};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::about::{About, DatedLine, Line};
use super::bill::{Draft, hold_counter, payer_of, write};
use super::queries;
use super::quote::line;
use crate::App;
use crate::rows::{id, millisecond, unreadable};

#[derive(FromQueryResult)]
struct DueId {
    id: String,
    created_at: i64,
    kind: String,
    first: i32,
}

/// Bills the IDs of a company whose year has begun and is not charged: one invoice for those whose year began on the same day. Asked
/// again, it bills nothing. To be called when a company's first ID or a further one was issued; the daily job does it for the
/// years that follow. Gives the keys of the invoices.
///
/// # Errors
/// If the database fails.
pub async fn bill_administrator_ids(app: &App, tx: &Tx, company: CompanyId) -> Result<Vec<String>, StoreError> {
    let today = app.clock().today();
    hold_counter(app, tx).await?;
    let due: Vec<DueId> = tx
        .all(&queries::DUE_IDS, values![company.to_string(), today.to_number()])
        .await?;
    let mut years: BTreeMap<(WorkDay, WorkDay), (Vec<String>, Vec<Line>)> = BTreeMap::new();
    for account in due {
        let made = WorkDay::of(millisecond(account.created_at, "account.created_at")?, 0);
        let Some(year) = id_year(made, today) else { continue };
        let kind = CompanyKind::from_word(&account.kind).ok_or_else(|| unreadable("company.kind"))?;
        let Some(fee) = app.masters().fees().administrator_id(kind, account.first == 1, year.0) else {
            continue;
        };
        let (accounts, lines) = years.entry(year).or_default();
        accounts.push(account.id);
        let one = line(app, fee, 1);
        match lines
            .iter_mut()
            .find(|l| (l.item, l.unit_price_yen) == (one.item, one.unit_price_yen))
        {
            Some(same) => same.quantity += 1,
            None => lines.push(one),
        }
    }
    let mut invoices = Vec::new();
    let payer = if years.is_empty() {
        None
    } else {
        payer_of(app, tx, company).await?
    };
    let Some(payer) = payer else { return Ok(invoices) };
    for ((first, last), (accounts, lines)) in years {
        let invoice = if lines.iter().map(Line::yen).sum::<i64>() > 0 {
            let lines = lines
                .into_iter()
                .map(|line| DatedLine {
                    line,
                    period: Some(first),
                    correction: false,
                })
                .collect();
            let draft = Draft {
                payer: payer.clone(),
                about: About::AdministratorIds(company, first.to_number()),
                lines,
            };
            write(app, tx, &[draft]).await?.pop()
        } else {
            None
        };
        let accounts = Rows::of(accounts.iter().map(|account| [account]))?;
        let values = values![accounts, first.to_number(), last.to_number(), invoice.clone()];
        tx.run(&queries::INSERT_ID_YEARS, values).await?;
        invoices.extend(invoice);
    }
    Ok(invoices)
}

/// Companies looked at with one query.
const AT_ONCE: i64 = 500;

/// Bills every ID whose year has begun, company by company, each in a transaction of its own. Safe to repeat and to run on several
/// servers. Gives how many invoices were made.
///
/// # Errors
/// If the database fails; what was made stays.
pub async fn bill_all_administrator_ids(app: &App) -> Result<usize, StoreError> {
    let today = app.clock().today().to_number();
    let (mut reached, mut made) = (String::new(), 0);
    loop {
        let tx = app.db().read().await?;
        let companies: Vec<CompanyColumn> = tx
            .all(&queries::COMPANIES_WITH_DUE_IDS, values![today, reached.as_str(), AT_ONCE])
            .await?;
        drop(tx);
        let Some(last) = companies.last() else { return Ok(made) };
        reached.clone_from(&last.company_id);
        for company in companies {
            let tx = app.db().write().await?;
            made += bill_administrator_ids(app, &tx, id(&company.company_id, "account.company_id")?)
                .await?
                .len();
            tx.commit().await?;
        }
    }
}

#[derive(FromQueryResult)]
struct CompanyColumn {
    company_id: String,
}
