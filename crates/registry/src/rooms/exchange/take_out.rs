//! Use cases: everything that a company, a worker, or the whole registry holds, as tables.

use std::collections::{BTreeMap, BTreeSet};

use domain::organisation::NodeId;
use domain::registration::Fields;
use domain::{CompanyId, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::{PageError, T};

use super::format::{Kind, Table};
use super::gather::{self, HistoryColumns, SiteColumns, TieColumns, Versions};
use super::queries;
use crate::App;
use crate::access::Viewer;
use crate::rooms::site::{self, Closed};
use crate::rows::{id, opt_id};

/// Companies or workers read at once.
const AT_ONCE: i64 = 1_000;

/// Months of histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First.
    pub from: YearMonth,
    /// Last.
    pub to: YearMonth,
}

impl Period {
    /// Most months of one file of a company: a year of a thousand people is some hundred thousand rows.
    pub const MOST_MONTHS: usize = 12;

    /// How many months; 0 if it is turned round.
    #[must_use]
    pub fn months(self) -> usize {
        std::iter::successors(Some(self.from), |month| Some(month.next()))
            .take_while(|month| *month <= self.to)
            .take(Self::MOST_MONTHS * 100)
            .count()
    }

    fn days(self) -> (i32, i32) {
        (self.from.first().to_number(), self.to.last().to_number())
    }
}

#[derive(FromQueryResult)]
struct IdRow {
    id: String,
}

/// All that a company holds, as far as it may see (registry rule book chapter 10): its registration in every version, its workers of today as
/// they are registered now, its ties, its sites, and the histories of its own people, of its own sites and of what is beneath it.
///
/// # Errors
/// If the database fails.
pub async fn of_company(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    company: CompanyId,
    period: Period,
) -> Result<Vec<Table>, PageError> {
    let (key, today) = (company.to_string(), app.clock().today().to_number());
    let ids: Vec<IdRow> = tx.all(&queries::WORKERS_OF_COMPANY, values![key.as_str(), today]).await?;
    let ids: Vec<String> = ids.into_iter().map(|row| row.id).collect();
    let ties: Vec<TieColumns> = tx.all(&queries::TIES_OF_COMPANY, values![key.as_str(), today]).await?;
    let seen = |_: &str, fields: Fields| for_employer(&fields, &key);
    let companies = gather::companies(tx, std::slice::from_ref(&key), Versions::All).await?;
    let workers = gather::workers(tx, &ids, Versions::Newest, seen).await?;
    let sites: Vec<SiteColumns> = tx.all(&queries::SITES, values![key.as_str()]).await?;
    let histories = histories_of_company(tx, viewer, company, &sites, period).await?;
    Ok(vec![
        companies,
        workers,
        gather::ties(ties)?,
        gather::sites(sites)?,
        gather::histories(histories)?,
    ])
}

/// A worker's registration as his employer sees it: without his other employers, past ones among them, and without the papers he sent.
fn for_employer(fields: &Fields, company: &str) -> Fields {
    let mut seen = Fields::new();
    let mut place = 0;
    for number in fields.entries("employer") {
        if fields.get(&format!("employer.{number}.company")) != company {
            continue;
        }
        for part in ["company", "from"] {
            seen.set(
                format!("employer.{place}.{part}"),
                fields.get(&format!("employer.{number}.{part}")),
            );
        }
        place += 1;
    }
    for (name, value) in fields.iter() {
        let field = domain::registration::worker::FORM.find(name);
        let paper = field.is_some_and(|(_, field)| !field.kind.is_typed());
        if !name.starts_with("employer.") && !paper {
            seen.set(name, value);
        }
    }
    seen
}

async fn histories_of_company(
    tx: &Tx,
    viewer: &Viewer,
    company: CompanyId,
    sites: &[SiteColumns],
    period: Period,
) -> Result<Vec<HistoryColumns>, PageError> {
    let (from, to) = period.days();
    let mut found: BTreeMap<(i32, String, String), HistoryColumns> = BTreeMap::new();
    let own: Vec<HistoryColumns> = tx
        .all(&queries::HISTORIES_OF_PEOPLE, values![company.to_string(), from, to])
        .await?;
    let mut keep = |row: HistoryColumns| {
        found.insert((row.work_day, row.worker_id.clone(), row.site_id.clone()), row);
    };
    own.into_iter().for_each(&mut keep);
    for site in sites {
        let scope = match site::open(tx, viewer, &site.id).await {
            Ok(open) => open.scope,
            Err(Closed::NotFound) => continue,
            Err(broken) => return Err(broken.into()),
        };
        let rows: Vec<HistoryColumns> = tx
            .all(&queries::HISTORIES_OF_SITE, values![site.id.as_str(), from, to])
            .await?;
        for row in rows {
            let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
            if scope.sees(employer, row.node_id.clone().map(NodeId).as_ref()) {
                keep(row);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Everybody whose data stand in these tables.
pub(super) fn workers_in(tables: &[Table]) -> Result<Vec<WorkerId>, StoreError> {
    let mut all = BTreeSet::new();
    for table in tables {
        let Some(column) = table.columns.iter().position(|name| name == "worker_id") else {
            continue;
        };
        for row in &table.rows {
            all.insert(id::<WorkerId>(&row[column], "worker.id")?);
        }
    }
    Ok(all.into_iter().collect())
}

/// All that a worker holds: his registration in every version, all his ties, histories, cards, notices, and who looked.
///
/// # Errors
/// If the database fails.
pub async fn of_worker(tx: &Tx, t: &T, worker: WorkerId) -> Result<Vec<Table>, StoreError> {
    let key = worker.to_string();
    let ids = [key.clone()];
    let ties: Vec<TieColumns> = tx.all(&queries::TIES, values![Rows::of([[&key]])?]).await?;
    let all_days = values![key.as_str(), 0, 99_999_999];
    let histories: Vec<HistoryColumns> = tx.all(&queries::HISTORIES_OF_WORKER, all_days).await?;
    Ok(vec![
        gather::workers(tx, &ids, Versions::All, |_, fields| fields).await?,
        gather::ties(ties)?,
        gather::cards(tx, &key).await?,
        gather::histories(histories)?,
        gather::notices(tx, t, &key).await?,
        gather::looks(tx, &key).await?,
    ])
}

/// The registrations of everybody, as they can be brought in elsewhere: companies, workers, ties. For the operator.
///
/// # Errors
/// If the database fails.
pub async fn of_everything(tx: &Tx) -> Result<Vec<Table>, StoreError> {
    let companies = ids_after(tx, &queries::COMPANIES_AFTER).await?;
    let workers = ids_after(tx, &queries::WORKERS_AFTER).await?;
    let ties: Vec<TieColumns> = tx
        .all(&queries::TIES, values![Rows::of(workers.iter().map(|id| [id]))?])
        .await?;
    Ok(vec![
        gather::companies(tx, &companies, Versions::All).await?,
        gather::workers(tx, &workers, Versions::All, |_, fields| fields).await?,
        gather::ties(ties)?,
    ])
}

async fn ids_after(tx: &Tx, query: &store::Sql) -> Result<Vec<String>, StoreError> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let last = all.last().cloned().unwrap_or_default();
        let next: Vec<IdRow> = tx.all(query, values![last, AT_ONCE]).await?;
        if next.is_empty() {
            return Ok(all);
        }
        all.extend(next.into_iter().map(|row| row.id));
    }
}

/// How many rows of what, for the record of what was taken out.
pub(super) fn rows_by_table(tables: &[Table]) -> BTreeMap<&'static str, usize> {
    tables.iter().map(|table| (table.kind.word(), table.rows.len())).collect()
}

/// The tables of a kind alone.
pub(super) fn only(tables: Vec<Table>, kind: Kind) -> Option<Table> {
    tables.into_iter().find(|table| table.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_employer_sees_no_other_employer_and_no_papers() {
        let fields: Fields = [
            ("family_name", "架空"),
            ("employer.0.company", "11111111111122"),
            ("employer.0.from", "2020-04-01"),
            ("employer.1.company", "22222222222222"),
            ("employer.1.from", "2022-04-01"),
            ("employer.2.name", "ほかの会社"),
            ("identity_paper", "01JD0000000000000000000000"),
            ("identity", "driving_licence"),
        ]
        .into_iter()
        .collect();
        let seen = for_employer(&fields, "22222222222222");
        let expected: Fields = [
            ("family_name", "架空"),
            ("employer.0.company", "22222222222222"),
            ("employer.0.from", "2022-04-01"),
            ("identity", "driving_licence"),
        ]
        .into_iter()
        .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn months_of_a_period() {
        let months = |from: &str, to: &str| {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            Period { from, to }.months()
        };
        assert_eq!(months("2026-10", "2026-11"), 2);
        assert_eq!(months("2026-11", "2026-10"), 0);
        assert_eq!(months("2025-12", "2026-11"), 12);
    }
}
