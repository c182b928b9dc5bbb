//! Use cases: who entered a day puts its site on (就業履歴への現場ID付与), or takes it back.

use std::collections::BTreeSet;

use domain::direct::{RequestMove, RequestState};
use domain::touch::DayRule;
use domain::{Policy, SiteId};
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use web::FieldErrors;

use super::ask::touches;
use super::decide::{fault, settle};
use super::request::Request;
use super::rows::{Site, hold, note, recorded, site};
use super::words::{Fault, Why};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history;

/// Most requests that get their site at once.
const AT_ONCE: i64 = 500;

/// Why it stays as it is.
#[derive(Debug)]
pub enum ChangeRefusal {
    /// There is none for the viewer.
    NotFound,
    /// A field is wrong.
    Fields(FieldErrors),
    /// It cannot be done now.
    Why(Why),
}

/// What putting a site on has brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Put {
    /// Days that have their site now.
    pub done: usize,
    /// Days that stay without it, and why.
    pub left: Vec<Fault>,
}

async fn held(tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<Request, ChangeRefusal> {
    let found = hold(tx, viewer, &BTreeSet::from([key.to_owned()])).await?.pop();
    found.ok_or(UseCaseError::Refused(ChangeRefusal::NotFound))
}

/// Takes a request back. What is taken back already stays so.
///
/// # Errors
/// [`ChangeRefusal`].
pub async fn withdraw(app: &App, tx: &Tx, viewer: &Viewer, key: &str) -> UseCase<(), ChangeRefusal> {
    let request = held(tx, viewer, key).await?;
    match request.leads_to(viewer, RequestMove::Withdraw, app.clock().today()) {
        Ok(_) => {}
        Err(domain::direct::Obstacle::Over(RequestState::Withdrawn)) => return Ok(()),
        Err(why) => return Err(UseCaseError::Refused(ChangeRefusal::Why(why.into()))),
    }
    let withdrawn = settle(app, tx, Some(&viewer.account), vec![request], RequestState::Withdrawn, "").await?;
    // The one of the two who did not do it is told.
    if viewer.worker.is_some() {
        tell::companies(app, tx, &withdrawn, "withdrawn-of", &[]).await?;
    } else {
        tell::workers(app, tx, &withdrawn, "withdrawn", &[]).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct KeyColumns {
    id: String,
}

/// Puts a site on a request, or another one; with `all` on every open request of the viewer's that names the same unregistered site.
///
/// # Errors
/// [`ChangeRefusal`]; also if none of them can get it.
pub async fn put_site(app: &App, tx: &Tx, viewer: &Viewer, key: &str, typed: &str, all: bool) -> UseCase<Put, ChangeRefusal> {
    let refuse = UseCaseError::Refused;
    let request = held(tx, viewer, key).await?;
    request
        .leads_to(viewer, RequestMove::PutSite, app.clock().today())
        .map_err(|why| refuse(ChangeRefusal::Why(why.into())))?;
    let found = match typed.trim().parse::<SiteId>() {
        Ok(site_id) => site(tx, site_id).await?,
        Err(_) => None,
    };
    let Some(site) = found else {
        let mut errors = FieldErrors::new();
        errors.add("site_id", "direct-no-such-site");
        return Err(refuse(ChangeRefusal::Fields(errors)));
    };
    let requests = if all && request.site.is_none() {
        let keys = same_place(tx, viewer, &request).await?;
        hold(tx, viewer, &keys).await?
    } else {
        vec![request]
    };

    let waited = tell::waiting_at(tx, site.prime, site.id).await?;
    let mut put = Put::default();
    let mut done = Vec::new();
    for request in requests {
        match obstacle(app, tx, viewer, &request, &site).await? {
            Some(why) => put.left.push(fault(&request, why)),
            None => done.push(request.id),
        }
    }
    put.done = done.len();
    if done.is_empty() {
        return Err(match put.left.pop() {
            Some(Fault { why, .. }) => refuse(ChangeRefusal::Why(why)),
            None => refuse(ChangeRefusal::NotFound),
        });
    }
    let of = site.id.to_string();
    note(app, tx, Some(&viewer.account), done.iter().map(String::as_str), "site", &of).await?;
    if waited == 0 {
        tell::prime_asked(app, tx, site.prime, &site.name).await?;
    }
    Ok(put)
}

/// The open requests of the viewer's with the same typed name.
async fn same_place(tx: &Tx, viewer: &Viewer, request: &Request) -> Result<BTreeSet<String>, StoreError> {
    let company = viewer.company_id().map(|id| id.to_string()).unwrap_or_default();
    let worker = viewer.worker.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let values = values![company, worker, request.place.as_str(), AT_ONCE];
    let rows: Vec<KeyColumns> = tx.all(&queries::SAME_PLACE, values).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// How many requests a site would be put on with `all`; 0 if it has one.
pub(super) async fn with_same_place(tx: &Tx, viewer: &Viewer, request: &Request) -> Result<usize, StoreError> {
    if request.site.is_some() || request.state != RequestState::Requested {
        return Ok(0);
    }
    Ok(same_place(tx, viewer, request).await?.len())
}

/// Puts the site on one request, if nothing stands against it.
async fn obstacle(app: &App, tx: &Tx, viewer: &Viewer, request: &Request, site: &Site) -> Result<Option<Why>, StoreError> {
    let today = app.clock().today();
    if let Err(why) = request.leads_to(viewer, RequestMove::PutSite, today) {
        return Ok(Some(why.into()));
    }
    if request.site == Some(site.id) {
        return Ok(Some(Why::AskedAlready));
    }
    let masters = app.masters();
    let rule = DayRule {
        boundary: site.boundary,
        exit_closes_before_hour: masters.policies().at(Policy::ExitClosesBeforeHour, today),
    };
    if !request.hours.fit(request.day, rule) {
        return Ok(Some(Why::ExitTooLate));
    }
    let day = BTreeSet::from([(request.worker, request.day)]);
    if !recorded(tx, site.id, &day).await?.is_empty() {
        return Ok(Some(Why::Recorded));
    }
    let keyed = [(request.worker, request.day, String::new())];
    let items = touches(
        &request.account,
        request.by_worker,
        site.id,
        site.boundary,
        request.hours,
        keyed,
    );
    let refusals = history::examine(tx, app.clock(), masters.policies(), &items).await?;
    if let Some(refusal) = refusals.into_iter().flatten().next() {
        return Ok(Some(Why::Refused(refusal)));
    }
    let values = values![request.id.as_str(), site.id.to_string(), site.prime.to_string()];
    let put = tx.run(&queries::PUT_SITE, values).await? == 1;
    Ok((!put).then_some(Why::AskedAlready))
}
