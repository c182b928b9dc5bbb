//! Use case: what a reader needs to answer without a network.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{Refusal, Verdict, judge};
use domain::{Attendance, Policy, SiteId, WorkDay};
use jiff::SignedDuration;
use sea_orm::FromQueryResult;
use store::{StoreError, Tx, values};
use wire::{DeadCards, RosterCopy, RosterCopyRow};

use super::api::{day_answer, worker_language};
use super::days::DayKey;
use super::queries;
use super::receive::read_workers;
use super::standing::Standings;
use super::words::{About, companies_in, names};
use crate::App;
use crate::access::ReaderKey;
use crate::rooms::gate;
use crate::rows::id;

#[derive(FromQueryResult)]
struct IdRow {
    id: String,
}

#[derive(FromQueryResult)]
struct SiteRow {
    name: String,
    prime_name: String,
    day_boundary: i32,
}

#[derive(FromQueryResult)]
struct StampRow {
    event: i64,
    workers: i64,
    dead: i64,
    ended: i64,
    codes: i64,
    code_set: i64,
}

/// Changes with what a reader must know at once: cards that died, the roster, the organisation, the day. Asked every minute by every
/// reader, so it costs one query; what it does not notice (a trade, a name) comes with the next whole copy.
pub(super) async fn stamp(app: &App, tx: &Tx, site: SiteId) -> Result<String, StoreError> {
    let day = site_day(app, tx, site).await?.1;
    let row: Option<StampRow> = tx
        .one(&queries::ROSTER_STAMP, values![site.to_string(), day.to_number()])
        .await?;
    let row = row.ok_or(StoreError::Inconsistent("roster_stamp", "no row".into()))?;
    let StampRow {
        event,
        workers,
        dead,
        ended,
        codes,
        code_set,
    } = row;
    Ok(format!(
        "\"{}-{event}-{workers}-{dead}-{ended}-{codes}-{code_set}\"",
        day.to_number()
    ))
}

async fn site_day(app: &App, tx: &Tx, site: SiteId) -> Result<(SiteRow, WorkDay), StoreError> {
    let head: Option<SiteRow> = tx.one(&queries::SITE_NAME, values![site.to_string()]).await?;
    let head = head.ok_or(StoreError::Inconsistent("reader.site_id", "no such site".into()))?;
    let day = WorkDay::of(app.clock().now(), u16::try_from(head.day_boundary).unwrap_or(0));
    Ok((head, day))
}

/// Everybody who may be expected at the gate of the reader's site today, each with the judgement a touch now would get.
pub(super) async fn copy(app: &App, tx: &Tx, reader: &ReaderKey) -> Result<RosterCopy, StoreError> {
    let site = reader.site;
    let now = app.clock().now();
    let (head, day) = site_day(app, tx, site).await?;
    let rows: Vec<IdRow> = tx
        .all(&queries::ROSTER_COPY, values![site.to_string(), day.to_number()])
        .await?;
    let ids: BTreeSet<_> = rows.into_iter().map(|r| id(&r.id, "worker.id")).collect::<Result<_, _>>()?;
    let workers = read_workers(tx, &ids).await?;
    let (number_entry, qr) = gate::entries(app, tx, &reader.reader, day).await?;
    // No code lies at a reader that takes none.
    let mut codes = match number_entry {
        Some(_) => gate::checks(tx, site, &ids).await?,
        None => BTreeMap::new(),
    };
    let keys: Vec<DayKey> = ids
        .iter()
        .map(|worker| DayKey {
            worker: *worker,
            site,
            day,
        })
        .collect();
    let standings = Standings::load(tx, &keys, &workers).await?;
    let touched = Attendance {
        first_in: Some(now),
        last_out: None,
    };
    let judged: Vec<(DayKey, Verdict)> = keys
        .into_iter()
        .map(|key| (key, standings.of(&key)))
        .filter(|(_, standing)| standing.is_expected())
        .map(|(key, standing)| (key, judge(&touched, &standing)))
        .collect();
    let names = names(tx, &companies_in(judged.iter().flat_map(|(_, v)| v.reasons()))).await?;
    let months = app.masters().policies().at(Policy::MendingMonths, day);
    let rows = judged
        .into_iter()
        .filter_map(|(key, verdict)| {
            let worker = workers.get(&key.worker).filter(|w| w.ended_on.is_none_or(|on| on >= day))?;
            let about = About {
                site,
                prime: &head.prime_name,
                names: &names,
                handle: &worker.handle,
                day,
                mending_months: months,
            };
            let t = worker_language(app, &worker.language);
            let answer = day_answer(&t, &about, &verdict);
            Some(RosterCopyRow {
                worker_id: key.worker.to_string(),
                name: worker.name.clone(),
                language: worker.language.clone(),
                counts: answer.counts,
                reasons: answer.reasons,
                dead_cards: (worker.dead_cards > 0).then(|| DeadCards {
                    up_to: worker.dead_cards,
                    remark: about.refusal(&t, &Refusal::DeadCard),
                }),
                code: codes.remove(&key.worker),
            })
        })
        .collect();
    Ok(RosterCopy {
        site_id: site.to_string(),
        site_name: head.name,
        as_of: now,
        expires_at: Some(now + SignedDuration::from_hours(24 * app.masters().policies().at(Policy::OfflineDays, day))),
        number_entry,
        qr,
        workers: rows,
    })
}
