//! Histories and their judgements: the one place that writes them.
//!
//! A day that counts keeps what it says about the work (R-ROS-4); only its times follow later touches. A day that does not count
//! is judged anew whenever something about it may have changed, and a new judgement is appended beside the old one.

use std::collections::{BTreeMap, BTreeSet};

use domain::judge::{RULE_VERSION, Verdict, judge, open_since};
use domain::master::{Policies, Policy};
use domain::{Attendance, Clock, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use store::{Rows, StoreError, Tx, Writes};

use super::around::Current;
use super::queries;
use super::rows::WorkerRow;
use super::standing::Standings;

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

/// Attendance of each worker at each site, by day.
pub(super) type Attendances = BTreeMap<(WorkerId, SiteId), BTreeMap<WorkDay, Attendance>>;

/// Brings the `changed` days in line with their attendance and judges those that do not count; answers the verdict of every day
/// that has a history, and adds what is to be written. `current`: the histories as they stand. Workers must be locked.
pub(super) async fn update(
    tx: &Tx,
    writes: &mut Writes,
    occasion: &Occasion,
    mut current: BTreeMap<DayKey, Current>,
    changed: &BTreeSet<DayKey>,
    attendances: &Attendances,
    workers: &BTreeMap<WorkerId, WorkerRow>,
) -> Result<BTreeMap<DayKey, Verdict>, StoreError> {
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
        writes.add(&queries::INSERT_JUDGEMENTS, [judgements.into_value()]);
    }
    if !histories.is_empty() {
        writes.add(&queries::UPSERT_HISTORIES, [histories.into_value()]);
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
