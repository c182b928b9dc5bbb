//! Use case: what a plan says is done. In parts, each a transaction of its own: broken off, it is simply begun again, since what is there
//! already is passed over.

use std::collections::BTreeMap;

use domain::WorkerId;
use domain::access::Role;
use store::Tx;

use super::check::Plan;
use super::format::Kind;
use crate::App;
use crate::access::Viewer;
use crate::rooms::application::take_over::{self, Tie, Version};
use crate::rooms::audit;

/// Registrations of one transaction.
const AT_ONCE: usize = 200;
/// In whose name it is done.
const BY: &str = "import";

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Companies that were not known.
    pub companies: usize,
    /// Workers who were not known.
    pub workers: usize,
    /// Versions of registrations.
    pub versions: usize,
    /// Ties.
    pub ties: usize,
    /// Rows that said what is registered already.
    pub known: usize,
    /// Rows of tables that are not taken in.
    pub passed_over: BTreeMap<Kind, usize>,
}

impl Report {
    /// What a plan would do.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let of_companies = plan.companies.iter().map(|company| company.versions.len());
        let of_workers = plan.workers.iter().map(|worker| worker.versions.len());
        Self {
            companies: plan.companies.iter().filter(|company| company.new.is_some()).count(),
            workers: plan.workers.iter().filter(|worker| worker.new.is_some()).count(),
            versions: of_companies.chain(of_workers).sum(),
            ties: plan.ties.len(),
            known: plan.known,
            passed_over: plan.passed_over.clone(),
        }
    }
}

/// Does what a plan says. `log_ins`: those who were not known get their log-ins, by mail.
///
/// # Errors
/// If the plan has faults (then nothing is written), or the database fails.
pub async fn bring_in(app: &App, plan: &Plan, log_ins: bool) -> anyhow::Result<Report> {
    anyhow::ensure!(plan.faults.is_empty(), "a file with faults is not taken in");
    let viewer = Viewer::without_session(BY.to_owned(), BY, Role::Operator, None);
    for companies in plan.companies.chunks(AT_ONCE) {
        let tx = app.db().write().await?;
        for company in companies {
            take_over::company(&tx, BY, company.id, company.new.as_ref(), &company.versions).await?;
            note(app, &tx, &viewer, &company.id.to_string(), &company.versions).await?;
            if let (true, Some(_), Some(newest)) = (log_ins, &company.new, company.versions.last()) {
                take_over::log_in(app, &tx, Some(company.id), None, &newest.fields).await?;
            }
        }
        tx.commit().await?;
    }
    let mut ties: BTreeMap<WorkerId, Vec<Tie>> = BTreeMap::new();
    for tie in &plan.ties {
        ties.entry(tie.worker).or_default().push(tie.clone());
    }
    for workers in plan.workers.chunks(AT_ONCE) {
        let tx = app.db().write().await?;
        for worker in workers {
            take_over::worker(app, &tx, BY, worker.id, worker.new.as_ref(), &worker.versions).await?;
            // With him, so that nobody is left without employers if it breaks off here.
            take_over::ties(&tx, &ties.remove(&worker.id).unwrap_or_default()).await?;
            note(app, &tx, &viewer, &worker.id.to_string(), &worker.versions).await?;
            if let (true, Some(_), Some(newest)) = (log_ins, &worker.new, worker.versions.last()) {
                take_over::log_in(app, &tx, None, Some(worker.id), &newest.fields).await?;
            }
        }
        tx.commit().await?;
    }
    let rest: Vec<Tie> = ties.into_values().flatten().collect();
    for ties in rest.chunks(AT_ONCE) {
        let tx = app.db().write().await?;
        take_over::ties(&tx, ties).await?;
        for tie in ties {
            let details = serde_json::json!({ "company": tie.company.to_string(), "from": tie.from.to_string() });
            audit::changed(app, &tx, &viewer, &tie.worker.to_string(), "brought_in", &details).await?;
        }
        tx.commit().await?;
    }
    Ok(Report::of(plan))
}

async fn note(app: &App, tx: &Tx, viewer: &Viewer, subject: &str, versions: &[Version]) -> anyhow::Result<()> {
    let numbers: Vec<i32> = versions.iter().map(|version| version.number).collect();
    let details = serde_json::json!({ "versions": numbers });
    audit::changed(app, tx, viewer, subject, "brought_in", &details).await?;
    Ok(())
}
