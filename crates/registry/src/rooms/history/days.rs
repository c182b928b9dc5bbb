//! Histories and their judgements: the one place that writes them.
//!
//! A day that counts keeps what it says about the work (R-ROS-4); only its times follow later touches. A day that does not count
//! is judged anew whenever something about it may have changed, and a new judgement is appended beside the old one.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{RULE_VERSION, Verdict, judge, open_since};
use domain::master::{Policies, Policy};
use domain::organisation::NodeId;
use domain::{Attendance, Clock, CompanyId, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use store::sea_orm::Value;
use store::{Rows, StoreError, Tx, values};

use super::queries;
use super::rows::{HistoryColumns, WorkerRow};
use super::standing::Standings;
use crate::rows::{id, opt_id, second, unreadable};

/// One history: worker × site × day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayKey {
    /// Who.
    pub worker: WorkerId,
    /// Where.
    pub site: SiteId,
    /// When.
    pub day: WorkDay,
}

/// What made us judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A touch arrived.
    Touch,
    /// The roster changed.
    Roster,
    /// The organisation changed: a company was invited, approved or declined.
    Approval,
    /// The worker's registration changed: his trades or his employers.
    Registration,
    /// Somebody asked for it.
    Asked,
    /// The worker joined a company.
    Tie,
}

impl Cause {
    /// Stored form and part of the text key.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Touch => "touch",
            Self::Roster => "roster",
            Self::Approval => "approval",
            Self::Registration => "registration",
            Self::Asked => "asked",
            Self::Tie => "tie",
        }
    }
}

/// When and why days are judged.
pub(super) struct Occasion {
    at: Timestamp,
    cause: Cause,
    /// First day that can still be mended; the verdict of an earlier one stays (R-HIS-6).
    pub(super) open_since: WorkDay,
}

impl Occasion {
    /// Now.
    pub(super) fn now(clock: &dyn Clock, policies: &Policies, cause: Cause) -> Self {
        let today = clock.today();
        Self {
            at: clock.now(),
            cause,
            open_since: open_since(today, policies.at(Policy::MendingMonths, today)),
        }
    }
}

/// A history as it stands.
struct Current {
    attendance: Attendance,
    judgement: i32,
    verdict: Verdict,
    rule: String,
    /// Employer and node as stored.
    employer: Option<CompanyId>,
    node: Option<NodeId>,
}

/// Attendance of each worker at each site, by day.
pub(super) type Attendances = BTreeMap<(WorkerId, SiteId), BTreeMap<WorkDay, Attendance>>;

/// Brings the `changed` days in line with their attendance and judges those that do not count; answers the verdict of every day
/// in `keys` that has a history. Workers must be locked.
pub(super) async fn update(
    tx: &Tx,
    occasion: &Occasion,
    keys: &BTreeSet<(WorkerId, SiteId, WorkDay)>,
    changed: &BTreeSet<DayKey>,
    attendances: &Attendances,
    workers: &BTreeMap<WorkerId, WorkerRow>,
) -> Result<BTreeMap<DayKey, Verdict>, StoreError> {
    let mut current = load(tx, keys).await?;
    let empty = Attendance::default();
    let attendance_of = |key: &DayKey| {
        attendances
            .get(&(key.worker, key.site))
            .and_then(|days| days.get(&key.day))
            .copied()
            .unwrap_or(empty)
    };

    // A late touch may change the times of the day before, whose deadline has passed; its verdict it does not.
    let settled = |key: &DayKey, old: &Current| old.verdict.counts() || key.day < occasion.open_since;
    let to_judge: Vec<DayKey> = changed
        .iter()
        .filter(|key| match current.get(key) {
            None => attendance_of(key) != empty,
            Some(old) => !settled(key, old),
        })
        .copied()
        .collect();
    let standings = Standings::load(tx, &to_judge, workers).await?;

    let mut histories = Rows::new();
    let mut judgements = Rows::new();
    let at = occasion.at.as_millisecond();
    for key in changed {
        let attendance = attendance_of(key);
        let old = current.remove(key);
        let stays = old.as_ref().filter(|old| settled(key, old));
        let verdict = match stays {
            Some(old) => old.verdict.clone(),
            None if old.is_none() && attendance == empty => continue,
            None => judge(&attendance, &standings.of(key)),
        };
        let same = stays.is_some() || old.as_ref().is_some_and(|o| o.verdict == verdict && o.rule == RULE_VERSION);
        let number = old.as_ref().map_or(0, |o| o.judgement) + i32::from(!same);
        let content = match &verdict {
            Verdict::Counts { content, .. } => Some(content),
            Verdict::DoesNotCount { .. } => None,
        };
        let (employer, node) = match (content, stays) {
            (Some(content), _) => (Some(content.employer), Some(content.node.clone())),
            (None, Some(old)) => (old.employer, old.node.clone()),
            (None, None) => standings.employer_and_node(key),
        };
        if !same {
            let text = serde_json::to_string(&verdict).unwrap_or_default();
            judgements.push((
                key.worker.to_string(),
                key.day.to_number(),
                key.site.to_string(),
                number,
                at,
                RULE_VERSION,
                i32::from(verdict.counts()),
                text,
                occasion.cause.word(),
            ))?;
        }
        let unchanged = same
            && old
                .as_ref()
                .is_some_and(|o| o.attendance == attendance && o.employer == employer && o.node == node);
        if !unchanged {
            histories.push((
                key.worker.to_string(),
                key.day.to_number(),
                key.site.to_string(),
                seconds(attendance.first_in),
                seconds(attendance.last_out),
                i32::from(verdict.counts()),
                employer.map(|e| e.to_string()),
                node.map(|n| n.0),
                content.map(|c| c.trade.to_string()),
                content.and_then(|c| c.position.as_ref().map(ToString::to_string)),
                content.map(|c| c.work_content.clone()),
                content
                    .and_then(|c| c.hazards.as_ref())
                    .and_then(|hazards| serde_json::to_string(hazards).ok()),
                number,
                at,
            ))?;
        }
        current.insert(
            *key,
            Current {
                attendance,
                judgement: number,
                verdict,
                rule: RULE_VERSION.into(),
                employer: None,
                node: None,
            },
        );
    }
    if !judgements.is_empty() {
        tx.run(&queries::INSERT_JUDGEMENTS, [judgements.into_value()]).await?;
    }
    if !histories.is_empty() {
        tx.run(&queries::UPSERT_HISTORIES, [histories.into_value()]).await?;
    }
    Ok(current
        .into_iter()
        .filter(|(_, c)| c.attendance != empty)
        .map(|(key, c)| (key, c.verdict))
        .collect())
}

fn seconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_second)
}

/// The values of [`queries::TOUCHES_AROUND`] and [`queries::HISTORIES_AROUND`]: of each worker at each site the days from first to
/// last, `margin` days wider on both sides, and the first and last day of all.
pub(super) fn spans(keys: &BTreeSet<(WorkerId, SiteId, WorkDay)>, margin: i32) -> Result<Vec<Value>, StoreError> {
    let mut spans: BTreeMap<(WorkerId, SiteId), (i32, i32)> = BTreeMap::new();
    for (worker, site, day) in keys {
        let (from, to) = (day.plus(-margin).to_number(), day.plus(margin).to_number());
        let span = spans.entry((*worker, *site)).or_insert((from, to));
        *span = (span.0.min(from), span.1.max(to));
    }
    let first = spans.values().map(|(from, _)| *from).min().unwrap_or(0);
    let last = spans.values().map(|(_, to)| *to).max().unwrap_or(0);
    let rows = Rows::of(
        spans
            .iter()
            .map(|((w, s), (from, to))| (w.to_string(), s.to_string(), *from, *to)),
    )?;
    Ok(values![rows, first, last])
}

async fn load(tx: &Tx, keys: &BTreeSet<(WorkerId, SiteId, WorkDay)>) -> Result<BTreeMap<DayKey, Current>, StoreError> {
    let mut current = BTreeMap::new();
    if keys.is_empty() {
        return Ok(current);
    }
    for row in tx.all::<HistoryColumns>(&queries::HISTORIES_AROUND, spans(keys, 0)?).await? {
        let key = DayKey {
            worker: id(&row.worker_id, "history.worker_id")?,
            site: id(&row.site_id, "history.site_id")?,
            day: crate::rows::day(row.work_day, "history.work_day")?,
        };
        let attendance = Attendance {
            first_in: row.first_in.map(|t| second(t, "history.first_in")).transpose()?,
            last_out: row.last_out.map(|t| second(t, "history.last_out")).transpose()?,
        };
        let verdict = serde_json::from_str(&row.verdict).map_err(|_| unreadable("judgement.verdict"))?;
        let employer = opt_id(row.employer_id, "history.employer_id")?;
        let now = Current {
            attendance,
            judgement: row.judgement,
            verdict,
            rule: row.rule,
            employer,
            node: row.node_id.map(NodeId),
        };
        current.insert(key, now);
    }
    Ok(current)
}
