//! Use case and job: a month of site use (現場利用料) is closed (registry rule book 3.3).
//!
//! First the histories of the month are counted by prime, and those of some months before again, in one query for each month; what
//! differs from what was charged before is written down (`site_use`). Then, company by company, what waits becomes an invoice or is
//! carried over. Both can be repeated at any point: what was written stays, and what is charged for a month is always the count
//! less what was charged before, so nothing is lost and nothing comes twice.

use std::collections::BTreeMap;

use domain::fees::{CarryRule, Closing, FeeItem, MonthTotal, close as close_one};
use domain::{CompanyId, Policy, YearMonth};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};

use super::about::{About, DatedLine, Line};
use super::bill::{Draft, payers, write};
use super::queries;
use crate::App;
use crate::access::{UseCase, UseCaseError};
use crate::rows::{id, unreadable};

/// Why a month is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseRefusal {
    /// The month is not over.
    NotOver,
    /// Months are closed one after the other: this one is next.
    Next(YearMonth),
}

/// What a closing does, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Histories charged, differences of months before included.
    pub histories: i64,
    /// Yen charged for them.
    pub charged_yen: i64,
    /// Companies with something to pay.
    pub companies: i64,
    /// Invoices.
    pub invoices: i64,
    /// Yen in them.
    pub invoiced_yen: i64,
    /// Yen carried over to the next closing.
    pub carried_yen: i64,
}

/// A closing as it is stored.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ClosingRow {
    pub(super) month: i32,
    pub(super) state: String,
    pub(super) started_at: i64,
    pub(super) finished_at: Option<i64>,
    pub(super) reached: String,
    pub(super) companies: i32,
    pub(super) companies_done: i32,
    pub(super) histories: i64,
    pub(super) charged_yen: i64,
    pub(super) invoices: i32,
    pub(super) invoiced_yen: i64,
}

/// What waits of one company for one month.
#[derive(Debug, Clone, FromQueryResult)]
struct Waiting {
    company_id: String,
    month: i32,
    closed_in: i32,
    histories: i64,
    unit_yen: i64,
    yen: i64,
}

/// A month as `yyyymm`.
pub(super) fn number(month: YearMonth) -> i32 {
    i32::from(month.year()) * 100 + i32::from(month.number())
}

/// A month from its number.
pub(super) fn month_of(number: i32, column: &'static str) -> Result<YearMonth, StoreError> {
    let parts = i16::try_from(number / 100).ok().zip(i8::try_from(number % 100).ok());
    parts
        .and_then(|(year, month)| YearMonth::new(year, month))
        .ok_or_else(|| unreadable(column))
}

/// The newest closings.
pub(super) async fn closings(tx: &Tx, most: i64) -> Result<Vec<ClosingRow>, StoreError> {
    tx.all(&queries::CLOSINGS, values![most]).await
}

/// The month to be closed next: after the last one closed; if none ever was, the month before this one.
///
/// # Errors
/// If the database fails.
pub async fn next(app: &App, tx: &Tx) -> Result<YearMonth, StoreError> {
    Ok(match closings(tx, 1).await?.first() {
        Some(last) if last.state == "done" => month_of(last.month, "site_use_closing.month")?.next(),
        Some(last) => month_of(last.month, "site_use_closing.month")?,
        None => app.clock().today().month().previous(),
    })
}

/// Is it this month's turn? The first closing ever may be of any month that is over.
async fn check(app: &App, tx: &Tx, month: YearMonth) -> UseCase<Option<ClosingRow>, CloseRefusal> {
    let refuse = UseCaseError::Refused;
    if app.clock().today() <= month.last() {
        return Err(refuse(CloseRefusal::NotOver));
    }
    let this: Option<ClosingRow> = tx.one(&queries::CLOSING, values![number(month)]).await?;
    if this.is_none() && !closings(tx, 1).await?.is_empty() {
        let next = next(app, tx).await?;
        if next != month {
            return Err(refuse(CloseRefusal::Next(next)));
        }
    }
    Ok(this)
}

/// The months a closing counts, the oldest first, and the price of a history in each. Months before the first closing ever were not
/// this registry's to charge.
async fn counted(app: &App, tx: &Tx, month: YearMonth) -> Result<Vec<(YearMonth, i64)>, StoreError> {
    let first: Option<i32> = tx.value(&queries::FIRST_CLOSING, values![]).await?.flatten();
    let masters = app.masters();
    let again = masters.policies().at(Policy::SiteUseRecountMonths, month.next().first());
    let percent = masters.policies().at(Policy::ConsumptionTaxPercent, app.clock().today());
    let mut months = vec![month];
    for _ in 0..again {
        let before = months.last().map(|oldest| oldest.previous());
        months.extend(before.filter(|m| first.is_some_and(|first| first <= number(*m))));
    }
    months.reverse();
    let price = |month: YearMonth| masters.fees().site_use(month.first()).map(|fee| fee.with_tax(percent));
    Ok(months.into_iter().filter_map(|m| Some((m, price(m)?))).collect())
}

fn count_values(app: &App, month: YearMonth) -> (i32, i32, i32, i32) {
    let only = app.masters().policies().at(Policy::SiteUseOnlyCounting, month.first());
    (
        month.first().to_number(),
        month.last().to_number(),
        number(month),
        i32::from(only == 1),
    )
}

#[derive(FromQueryResult)]
struct Difference {
    company_id: String,
    histories: i64,
}

/// What the closing of a month would do now. Writes nothing. For a month that is closed: what a repetition would do, which is nothing
/// where it is done.
///
/// # Errors
/// [`CloseRefusal`].
pub async fn dry_run(app: &App, tx: &Tx, month: YearMonth) -> UseCase<Report, CloseRefusal> {
    if let Some(done) = check(app, tx, month).await? {
        return Ok(report(&done, 0));
    }
    let mut waiting: Vec<Waiting> = tx.all(&queries::ALL_WAITING, values![]).await?;
    let mut report = Report::default();
    for (m, unit_yen) in counted(app, tx, month).await? {
        let (first, last, m, only) = count_values(app, m);
        let rows: Vec<Difference> = tx.all(&queries::DIFFERENCES, values![first, last, m, only]).await?;
        for row in rows {
            report.histories += row.histories;
            report.charged_yen += row.histories * unit_yen;
            waiting.push(Waiting {
                company_id: row.company_id,
                month: m,
                closed_in: number(month),
                histories: row.histories,
                unit_yen,
                yen: row.histories * unit_yen,
            });
        }
    }
    let by_company = by_company(waiting);
    report.companies = i64::try_from(by_company.len()).unwrap_or(i64::MAX);
    for waiting in by_company.values() {
        match decide(app, waiting, month)? {
            Closing::Invoice(yen) => {
                report.invoices += 1;
                report.invoiced_yen += yen;
            }
            Closing::Carry(yen) => report.carried_yen += yen,
            Closing::Nothing => {}
        }
    }
    Ok(report)
}

fn by_company(waiting: Vec<Waiting>) -> BTreeMap<String, Vec<Waiting>> {
    let mut companies: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
    for row in waiting {
        companies.entry(row.company_id.clone()).or_default().push(row);
    }
    companies
}

fn decide(app: &App, waiting: &[Waiting], month: YearMonth) -> Result<Closing, StoreError> {
    let totals = waiting
        .iter()
        .map(|row| {
            let month = month_of(row.closed_in, "site_use.closed_in")?;
            Ok(MonthTotal { month, yen: row.yen })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(close_one(&totals, month, CarryRule::of(app.masters().policies(), month)))
}

fn report(row: &ClosingRow, carried_yen: i64) -> Report {
    Report {
        histories: row.histories,
        charged_yen: row.charged_yen,
        companies: row.companies.into(),
        invoices: row.invoices.into(),
        invoiced_yen: row.invoiced_yen,
        carried_yen,
    }
}

/// Companies billed in one transaction: so long do others wait for the counter of invoices.
const AT_ONCE: i64 = 200;

/// Closes a month. May be asked at any time and by several at once: a month is closed once, and a closing that was broken off goes
/// on where it stopped. `progress` is told how many companies are done, of how many.
///
/// # Errors
/// [`CloseRefusal`].
pub async fn close(app: &App, month: YearMonth, mut progress: impl FnMut(i32, i32) + Send) -> UseCase<Report, CloseRefusal> {
    let tx = app.db().write().await?;
    hold(&tx).await?;
    if check(app, &tx, month).await?.is_none() {
        count(app, &tx, month).await?;
    }
    tx.commit().await?;
    loop {
        let tx = app.db().write().await?;
        hold(&tx).await?;
        let row: Option<ClosingRow> = tx.one(&queries::CLOSING, values![number(month)]).await?;
        let row = row.ok_or_else(|| unreadable("site_use_closing.month"))?;
        progress(row.companies_done, row.companies);
        if row.state == "done" {
            let waiting: Vec<Waiting> = tx.all(&queries::ALL_WAITING, values![]).await?;
            return Ok(report(&row, waiting.iter().map(|w| w.yen).sum()));
        }
        bill_next(app, &tx, month, &row.reached).await?;
        tx.commit().await?;
    }
}

/// One closing at a time, until the end of the transaction.
async fn hold(tx: &Tx) -> Result<(), StoreError> {
    tx.value::<i32>(&queries::HOLD_CLOSINGS, values![]).await.map(|_| ())
}

/// Counts the month and those before again, and begins the billing.
async fn count(app: &App, tx: &Tx, month: YearMonth) -> Result<(), StoreError> {
    for (m, unit_yen) in counted(app, tx, month).await? {
        let (first, last, m, only) = count_values(app, m);
        let values = values![first, last, m, only, number(month), unit_yen];
        tx.run(&queries::CHARGE_DIFFERENCES, values).await?;
    }
    #[derive(FromQueryResult)]
    struct Charged {
        histories: i64,
        yen: i64,
    }
    let charged: Option<Charged> = tx.one(&queries::CHARGED_IN, values![number(month)]).await?;
    let charged = charged.unwrap_or(Charged { histories: 0, yen: 0 });
    let now = app.clock().now().as_millisecond();
    tx.run(
        &queries::BEGIN_CLOSING,
        values![number(month), now, charged.histories, charged.yen],
    )
    .await
    .map(|_| ())
}

/// Bills the next companies after `reached`, or ends the closing if there are none.
async fn bill_next(app: &App, tx: &Tx, month: YearMonth, reached: &str) -> Result<(), StoreError> {
    let waiting: Vec<Waiting> = tx.all(&queries::WAITING, values![reached, AT_ONCE]).await?;
    let companies = by_company(waiting);
    let Some((last, _)) = companies.last_key_value() else {
        let now = app.clock().now().as_millisecond();
        return tx.run(&queries::FINISH, values![number(month), now]).await.map(|_| ());
    };
    let ids = companies
        .keys()
        .map(|company| id(company, "site_use.company_id"))
        .collect::<Result<Vec<CompanyId>, _>>()?;
    let payers = payers(app, tx, &ids).await?;
    let (mut drafts, mut billed) = (Vec::new(), Vec::new());
    let mut invoiced = 0;
    for (company, waiting) in ids.iter().zip(companies.values()) {
        let Closing::Invoice(yen) = decide(app, waiting, month)? else {
            continue;
        };
        let Some(payer) = payers.get(company) else { continue };
        invoiced += yen;
        billed.push(*company);
        drafts.push(Draft {
            payer: payer.clone(),
            about: About::SiteUse(*company, month),
            lines: waiting.iter().map(line).collect::<Result<_, _>>()?,
        });
    }
    if !drafts.is_empty() {
        let keys = write(app, tx, &drafts).await?;
        let rows = billed.iter().zip(&keys).map(|(company, key)| (company.to_string(), key));
        tx.run(&queries::GIVE_INVOICE, values![Rows::of(rows)?]).await?;
    }
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let values = values![
        number(month),
        last.as_str(),
        count(companies.len()),
        count(drafts.len()),
        invoiced
    ];
    tx.run(&queries::PROGRESS, values).await.map(|_| ())
}

fn line(row: &Waiting) -> Result<DatedLine, StoreError> {
    Ok(DatedLine {
        line: Line {
            item: FeeItem::SiteUse,
            quantity: row.histories,
            unit_price_yen: row.unit_yen,
        },
        period: Some(month_of(row.month, "site_use.month")?.first()),
        correction: row.month != row.closed_in,
    })
}

/// Closes what is due, without being asked: every month that is over, from the day of the policy on.
///
/// # Errors
/// If something is broken; what was done stays.
pub(super) async fn close_due(app: &App) -> anyhow::Result<usize> {
    let mut closed = 0;
    loop {
        let today = app.clock().today();
        let from = app.masters().policies().at(Policy::SiteUseClosingDay, today);
        let tx = app.db().read().await?;
        let month = next(app, &tx).await?;
        drop(tx);
        let day = i32::try_from(from - 1).unwrap_or(0);
        if today < month.next().first().plus(day) {
            return Ok(closed);
        }
        match close(app, month, |_, _| {}).await {
            Ok(_) => closed += 1,
            // Somebody else has closed it meanwhile.
            Err(UseCaseError::Refused(_)) => return Ok(closed),
            Err(UseCaseError::Broken(error)) => return Err(error),
        }
    }
}
