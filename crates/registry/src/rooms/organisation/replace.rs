//! Use case: a registered company takes the place of one that stood there by name only (置換, R-STR-5). By the direct upper company,
//! not while anybody beneath has not answered; it cannot be undone. The days of the company's people may take minutes to judge
//! again, so it is background work.

use std::collections::BTreeMap;

use domain::organisation::{Change, Move, NodeId};
use domain::{CompanyId, SiteId};
use serde::{Deserialize, Serialize};
use store::{Tx, values};
use web::FieldErrors;

use super::invite::{company_to_take, id_fault, sentence};
use super::node::MoveForm;
use super::shape::{MoveRefusal, fresh, ready, write_down};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history;
use crate::rooms::jobs::{self, Ended, Job, Working};
use crate::rooms::site::OpenSite;

/// Kind of the job.
pub(crate) const REPLACE: &str = "organisation-replace";
/// Workers whose days are judged again in one transaction.
const WORKERS_AT_ONCE: usize = 100;

/// What the job needs to know.
#[derive(Debug, Serialize, Deserialize)]
struct Args {
    site: SiteId,
    node: NodeId,
    company: CompanyId,
    version: String,
    /// Who asked for it: the rules are asked in his name again when the job is done.
    viewer: Asker,
}

#[derive(Debug, Serialize, Deserialize)]
struct Asker {
    account: String,
    role: domain::access::Role,
    company: CompanyId,
    sites: Option<Vec<SiteId>>,
}

/// Checks everything that can be said at once, and asks for the work. Gives the key of the job.
///
/// # Errors
/// [`MoveRefusal`].
pub async fn ask_to_replace(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: &OpenSite,
    node: &NodeId,
    form: &MoveForm,
) -> UseCase<String, MoveRefusal> {
    let refuse = UseCaseError::Refused;
    let company = check(app, tx, viewer, site.head.id, node, &form.company, &form.version).await?;
    let own = viewer.company_id().ok_or(refuse(MoveRefusal::Forbidden))?;
    let args = Args {
        site: site.head.id,
        node: node.clone(),
        company,
        version: form.version.clone(),
        viewer: Asker {
            account: viewer.account.clone(),
            role: viewer.role,
            company: own,
            sites: viewer.sites.clone(),
        },
    };
    let link = format!("/sites/{}/organisation", site.head.id);
    Ok(jobs::ask(app, tx, viewer, REPLACE, &args, &link, 0).await?)
}

async fn check(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    site: SiteId,
    node: &NodeId,
    company: &str,
    version: &str,
) -> UseCase<CompanyId, MoveRefusal> {
    let site = ready(app, tx, viewer, site, node, Move::Replace).await?;
    fresh(tx, &site, &[node], version).await?;
    let mut errors = FieldErrors::new();
    let company = errors.take("company", company.parse::<CompanyId>(), id_fault);
    if let Some(company) = company {
        if let Some(why) = site.tree.misplaced_at(company, node) {
            errors.add("company", sentence(why));
        } else if let Err(key) = company_to_take(tx, company).await? {
            errors.add("company", key);
        }
    }
    company
        .filter(|_| errors.is_empty())
        .ok_or(UseCaseError::Refused(MoveRefusal::Fields(errors)))
}

/// The work of the job.
pub(crate) fn work_replace<'a>(app: &'a App, job: &'a Job) -> Working<'a> {
    Box::pin(work(app, job))
}

async fn work(app: &App, job: &Job) -> anyhow::Result<Ended> {
    let args: Args = job.args()?;
    if let Err(told) = put_in_place(app, &args).await? {
        return Ok(Ended {
            refused: true,
            told,
            numbers: BTreeMap::new(),
        });
    }
    // Begun anew it finds those still open: whoever is done has no such days left, or nothing changes for him.
    let masters = app.masters();
    let policies = masters.policies();
    let workers = {
        let tx = app.db().read().await?;
        history::waiting_workers(&tx, app.clock(), policies, args.site).await?
    };
    let total = i64::try_from(workers.len())?;
    let (mut done, mut days) = (0, 0);
    for part in workers.chunks(WORKERS_AT_ONCE) {
        jobs::progress(app, job, done, total).await?;
        let tx = app.db().write().await?;
        let judged = history::rejudge(&tx, app.clock(), policies, args.site, Some(part), history::Cause::Approval).await?;
        tx.commit().await?;
        done += i64::try_from(part.len())?;
        days += i64::try_from(judged.now_count)?;
    }
    jobs::progress(app, job, total, total).await?;
    Ok(Ended {
        refused: false,
        told: "organisation-replaced".into(),
        numbers: BTreeMap::from([("days".to_owned(), days)]),
    })
}

/// Puts the company into the place, unless that is done already; the key of the sentence if a rule says no.
async fn put_in_place(app: &App, args: &Args) -> anyhow::Result<Result<(), String>> {
    let asker = &args.viewer;
    let viewer = Viewer {
        sites: asker.sites.clone(),
        ..Viewer::without_session(asker.account.clone(), "", asker.role, Some((asker.company, String::new())))
    };
    let tx = app.db().write().await?;
    let site = match super::shape::hold(&tx, &viewer, args.site).await {
        Ok(site) => site,
        Err(UseCaseError::Refused(_)) => return Ok(Err("organisation-replace-refused".into())),
        Err(UseCaseError::Broken(error)) => return Err(error),
    };
    if site.tree.get(&args.node).is_some_and(|n| n.company == Some(args.company)) {
        return Ok(Ok(()));
    }
    match check(
        app,
        &tx,
        &viewer,
        args.site,
        &args.node,
        &args.company.to_string(),
        &args.version,
    )
    .await
    {
        Ok(_) => {}
        Err(UseCaseError::Refused(MoveRefusal::Obstacle(why))) => return Ok(Err(format!("obstacle-{}", why.word()))),
        Err(UseCaseError::Refused(_)) => return Ok(Err("organisation-replace-refused".into())),
        Err(UseCaseError::Broken(error)) => return Err(error),
    }
    let before = site.company_of(&args.node).to_owned();
    let change = Change::Replaced { company: args.company };
    let version = write_down(app, &tx, &viewer, args.site, &[(args.node.clone(), change)]).await?;
    let values = values![args.node.0.as_str(), args.company.to_string(), version];
    tx.run(&queries::REPLACE, values).await?;
    let by = site.name_of(site.own);
    tell::company(
        app,
        &tx,
        args.company,
        "notice-node-replaced",
        &site,
        by,
        &[("before", &before)],
    )
    .await?;
    tx.commit().await?;
    Ok(Ok(()))
}
