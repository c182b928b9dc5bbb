//! Use case: touches arrive. One set-based pass for any number of items, so that a lone card and a batch of a thousand run the
//! same code: look up, admit, store the facts, compute the days they touch, judge, answer.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{Admission, Refusal, Verdict, admit};
use domain::master::{Policies, Policy};
use domain::touch::{DayRule, affected_days, attendance, day_of};
use domain::{Clock, SiteId, TouchKey, WorkDay, WorkerId};
use jiff::Timestamp;
use store::{Rows, Sql, StoreError, Tx, Writes, values};
use ulid::Ulid;

use super::around::Around;
use super::days::{self, Cause, DayKey, Known, Occasion};
use super::queries;
use super::rows::{SiteRow, WorkerRow};
use super::standing::Standings;
use crate::rooms::card;

/// One touch as it came in; IDs still texts, since a wrong one is an answer, not a failure.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Reader's id, or the account that entered it.
    pub source: String,
    /// Sites the source may send for.
    pub site: SiteId,
    /// Sender's own id of the item.
    pub item_id: String,
    /// 技能者ID as sent.
    pub worker_id: String,
    /// 現場ID as sent.
    pub site_id: String,
    /// Device time.
    pub at: Timestamp,
    /// Way.
    pub direction: domain::Direction,
    /// How the worker was known.
    pub method: String,
    /// Device's running number.
    pub seq: Option<u64>,
    /// Number of issue of the card, if a card was read.
    pub card_issue: Option<u16>,
}

/// What became of one touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Taken in, now or before.
    Stored {
        /// It was there already.
        already: bool,
        /// Who.
        worker: WorkerId,
        /// Name on the card.
        name: String,
        /// Stands for the worker in addresses.
        handle: String,
        /// Language the worker asked for.
        language: String,
        /// Where.
        site: SiteId,
        /// The day it belongs to and its judgement; none for an exit that says nothing about a day.
        day: Option<(WorkDay, Verdict)>,
    },
    /// Not taken in; a note of it is kept.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

/// Takes in touches of any senders. The answers stand in the order of the items.
///
/// # Errors
/// Only if the database fails; then nothing of the group is stored.
pub async fn receive(tx: &Tx, clock: &dyn Clock, policies: &Policies, items: &[Incoming]) -> Result<Vec<Received>, StoreError> {
    let now = clock.now();
    let today = clock.today();
    let mut worker_ids: BTreeSet<WorkerId> = BTreeSet::new();
    let mut around_days: BTreeSet<(WorkerId, SiteId, WorkDay)> = BTreeSet::new();
    for item in items {
        let Ok(worker) = item.worker_id.parse::<WorkerId>() else {
            continue;
        };
        worker_ids.insert(worker);
        if item.site_id.parse::<SiteId>().is_ok_and(|site| site == item.site) {
            let key = TouchKey::new(worker, item.site, item.at, item.direction);
            // The site's day boundary is not known yet: the widest it can make it.
            let day = key.civil_day();
            around_days.extend([-2, 1].map(|shift| (worker, item.site, day.plus(shift))));
        }
    }
    let workers = lock_workers(tx, &worker_ids).await?;
    let Around {
        sites,
        touches: stored,
        histories,
        known,
    } = Around::load(tx, &around_days).await?;
    let dead_cards = card::dead_since(tx, &suspects(items, &workers)).await?;
    let is_stored = |key: &TouchKey| {
        stored
            .get(&(key.worker, key.site))
            .is_some_and(|known| known.contains(&(key.at, key.direction)))
    };

    // Admission, item by item. What was taken in once stays taken in, whatever the rules would say of it today: a reader that never
    // got its answer repeats after the deadline, too.
    let checked: Vec<Result<(TouchKey, u16), Refusal>> = items
        .iter()
        .map(|item| {
            check(item, &workers, &sites, &dead_cards, now, today, policies).or_else(|refusal| {
                key_of(item, &workers, &sites)
                    .ok()
                    .filter(|(key, ..)| is_stored(key))
                    .map(|(key, site, _)| (key, site.boundary))
                    .ok_or(refusal)
            })
        })
        .collect();

    // The facts. Nobody else stores a touch of these workers meanwhile: they are locked.
    let mut writes = Writes::new();
    let mut touches = Rows::new();
    let mut fresh: BTreeSet<TouchKey> = BTreeSet::new();
    for (item, (key, _)) in items
        .iter()
        .zip(&checked)
        .filter_map(|(i, c)| c.as_ref().ok().map(|c| (i, c)))
    {
        if is_stored(key) || !fresh.insert(*key) {
            continue;
        }
        touches.push((
            key.worker.to_string(),
            key.civil_day().to_number(),
            key.site.to_string(),
            key.at.as_second(),
            key.direction.word(),
            &item.source,
            &item.method,
            kept(&item.item_id),
            item.seq.and_then(|n| i64::try_from(n).ok()),
            now.as_millisecond(),
        ))?;
    }
    if !touches.is_empty() {
        writes.add(&queries::INSERT_TOUCHES, [touches.into_value()]);
    }

    // The days that the new ones touch, from all touches of the worker at the site.
    let mut changed: BTreeSet<DayKey> = BTreeSet::new();
    let mut boundaries: BTreeMap<SiteId, u16> = BTreeMap::new();
    let mut facts: BTreeMap<(WorkerId, SiteId), BTreeSet<(Timestamp, domain::Direction)>> = BTreeMap::new();
    for (key, boundary) in checked.iter().filter_map(|c| c.as_ref().ok()) {
        boundaries.insert(key.site, *boundary);
        let pair = (key.worker, key.site);
        let known = facts
            .entry(pair)
            .or_insert_with(|| stored.get(&pair).cloned().unwrap_or_default());
        if fresh.contains(key) {
            known.insert((key.at, key.direction));
            changed.extend(affected_days(key.at, *boundary).map(|day| DayKey {
                worker: key.worker,
                site: key.site,
                day,
            }));
        }
    }
    let exit_closes_before_hour = policies.at(Policy::ExitClosesBeforeHour, today);
    let rule = |site| DayRule {
        boundary: boundaries.get(&site).copied().unwrap_or(0),
        exit_closes_before_hour,
    };
    let days: BTreeMap<(WorkerId, SiteId), _> = facts
        .into_iter()
        .map(|((worker, site), touches)| {
            let touches: Vec<_> = touches.into_iter().collect();
            ((worker, site), attendance(&touches, rule(site)))
        })
        .collect();
    let judged = days::update(
        tx,
        &mut writes,
        &Occasion::now(clock, policies, Cause::Touch),
        histories,
        &changed,
        &days,
        Known::Read(Standings::of_facts(&known, &workers)?),
    )
    .await?;

    // Notes of what was refused, and of what had been refused and is now in.
    note_refused(&mut writes, now, items, &checked)?;
    tx.run_all(writes).await?;
    let refused = checked.iter().any(Result::is_err);
    let may_be_noted = |k: &&TouchKey| refused || sites.get(&k.site).is_some_and(|s| s.has_refused);
    settle(tx, now, fresh.iter().filter(may_be_noted)).await?;

    // The answers.
    let mut seen: BTreeSet<TouchKey> = BTreeSet::new();
    Ok(checked
        .into_iter()
        .map(|checked| match checked {
            Err(refusal) => Received::Refused { refusal },
            Ok((key, boundary)) => {
                let worker = workers.get(&key.worker);
                let of_pair = days.get(&(key.worker, key.site));
                let owner = of_pair.and_then(|days| day_of(key.at, key.direction, boundary, days));
                Received::Stored {
                    already: !(fresh.contains(&key) && seen.insert(key)),
                    worker: key.worker,
                    name: worker.map(|w| w.name.clone()).unwrap_or_default(),
                    handle: worker.map(|w| w.handle.clone()).unwrap_or_default(),
                    language: worker.map(|w| w.language.clone()).unwrap_or_default(),
                    site: key.site,
                    day: owner.and_then(|day| {
                        judged
                            .get(&DayKey {
                                worker: key.worker,
                                site: key.site,
                                day,
                            })
                            .map(|v| (day, v.clone()))
                    }),
                }
            }
        })
        .collect())
}

/// What makes the item a touch: worker and site are known, and the sender may send for the site.
fn key_of<'a>(
    item: &Incoming,
    workers: &'a BTreeMap<WorkerId, WorkerRow>,
    sites: &'a BTreeMap<SiteId, SiteRow>,
) -> Result<(TouchKey, &'a SiteRow, &'a WorkerRow), Refusal> {
    let sent_site = item.site_id.parse::<SiteId>().ok();
    let site = sent_site
        .filter(|id| *id == item.site)
        .and_then(|id| sites.get(&id))
        .ok_or(Refusal::UnknownSite)?;
    let worker_id = match item.worker_id.parse::<WorkerId>() {
        Ok(id) => id,
        Err(domain::IdError::WrongKind { found, .. }) => return Err(Refusal::UnknownWorker { looks_like: Some(found) }),
        Err(domain::IdError::UnknownKind { .. }) => return Err(Refusal::UnknownWorker { looks_like: None }),
        Err(domain::IdError::Shape) => {
            return Err(Refusal::Malformed {
                field: "worker_id".into(),
            });
        }
    };
    let worker = workers.get(&worker_id).ok_or(Refusal::UnknownWorker { looks_like: None })?;
    Ok((TouchKey::new(worker_id, item.site, item.at, item.direction), site, worker))
}

/// Cards that may be dead. Nearly always none: the worker's row, read anyway, says up to which number.
fn suspects(items: &[Incoming], workers: &BTreeMap<WorkerId, WorkerRow>) -> BTreeSet<(WorkerId, u16)> {
    items
        .iter()
        .filter_map(|item| {
            let issue = item.card_issue?;
            let worker = workers.get(&item.worker_id.parse().ok()?)?;
            (issue <= worker.dead_cards).then_some((worker.id, issue))
        })
        .collect()
}

/// Whether an item is taken in; gives its key and the site's day boundary.
pub(super) fn check(
    item: &Incoming,
    workers: &BTreeMap<WorkerId, WorkerRow>,
    sites: &BTreeMap<SiteId, SiteRow>,
    dead_cards: &BTreeMap<(WorkerId, u16), Timestamp>,
    now: Timestamp,
    today: WorkDay,
    policies: &Policies,
) -> Result<(TouchKey, u16), Refusal> {
    let (key, site, worker) = key_of(item, workers, sites)?;
    let day = WorkDay::of(key.at, site.boundary);
    let admission = Admission {
        period: site.period,
        paused: site.pauses.iter().copied().find(|pause| pause.holds(day)),
        registration_ended: worker.ended_on,
        card_died: item.card_issue.and_then(|issue| dead_cards.get(&(worker.id, issue))).copied(),
        now,
        today,
        clock_ahead_seconds: policies.at(Policy::ClockAheadSeconds, today),
        mending_months: policies.at(Policy::MendingMonths, day),
    };
    admit(key.at, day, &admission)?;
    Ok((key, site.boundary))
}

/// A sender's text as it is stored: a text of any length and with any characters may have come, and one that the database cannot
/// hold would spoil the whole group.
fn kept(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Holds the workers for this transaction and reads them.
pub(super) async fn lock_workers(tx: &Tx, ids: &BTreeSet<WorkerId>) -> Result<BTreeMap<WorkerId, WorkerRow>, StoreError> {
    workers_by(&queries::LOCK_WORKERS, tx, ids).await
}

pub(super) async fn read_workers(tx: &Tx, ids: &BTreeSet<WorkerId>) -> Result<BTreeMap<WorkerId, WorkerRow>, StoreError> {
    workers_by(&queries::WORKERS, tx, ids).await
}

async fn workers_by(sql: &Sql, tx: &Tx, ids: &BTreeSet<WorkerId>) -> Result<BTreeMap<WorkerId, WorkerRow>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = Rows::of(ids.iter().map(|id| [id.to_string()]))?;
    let found = tx.all::<super::rows::WorkerColumns>(sql, [rows.into_value()]).await?;
    found
        .into_iter()
        .map(|row| WorkerRow::try_from(row).map(|w| (w.id, w)))
        .collect()
}

fn note_refused(
    writes: &mut Writes,
    now: Timestamp,
    items: &[Incoming],
    checked: &[Result<(TouchKey, u16), Refusal>],
) -> Result<(), StoreError> {
    let mut notes = BTreeMap::new();
    for (item, checked) in items.iter().zip(checked) {
        let Err(refusal) = checked else { continue };
        let key = (item.site, kept(&item.worker_id), item.at.as_second(), item.direction);
        let id = Ulid::from_parts(u64::try_from(now.as_millisecond()).unwrap_or(0), bits_of(&key));
        let row = serde_json::json!([
            id.to_string(),
            item.site.to_string(),
            &item.source,
            &key.1,
            key.2,
            item.direction.word(),
            &item.method,
            kept(&item.item_id),
            item.seq.and_then(|n| i64::try_from(n).ok()),
            now.as_millisecond(),
            refusal.code(),
            serde_json::to_string(refusal).unwrap_or_default(),
            item.card_issue
        ]);
        notes.insert(key, row); // One row per key: a statement may not meet the same row twice.
    }
    if !notes.is_empty() {
        writes.add(&queries::INSERT_REFUSED, [Rows::of(notes.into_values())?.into_value()]);
    }
    Ok(())
}

/// Bits that stand for a note's key: other notes of the same millisecond, also those of another server, get other ids.
fn bits_of(key: &(SiteId, String, i64, domain::Direction)) -> u128 {
    let hash = crate::access::key_hash(&format!("{key:?}"));
    u128::from_str_radix(&hash[..20], 16).unwrap_or(0)
}

async fn settle<'a>(tx: &Tx, now: Timestamp, stored: impl Iterator<Item = &'a TouchKey>) -> Result<(), StoreError> {
    let rows = Rows::of(stored.map(|k| (k.worker.to_string(), k.site.to_string(), k.at.as_second(), k.direction.word())))?;
    if rows.is_empty() {
        return Ok(());
    }
    tx.run(&queries::SETTLE_REFUSED, values![rows, now.as_millisecond()])
        .await
        .map(|_| ())
}
