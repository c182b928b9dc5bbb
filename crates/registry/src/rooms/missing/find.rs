//! Finds what is missing at a site, as far as a viewer may see it: a handful of queries, whatever the size of the site.

use std::collections::BTreeSet;

use domain::judge::{Mender, Reason, Refusal, Verdict, mending_deadline, open_since};
use domain::missing::{Cause, Finding, Group, ends_soon, groups};
use domain::organisation::{NodeId, NodeStatus};
use domain::{CompanyId, Policy, TradeCode, WorkDay, WorkerId, YearMonth};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};

use super::queries;
use crate::App;
use crate::rooms::history;
use crate::rooms::site::OpenSite;
use crate::rows::{day, id, opt_id, unreadable};

/// The days that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: WorkDay,
    pub(super) to: WorkDay,
    /// All that can still be mended, and what threatens beside it; else one month, as it stands.
    pub(super) open: bool,
}

impl Window {
    /// What can still be mended today; of a month asked for, that month.
    pub(super) fn of(app: &App, month: Option<YearMonth>) -> Self {
        let today = app.clock().today();
        let (from, to) = match month {
            Some(month) => (month.first(), month.last()),
            None => (open_since(today, months(app, today)), today.month().last()),
        };
        Self {
            from,
            to,
            open: month.is_none(),
        }
    }
}

/// Months after the month of a day in which it can be mended.
pub(super) fn months(app: &App, day: WorkDay) -> i64 {
    app.masters().policies().at(Policy::MendingMonths, day)
}

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) groups: Vec<Group>,
    /// Worker-days that count after they were judged again.
    pub(super) mended: u32,
}

#[derive(FromQueryResult)]
struct OpenDays {
    worker_id: String,
    employer_id: Option<String>,
    node_id: Option<String>,
    month: i32,
    verdict: String,
    days: i64,
}

#[derive(FromQueryResult)]
struct Days {
    employer_id: Option<String>,
    node_id: Option<String>,
    days: i64,
}

#[derive(FromQueryResult)]
struct RefusedKind {
    refusal: String,
    days: i64,
}

#[derive(FromQueryResult)]
struct RosterFault {
    worker_id: String,
    node_id: String,
    company_id: String,
    trade: Option<String>,
    held: i32,
    tied: i32,
    employed: i32,
}

#[derive(FromQueryResult)]
struct CardEnding {
    worker_id: String,
    node_id: String,
    company_id: String,
    last: i32,
}

#[derive(FromQueryResult)]
struct CompanyEnding {
    node_id: String,
    id: String,
    last: i32,
}

/// A count of the database.
pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The reason of a stored verdict that is to be mended first.
pub(super) fn first_reason(verdict: &str) -> Result<Option<Reason>, StoreError> {
    let verdict: Verdict = serde_json::from_str(verdict).map_err(|_| unreadable("judgement.verdict"))?;
    Ok(verdict.reasons().first().cloned())
}

/// Last day on which days of a stored month (`yyyymm`) can be mended.
pub(super) fn deadline(app: &App, month: i32) -> Result<WorkDay, StoreError> {
    let first = day(month * 100 + 1, "history.work_day")?;
    Ok(mending_deadline(first, months(app, first)))
}

/// The pattern of verdicts that a company is named in.
pub(super) fn names_company(company: CompanyId) -> String {
    format!("%\"company\":\"{company}\"%")
}

/// Everything that is missing at a site, as far as the viewer's company sees it.
pub(super) async fn find(app: &App, tx: &Tx, site: &OpenSite, window: Window) -> Result<Found, StoreError> {
    let mut findings = open_days(app, tx, site, window).await?;
    if window.open {
        let today = app.clock().today();
        let soon = app.masters().policies().at(Policy::MissingSoonDays, today);
        findings.extend(waiting_companies(site));
        findings.extend(roster_faults(tx, site, today).await?);
        findings.extend(endings(tx, site, today, soon).await?);
        if site.is_prime() {
            findings.extend(refused(tx, site, window).await?);
        }
    }
    Ok(Found {
        groups: groups(findings),
        mended: mended(tx, site, window).await?,
    })
}

async fn open_days(app: &App, tx: &Tx, site: &OpenSite, window: Window) -> Result<Vec<Finding>, StoreError> {
    let (all, companies, nodes) = history::scope_cut(&site.scope)?;
    let values = values![
        site.head.id.to_string(),
        window.from.to_number(),
        window.to.to_number(),
        all,
        companies,
        nodes,
        names_company(site.own)
    ];
    let mut findings = Vec::new();
    for row in tx.all::<OpenDays>(&queries::OPEN_DAYS, values).await? {
        let Some(reason) = first_reason(&row.verdict)? else { continue };
        let employer: Option<CompanyId> = opt_id(row.employer_id, "history.employer_id")?;
        let sees = site.scope.sees(employer, row.node_id.map(NodeId).as_ref());
        // Days of others that wait for the viewer's own company: how many, and no more of them.
        if !sees && reason.mender() != Mender::Company(site.own) {
            continue;
        }
        let worker: WorkerId = id(&row.worker_id, "history.worker_id")?;
        findings.push(Finding {
            cause: Cause::Reason(reason),
            worker: sees.then_some(worker),
            days: count(row.days),
            coming: 0,
            until: Some(deadline(app, row.month)?),
        });
    }
    Ok(findings)
}

/// Companies that have not answered yet, whether anybody of theirs has come or not.
fn waiting_companies(site: &OpenSite) -> Vec<Finding> {
    let waiting = site.visible_nodes().into_iter().filter(|n| n.status == NodeStatus::Invited);
    waiting
        .filter_map(|node| node.company)
        .map(|company| without_days(Cause::Reason(Reason::CompanyNotApproved { company }), None, None))
        .collect()
}

fn without_days(cause: Cause, worker: Option<WorkerId>, until: Option<WorkDay>) -> Finding {
    Finding {
        cause,
        worker,
        days: 0,
        coming: 0,
        until,
    }
}

/// People on the roster whose days would not count, whether they have come or not.
async fn roster_faults(tx: &Tx, site: &OpenSite, today: WorkDay) -> Result<Vec<Finding>, StoreError> {
    let values = values![site.head.id.to_string(), today.to_number()];
    let mut findings = Vec::new();
    for row in tx.all::<RosterFault>(&queries::ROSTER_FAULTS, values).await? {
        let company: CompanyId = id(&row.company_id, "node.company_id")?;
        if !site.scope.sees(Some(company), Some(&NodeId(row.node_id))) {
            continue;
        }
        let trade: Option<TradeCode> = opt_id(row.trade, "roster_row.trade")?;
        // In the order in which a day is judged.
        let reason = match trade.filter(|trade| trade.is_small()) {
            _ if row.employed == 0 => Reason::EmployerNotLinked,
            _ if row.tied == 0 => Reason::NotTiedToRosterCompany { company },
            None => Reason::TradeMissing { company },
            Some(trade) if row.held == 0 => Reason::TradeNotHeld { company, trade },
            Some(_) => continue,
        };
        let worker = id(&row.worker_id, "roster_row.worker_id")?;
        findings.push(without_days(Cause::Reason(reason), Some(worker), None));
    }
    Ok(findings)
}

/// What ends soon: the site's period, registrations of companies, cards of workers.
async fn endings(tx: &Tx, site: &OpenSite, today: WorkDay, soon: i64) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let head = &site.head;
    if ends_soon(head.period.1, today, soon) {
        // As many days as in the past month would come to nothing in the next.
        let values = values![head.id.to_string(), today.plus(-29).to_number(), today.to_number()];
        let mut coming = 0;
        for row in tx.all::<Days>(&queries::RECENT_DAYS, values).await? {
            if seen(site, &row)? {
                coming += count(row.days);
            }
        }
        if coming > 0 {
            let last = head.period.1;
            let ends = without_days(Cause::PeriodEnds { last }, None, Some(last));
            findings.push(Finding { coming, ..ends });
        }
    }
    let within = i32::try_from(soon).unwrap_or(i32::MAX);
    let (from, to) = (today.plus(-within).to_number(), today.plus(within).to_number());
    let mut told = BTreeSet::new();
    for row in tx
        .all::<CompanyEnding>(&queries::COMPANIES_ENDING, values![head.id.to_string(), from, to])
        .await?
    {
        let company: CompanyId = id(&row.id, "company.id")?;
        let last = day(row.last, "company.valid_until")?;
        if (company == site.own || site.scope.sees(None, Some(&NodeId(row.node_id)))) && told.insert(company) {
            findings.push(without_days(Cause::CompanyEnds { company, last }, None, Some(last)));
        }
    }
    let values = values![head.id.to_string(), today.to_number(), from, to];
    for row in tx.all::<CardEnding>(&queries::CARDS_ENDING, values).await? {
        let company: CompanyId = id(&row.company_id, "node.company_id")?;
        if site.scope.sees(Some(company), Some(&NodeId(row.node_id))) {
            let (worker, last) = (id(&row.worker_id, "card.worker_id")?, day(row.last, "card.valid_until")?);
            findings.push(without_days(Cause::CardEnds { company }, Some(worker), Some(last)));
        }
    }
    Ok(findings)
}

fn seen(site: &OpenSite, row: &Days) -> Result<bool, StoreError> {
    let employer: Option<CompanyId> = opt_id(row.employer_id.clone(), "history.employer_id")?;
    Ok(site.scope.sees(employer, row.node_id.clone().map(NodeId).as_ref()))
}

async fn refused(tx: &Tx, site: &OpenSite, window: Window) -> Result<Vec<Finding>, StoreError> {
    let since = window.from.date().to_zoned(domain::time::japan());
    let since = since.map_or(0, |at| at.timestamp().as_second());
    let mut findings = Vec::new();
    for row in tx
        .all::<RefusedKind>(&queries::REFUSED_KINDS, values![site.head.id.to_string(), since])
        .await?
    {
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(|_| unreadable("refused_touch.refusal"))?;
        // What came too late is lost: it stands in the list of refused touches, and nothing is missing that anybody could add.
        if refusal.mender() != Mender::Nobody {
            let mut finding = without_days(Cause::Refused(refusal), None, None);
            finding.days = count(row.days);
            findings.push(finding);
        }
    }
    Ok(findings)
}

async fn mended(tx: &Tx, site: &OpenSite, window: Window) -> Result<u32, StoreError> {
    let values = values![site.head.id.to_string(), window.from.to_number(), window.to.to_number()];
    let mut mended = 0;
    for row in tx.all::<Days>(&queries::MENDED_DAYS, values).await? {
        if seen(site, &row)? {
            mended += count(row.days);
        }
    }
    Ok(mended)
}
