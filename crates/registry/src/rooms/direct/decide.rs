//! Use cases: the prime approves what was entered directly for its sites, one day or many at once, or refuses it with a reason.
//! Approved, a day becomes touches like any others and is judged as they are.

use std::collections::BTreeSet;

use domain::SiteId;
use domain::access::Act;
use domain::direct::{RequestMove, RequestState};
use sea_orm::FromQueryResult;
use store::{Rows, StoreError, Tx, values};
use web::FieldErrors;

use super::ask::touches;
use super::request::Request;
use super::rows::{hold, note, recorded as recorded_already};
use super::words::{Fault, Why};
use super::{queries, tell};
use crate::App;
use crate::access::{UseCase, UseCaseError, Viewer};
use crate::rooms::history::{self, DayKey, Received};
use crate::typed::line;

/// Why nothing is decided.
#[derive(Debug)]
pub enum DecideRefusal {
    /// Not this role.
    Forbidden,
    /// None of them is there for the viewer.
    NotFound,
    /// The reason is missing or wrong.
    Fields(FieldErrors),
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    /// Days decided now.
    pub done: usize,
    /// Of those approved, days that count.
    pub counting: usize,
    /// Days that were decided the same way before.
    pub already: usize,
    /// Days that stay as they are, and why.
    pub left: Vec<Fault>,
}

#[derive(FromQueryResult)]
struct KeyColumns {
    id: String,
}

/// Writes the state down where it is still open; gives the requests it is true of.
pub(super) async fn settle(
    app: &App,
    tx: &Tx,
    account: Option<&str>,
    requests: Vec<Request>,
    state: RequestState,
    reason: &str,
) -> Result<Vec<Request>, StoreError> {
    if requests.is_empty() {
        return Ok(requests);
    }
    let keys = Rows::of(requests.iter().map(|r| [&r.id]))?;
    let values = values![keys, state.word(), app.clock().now().as_millisecond(), reason];
    let settled: Vec<KeyColumns> = tx.all(&queries::DECIDE, values).await?;
    let settled: BTreeSet<String> = settled.into_iter().map(|row| row.id).collect();
    note(app, tx, account, settled.iter().map(String::as_str), state.word(), reason).await?;
    Ok(requests.into_iter().filter(|r| settled.contains(&r.id)).collect())
}

/// The requests that a move of the viewer's leads on, the others with their reasons; those that stand there already are counted.
async fn sort(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    keys: &BTreeSet<String>,
    what: RequestMove,
) -> UseCase<(Vec<Request>, Decided), DecideRefusal> {
    if !viewer.may(Act::ApproveHistory) {
        return Err(UseCaseError::Refused(DecideRefusal::Forbidden));
    }
    let found = hold(tx, viewer, keys).await?;
    if found.is_empty() {
        return Err(UseCaseError::Refused(DecideRefusal::NotFound));
    }
    let (today, mut decided) = (app.clock().today(), Decided::default());
    let same = match what {
        RequestMove::Approve => RequestState::Approved,
        _ => RequestState::Refused,
    };
    let mut open = Vec::new();
    for request in found {
        match request.leads_to(viewer, what, today) {
            Ok(_) => open.push(request),
            Err(domain::direct::Obstacle::Over(state)) if state == same => decided.already += 1,
            Err(why) => decided.left.push(fault(&request, why.into())),
        }
    }
    Ok((open, decided))
}

pub(super) fn fault(request: &Request, why: Why) -> Fault {
    Fault {
        name: request.worker_name.clone(),
        day: request.day,
        why,
    }
}

/// Approves. What the site would refuse, or what is recorded meanwhile, stays open and is told; the rest goes on. A second click
/// changes nothing.
///
/// # Errors
/// [`DecideRefusal`].
pub async fn approve(app: &App, tx: &Tx, viewer: &Viewer, keys: &BTreeSet<String>) -> UseCase<Decided, DecideRefusal> {
    let (open, mut decided) = sort(app, tx, viewer, keys, RequestMove::Approve).await?;
    // All of them at once, in the order in which everybody takes them.
    history::hold_workers(tx, &open.iter().map(|r| r.worker).collect()).await?;
    let (corrections, entries): (Vec<_>, Vec<_>) = open.into_iter().partition(Request::is_correction);
    let mut approved = record(app, tx, entries, &mut decided).await?;
    approved.extend(correct(app, tx, corrections, &mut decided).await?);
    let approved = settle(app, tx, Some(&viewer.account), approved, RequestState::Approved, "").await?;
    decided.done = approved.len();
    tell::workers(app, tx, &approved, "approved", &[]).await?;
    tell::companies(app, tx, &approved, "approved-of", &[]).await?;
    tell::new_employers(app, tx, &approved).await?;
    Ok(decided)
}

/// Records new days; gives those that went in.
async fn record(app: &App, tx: &Tx, open: Vec<Request>, decided: &mut Decided) -> Result<Vec<Request>, StoreError> {
    let masters = app.masters();
    let policies = masters.policies();

    // Days that got an entry meanwhile: one history is not made of two.
    let sites: BTreeSet<_> = open.iter().filter_map(|r| r.site).collect();
    let mut known = BTreeSet::new();
    for site in sites {
        let days = open
            .iter()
            .filter(|r| r.site == Some(site))
            .map(|r| (r.worker, r.day))
            .collect();
        let found = recorded_already(tx, site, &days).await?;
        known.extend(found.into_iter().map(|(worker, day)| (worker, day, site)));
    }
    let mut admitted = Vec::new();
    for request in open {
        match request.site {
            Some(site) if !known.contains(&(request.worker, request.day, site)) => admitted.push(request),
            _ => decided.left.push(fault(&request, Why::Recorded)),
        }
    }
    let items: Vec<_> = admitted.iter().map(incoming).collect();
    let refusals = history::examine(tx, app.clock(), policies, &items.concat()).await?;
    let mut refusals = refusals.into_iter();
    let (mut approved, mut batch, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for (request, items) in admitted.into_iter().zip(items) {
        let refused: Vec<_> = refusals.by_ref().take(items.len()).flatten().collect();
        match refused.into_iter().next() {
            Some(refusal) => decided.left.push(fault(&request, Why::Refused(refusal))),
            None => {
                entries.push(batch.len());
                batch.extend(items);
                approved.push(request);
            }
        }
    }
    // The site may have changed since they were examined: what is refused now stays open as well.
    let answers = history::receive(tx, app.clock(), policies, &batch).await?;
    let mut recorded = Vec::new();
    for (request, entry) in approved.into_iter().zip(entries) {
        let verdict = match (answers.get(entry), request.site) {
            // The site was changed in this very moment.
            (Some(Received::Refused { refusal }), _) => {
                decided.left.push(fault(&request, Why::Refused(refusal.clone())));
                continue;
            }
            // Voided: its touches alone do not bring it back.
            (Some(Received::Stored { day: None, .. }), Some(site)) => {
                history::enter_again(tx, app.clock(), policies, key_of(&request, site), request.hours).await?
            }
            (Some(Received::Stored { day, .. }), _) => day.as_ref().map(|(_, verdict)| verdict.clone()),
            (None, _) => None,
        };
        decided.counting += usize::from(verdict.is_some_and(|verdict| verdict.counts()));
        recorded.push(request);
    }
    Ok(recorded)
}

fn key_of(request: &Request, site: SiteId) -> DayKey {
    DayKey {
        worker: request.worker,
        site,
        day: request.day,
    }
}

/// Corrects recorded days; gives those that were.
async fn correct(app: &App, tx: &Tx, open: Vec<Request>, decided: &mut Decided) -> UseCase<Vec<Request>, DecideRefusal> {
    let masters = app.masters();
    let mut corrected = Vec::new();
    for request in open {
        let Some(site) = request.site else { continue };
        let key = key_of(&request, site);
        match history::correct(tx, app.clock(), masters.policies(), key, &request.change).await {
            Ok(verdict) => {
                decided.counting += usize::from(verdict.counts());
                corrected.push(request);
            }
            Err(UseCaseError::Refused(why)) => decided.left.push(fault(&request, why.into())),
            Err(UseCaseError::Broken(error)) => return Err(UseCaseError::Broken(error)),
        }
    }
    Ok(corrected)
}

/// The touches of a request; its site is known.
fn incoming(request: &Request) -> Vec<history::Incoming> {
    let day = (request.worker, request.day, request.id.clone());
    request.site.map_or_else(Vec::new, |site| {
        touches(
            &request.account,
            request.by_worker,
            site,
            request.boundary,
            request.hours,
            [day],
        )
    })
}

/// Refuses, for one reason. A second click changes nothing.
///
/// # Errors
/// [`DecideRefusal`].
pub async fn refuse(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    keys: &BTreeSet<String>,
    reason: &str,
) -> UseCase<Decided, DecideRefusal> {
    let (open, mut decided) = sort(app, tx, viewer, keys, RequestMove::Refuse).await?;
    if open.is_empty() {
        return Ok(decided);
    }
    let mut errors = FieldErrors::new();
    let reason = line(&mut errors, "reason", reason, 200, true);
    if !errors.is_empty() {
        return Err(UseCaseError::Refused(DecideRefusal::Fields(errors)));
    }
    let refused = settle(app, tx, Some(&viewer.account), open, RequestState::Refused, &reason).await?;
    decided.done = refused.len();
    let more = [("reason", reason.as_str())];
    tell::workers(app, tx, &refused, "refused", &more).await?;
    tell::companies(app, tx, &refused, "refused-of", &more).await?;
    Ok(decided)
}
