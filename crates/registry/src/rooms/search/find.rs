//! Use cases: find companies, find workers.

use domain::access::Act;
use domain::{CompanyId, WorkDay, WorkerId};
use sea_orm::FromQueryResult;
use store::{Page, Paged, Sql, StoreError, Tx, values};

use super::words::Words;
use super::{MOST, queries};
use crate::access::Viewer;
use crate::rows::{id, opt_day};
use crate::typed::Search;

/// A company as everybody may see it (registry rule book chapter 9: nothing of its manager, nothing of its insurance).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCompany {
    /// 事業者ID.
    pub id: CompanyId,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Code of the prefecture.
    pub prefecture: String,
    /// 建設業許可番号.
    pub licence: String,
    /// 法人番号.
    pub corporate_number: String,
    /// `registered`, `suspended`, `expired` or `withdrawn`.
    pub state: String,
}

/// A worker as the operator's people and his own company may see him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWorker {
    /// 技能者ID.
    pub id: WorkerId,
    /// Stands for him in addresses.
    pub handle: String,
    /// Name.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Name in capitals; may be empty.
    pub alphabet: String,
    /// Birth date.
    pub birth_day: Option<WorkDay>,
    /// Level, 1 to 4.
    pub level: i32,
    /// Day his registration ended.
    pub ended_on: Option<WorkDay>,
    /// Main employer today.
    pub employer: Option<String>,
}

#[derive(FromQueryResult)]
struct CompanyColumns {
    id: String,
    name: String,
    name_kana: String,
    prefecture: String,
    licence: String,
    corporate_number: String,
    state: String,
    total: i64,
}

#[derive(FromQueryResult)]
struct WorkerColumns {
    id: String,
    handle: String,
    name: String,
    name_kana: String,
    name_alphabet: String,
    birth_day: Option<i32>,
    level: i32,
    ended_on: Option<i32>,
    employer: Option<String>,
    total: i64,
}

fn none<T>(page: Page) -> Paged<T> {
    Paged {
        rows: Vec::new(),
        total: 0,
        page,
    }
}

/// Companies by name, kana, ID, telephone, licence or corporate number; `prefecture` (a code) may be empty. At most
/// [`MOST`](super::MOST) or little more are found. Nothing for those who may not search.
///
/// # Errors
/// If the database fails.
pub async fn companies(
    tx: &Tx,
    viewer: &Viewer,
    typed: &str,
    prefecture: &str,
    page: Page,
) -> Result<Paged<FoundCompany>, StoreError> {
    let (sql, first, second) = match Words::new(typed) {
        Words::Text { name, kana } => (&queries::COMPANIES_BY_NAME, name, kana),
        Words::Number { range, ids } => (&queries::COMPANIES_BY_NUMBER, range, ids),
        Words::Nothing => return Ok(none(page)),
    };
    if !viewer.may(Act::FindCompanies) {
        return Ok(none(page));
    }
    let values = values![
        first.0,
        first.1,
        second.0,
        second.1,
        MOST,
        prefecture,
        page.limit(),
        page.offset()
    ];
    let found: Vec<CompanyColumns> = tx.all(sql, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(FoundCompany {
            id: id(&row.id, "company.id")?,
            name: row.name,
            kana: row.name_kana,
            prefecture: row.prefecture,
            licence: row.licence,
            corporate_number: row.corporate_number,
            state: row.state,
        });
    }
    Ok(Paged { rows, total, page })
}

/// Workers by name, kana, name in capitals, ID or telephone: for the operator's people among all, for a company among those tied
/// to it today. Nothing for others.
///
/// # Errors
/// If the database fails.
pub async fn workers(
    tx: &Tx,
    viewer: &Viewer,
    today: WorkDay,
    typed: &str,
    page: Page,
) -> Result<Paged<FoundWorker>, StoreError> {
    if !viewer.may(Act::FindWorkers) {
        return Ok(none(page));
    }
    let number = today.to_number();
    match (viewer.company_id(), Words::new(typed)) {
        (_, Words::Nothing) => Ok(none(page)),
        (None, Words::Text { name, kana }) => {
            let values = values![name.0, name.1, kana.0, kana.1, MOST, number, page.limit(), page.offset()];
            found(tx, &queries::WORKERS_BY_NAME, values, page).await
        }
        (None, Words::Number { range, ids }) => {
            let values = values![range.0, range.1, ids.0, ids.1, MOST, number, page.limit(), page.offset()];
            found(tx, &queries::WORKERS_BY_NUMBER, values, page).await
        }
        (Some(company), _) => {
            let search = Search::new(typed);
            let values = values![
                search.name,
                "",
                search.kana_or_id,
                "",
                MOST,
                number,
                page.limit(),
                page.offset(),
                company.to_string()
            ];
            found(tx, &queries::WORKERS_OF_COMPANY, values, page).await
        }
    }
}

async fn found(tx: &Tx, sql: &Sql, values: Vec<sea_orm::Value>, page: Page) -> Result<Paged<FoundWorker>, StoreError> {
    let found: Vec<WorkerColumns> = tx.all(sql, values).await?;
    let total = found.first().map_or(0, |row| u64::try_from(row.total).unwrap_or(0));
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        rows.push(FoundWorker {
            id: id(&row.id, "worker.id")?,
            handle: row.handle,
            name: row.name,
            kana: row.name_kana,
            alphabet: row.name_alphabet,
            birth_day: opt_day(row.birth_day, "worker.birth_day")?,
            level: row.level,
            ended_on: opt_day(row.ended_on, "worker.ended_on")?,
            employer: row.employer,
        });
    }
    Ok(Paged { rows, total, page })
}
