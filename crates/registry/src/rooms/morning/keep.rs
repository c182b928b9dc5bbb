//! Housekeeping: tells the morning when it is due.

use std::collections::BTreeMap;

use domain::judge::{Verdict, open_since};
use domain::missing::Cause;
use domain::morning::{Heard, Open, due, heard};
use domain::{CompanyId, Policy, SiteId, WorkerId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::rooms::notices::{Line, Whom, tell_each};
use crate::rows::{id, millisecond, opt_id, unreadable};

/// Every reason for which a day does not count, as the sentences know them.
const KINDS: [&str; 9] = [
    "entry-missing",
    "employer-not-linked",
    "company-not-in-organisation",
    "company-not-approved",
    "upper-not-approved",
    "not-on-roster",
    "not-tied-to-roster-company",
    "trade-missing",
    "trade-not-held",
];

/// How many were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Notices to companies; one that is prime and employer has two.
    pub companies: usize,
    /// Notices to workers.
    pub workers: usize,
}

#[derive(FromQueryResult)]
struct OpenColumns {
    site_id: String,
    prime_id: String,
    employer_id: Option<String>,
    verdict: String,
    days: i64,
}

#[derive(FromQueryResult)]
struct RefusedColumns {
    site_id: String,
    prime_id: String,
    touches: i64,
}

#[derive(FromQueryResult)]
struct OwnColumns {
    worker_id: String,
    verdict: String,
    days: i64,
}

/// Tells what is due, if a morning is.
///
/// # Errors
/// If the database fails; then nobody was told, and it is tried again.
pub async fn keep(app: &App) -> Result<Told, StoreError> {
    let now = app.clock().now();
    let today = app.clock().today();
    let masters = app.masters();
    let hour = i8::try_from(masters.policies().at(Policy::MorningHour, today)).unwrap_or(0);
    let tx = app.db().read().await?;
    let last = tx.value::<Option<i64>>(&queries::LAST, []).await?.flatten();
    drop(tx);
    let last = last.map(|at| millisecond(at, "morning.until_at")).transpose()?;
    let Some((from, until)) = due(now, hour, last) else {
        return Ok(Told::default());
    };
    let (from, until) = (from.as_millisecond(), until.as_millisecond());
    let tx = app.db().write().await?;
    if tx.run(&queries::BEGIN, values![until, from, now.as_millisecond()]).await? == 0 {
        return Ok(Told::default());
    }
    let since = open_since(today, masters.policies().at(Policy::MendingMonths, today)).to_number();
    let companies = companies(&tx, (from, until), since).await?;
    let workers = workers(&tx, (from, until), since).await?;
    tell_each(app, &tx, &companies).await?;
    tell_each(app, &tx, &workers).await?;
    let told = Told {
        companies: companies.len(),
        workers: workers.len(),
    };
    let count = |of: usize| i32::try_from(of).unwrap_or(i32::MAX);
    tx.run(&queries::TOLD, values![until, count(told.companies), count(told.workers)])
        .await?;
    tx.commit().await?;
    Ok(told)
}

async fn companies(tx: &Tx, (from, until): (i64, i64), since: i32) -> Result<Vec<Line>, StoreError> {
    let mut open = Vec::new();
    for row in tx.all::<OpenColumns>(&queries::OPEN, values![from, until, since]).await? {
        open.push(Open {
            site: id(&row.site_id, "history.site_id")?,
            prime: id(&row.prime_id, "site.prime_id")?,
            employer: opt_id(row.employer_id, "history.employer_id")?,
            kind: kind(&row.verdict)?,
            days: number(row.days),
        });
    }
    let mut refused: Vec<(SiteId, CompanyId, u32)> = Vec::new();
    for row in tx.all::<RefusedColumns>(&queries::REFUSED, values![from, until]).await? {
        let (site, prime) = (
            id(&row.site_id, "refused_touch.site_id")?,
            id(&row.prime_id, "site.prime_id")?,
        );
        refused.push((site, prime, number(row.touches)));
    }
    let lines = heard(&open, &refused).into_iter().map(|((company, as_prime), heard)| {
        let key = match (as_prime, heard.days) {
            (true, 0) => "notice-morning-refused",
            (true, _) => "notice-morning-prime",
            (false, _) => "notice-morning-employer",
        };
        // At one site straight to what is missing there; else to the list of the company's sites.
        let link = match heard.sites.first() {
            Some(site) if heard.sites.len() == 1 => format!("/sites/{site}/mend"),
            _ => "/mend".to_owned(),
        };
        Line {
            whom: Whom::Company(company),
            key,
            args: args(&heard),
            link: Some(link),
        }
    });
    Ok(lines.collect())
}

async fn workers(tx: &Tx, (from, until): (i64, i64), since: i32) -> Result<Vec<Line>, StoreError> {
    let mut all: BTreeMap<WorkerId, Heard> = BTreeMap::new();
    for row in tx
        .all::<OwnColumns>(&queries::OF_WORKERS, values![from, until, since])
        .await?
    {
        let own = all.entry(id(&row.worker_id, "history.worker_id")?).or_default();
        own.days += number(row.days);
        *own.by_kind.entry(kind(&row.verdict)?).or_default() += number(row.days);
    }
    let lines = all.into_iter().map(|(worker, own)| Line {
        whom: Whom::Worker(worker),
        key: "notice-morning-own",
        args: args(&own),
        link: Some("/my/history".to_owned()),
    });
    Ok(lines.collect())
}

/// The reason that is to be mended first.
fn kind(verdict: &str) -> Result<&'static str, StoreError> {
    let verdict: Verdict = serde_json::from_str(verdict).map_err(|_| unreadable("judgement.verdict"))?;
    let first = verdict.reasons().first().ok_or_else(|| unreadable("judgement.verdict"))?;
    let cause = Cause::Reason(first.clone());
    Ok(cause.kind())
}

fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Every reason has its number in the sentence; `none` leaves it out.
fn args(heard: &Heard) -> BTreeMap<&'static str, String> {
    let told = |days: u32| if days == 0 { "none".to_owned() } else { days.to_string() };
    let reasons = KINDS.map(|kind| (kind, told(heard.by_kind.get(kind).copied().unwrap_or(0))));
    let sums = [
        ("days", heard.days.to_string()),
        ("sites", heard.sites.len().to_string()),
        ("refused", told(heard.refused)),
    ];
    reasons.into_iter().chain(sums).collect()
}
