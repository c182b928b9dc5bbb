//! Use cases: a recorded day is corrected (事後補正), once its prime has approved it. What is corrected stays so: later touches, a later
//! roster and later judging leave it alone. Facts are not touched; the older judgements stay readable.

use std::collections::{BTreeMap, BTreeSet};

use domain::direct::{Change, EmployerChange, Hours};
use domain::judge::Verdict;
use domain::master::Policies;
use domain::organisation::Node;
use domain::{Attendance, Clock};
use store::{StoreError, Tx};

use super::around::Around;
use super::days::{Cause, DayKey, Fixed, Occasion, Overrule, overrule};
use super::receive::lock_workers;
use super::standing::Standings;
use super::words::names;
use crate::access::{UseCase, UseCaseError};

/// Why a day is not corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectRefusal {
    /// There is no history of that day at that site, or it is voided, or it has no entry yet.
    NoHistory,
    /// Trade, position and work content are said of a day only once it counts: the roster mends it.
    NotCounting,
    /// The hours would run into the day before or after at the same site.
    Overlaps,
    /// The worker did not belong to that company on the day, or it does not stand approved at the site.
    NotItsWorker,
}

/// For whom a worker can have worked at a site on a day: the companies he belonged to that stand approved in its organisation.
///
/// # Errors
/// If the database fails.
pub async fn employers(tx: &Tx, key: DayKey) -> Result<Vec<EmployerChange>, StoreError> {
    let standings = Standings::load(tx, &[key], &BTreeMap::new()).await?;
    let places = standings.places(&key);
    let names = names(tx, &places.iter().filter_map(|node| node.company).collect()).await?;
    let several = |company| places.iter().filter(|node| node.company == Some(company)).count() > 1;
    let named = |node: &&Node| {
        let company = node.company?;
        let mut name = names.get(&company)?.clone();
        if several(company) {
            name.push_str(&format!(" ({})", node.tier));
        }
        Some(EmployerChange {
            company,
            node: node.id.clone(),
            name,
        })
    };
    Ok(places.iter().filter_map(named).collect())
}

/// Corrects a day.
///
/// # Errors
/// [`CorrectRefusal`].
pub async fn correct(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    key: DayKey,
    change: &Change,
) -> UseCase<Verdict, CorrectRefusal> {
    let refuse = UseCaseError::Refused;
    let workers = lock_workers(tx, &BTreeSet::from([key.worker])).await?;
    let three = [key.day.plus(-1), key.day, key.day.plus(1)].map(|day| (key.worker, key.site, day));
    let mut around = Around::without_touches(tx, &BTreeSet::from(three)).await?;
    let day = around.histories.remove(&key).ok_or(refuse(CorrectRefusal::NoHistory))?;
    if day.fixed == Some(Fixed::Void) || day.attendance.first_in.is_none() {
        return Err(refuse(CorrectRefusal::NoHistory));
    }
    let content = match day.verdict.content() {
        Some(content) => Some(change.apply(content)),
        None if change.is_of_content() => return Err(refuse(CorrectRefusal::NotCounting)),
        None => None,
    };
    if let Some(other) = &change.employer
        && !employers(tx, key)
            .await?
            .iter()
            .any(|e| (e.company, &e.node) == (other.company, &other.node))
    {
        return Err(refuse(CorrectRefusal::NotItsWorker));
    }
    let times = match change.hours {
        Some(hours) => Some(free_times(&around, key, hours).ok_or(refuse(CorrectRefusal::Overlaps))?),
        None => None,
    };
    let occasion = Occasion::now(clock, policies, Cause::Correction);
    Ok(overrule(tx, &occasion, key, day, Overrule::Correct { content, times }, &workers).await?)
}

/// A voided day was entered again and approved: it has these hours, whatever its touches are, and is judged anew.
///
/// # Errors
/// If the database fails.
pub async fn enter_again(
    tx: &Tx,
    clock: &dyn Clock,
    policies: &Policies,
    key: DayKey,
    hours: Hours,
) -> Result<Option<Verdict>, StoreError> {
    let workers = lock_workers(tx, &BTreeSet::from([key.worker])).await?;
    let mut around = Around::without_touches(tx, &BTreeSet::from([(key.worker, key.site, key.day)])).await?;
    let Some(day) = around.histories.remove(&key) else {
        return Ok(None);
    };
    let times = Some(times(&around, key, hours));
    let occasion = Occasion::now(clock, policies, Cause::Correction);
    overrule(tx, &occasion, key, day, Overrule::Correct { content: None, times }, &workers)
        .await
        .map(Some)
}

/// The instants of some hours.
fn times(around: &Around, key: DayKey, hours: Hours) -> Attendance {
    hours.on(key.day, around.sites.get(&key.site).map_or(0, |site| site.boundary))
}

/// The same, if they do not run into the worker's day before or after at the site.
fn free_times(around: &Around, key: DayKey, hours: Hours) -> Option<Attendance> {
    let times = times(around, key, hours);
    let of = |day| {
        let key = DayKey { day, ..key };
        around.histories.get(&key).map(|day| day.attendance).unwrap_or_default()
    };
    let (before, after) = (of(key.day.plus(-1)), of(key.day.plus(1)));
    let last = times.last_out.or(times.first_in);
    let runs_back = before.last_out.or(before.first_in) > times.first_in;
    let runs_on = after.first_in.is_some_and(|next| Some(next) < last);
    (!runs_back && !runs_on).then_some(times)
}
